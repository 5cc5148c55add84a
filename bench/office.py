"""The office under two hundred readers, and its lists beside bare views of the same rows.

Everything runs on this machine: a site of its own over the made-up city, asked on the loopback
address by a bounded number of requests.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bench.eligibility_peers.environment import ROOT

Rows = list[tuple[str, str]]
READERS = 200
KECHUANG = [sys.executable, "-c", "from kechuang.cli import main; main()"]
PEOPLE = ("jingban", "fuhe", "lingdao", "jiaxian")
PAGES = ("/", "/reports/", "/reports/figures/", "/search/?q=%E7%94%B2%E5%8E%BF")
WAIT = 60.0


def measure(each: int) -> Iterator[tuple[str, Rows]]:
    """Both measurements; `each` is how many pages a reader opens."""
    with TemporaryDirectory(prefix="bench-office") as folder:
        environment = {**os.environ, "KECHUANG_DATA": folder}
        passwords = _city(environment)
        yield "Lists beside bare views", _lists(environment)
        yield f"{READERS} readers at once", _readers(environment, passwords, each)


def _city(environment: dict[str, str]) -> dict[str, str]:
    command = [*KECHUANG, "demo", "--reports", str(ROOT / "examples" / "reports")]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(re.findall(r"^  (\S+) +(\S+-\S+-\S+-\S+)  ", told.stdout, re.MULTILINE))


def _lists(environment: dict[str, str]) -> Rows:
    script = Path(__file__).with_name("office_lists.py")
    command = [sys.executable, str(script)]
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [(name, value) for name, value in map(_split, told.stdout.splitlines())]


def _split(line: str) -> tuple[str, str]:
    name, _, value = line.partition("\t")
    return name, value


@contextmanager
def _site(environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [*KECHUANG, "up", "--no-worker", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"the site did not answer on port {port} within {WAIT:.0f} s")


def _readers(environment: dict[str, str], passwords: dict[str, str], each: int) -> Rows:
    with _site(environment) as port:
        cookies = [_signed_in(port, name, passwords[name]) for name in PEOPLE]
        times: list[float] = []
        faults: list[str] = []
        gate = threading.Barrier(READERS + 1)
        threads = [
            threading.Thread(
                target=_read, args=(port, cookies[number % len(cookies)], each, gate, times, faults)
            )
            for number in range(READERS)
        ]
        for thread in threads:
            thread.start()
        gate.wait()
        start = time.perf_counter()
        for thread in threads:
            thread.join()
        passed = time.perf_counter() - start
    cuts = statistics.quantiles(times, n=100)
    return [
        ("pages opened", f"{len(times):,} in {passed:.1f} s, {len(times) / passed:.0f} a second"),
        ("errors (aim 0)", f"{len(faults)} {'; '.join(sorted(set(faults))[:3])}"),
        ("a page, half of them within", f"{cuts[49] * 1000:.0f} ms"),
        ("a page, 95 of 100 within", f"{cuts[94] * 1000:.0f} ms"),
    ]


def _signed_in(port: int, name: str, password: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    connection.request("GET", "/account/sign-in/")
    page = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    if token is None:
        raise ValueError("the page of sign-in holds no form")
    cookie = _cookies(page)
    form = {"login": name, "password": password, "csrfmiddlewaretoken": token.group(1)}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/account/sign-in/", urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.client.FOUND:
        raise ValueError(f"{name} could not sign in: status {answer.status}")
    return _cookies(answer)


def _cookies(answer: http.client.HTTPResponse) -> str:
    given = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(each.partition(";")[0] for each in given)


def _read(
    port: int,
    cookie: str,
    each: int,
    gate: threading.Barrier,
    times: list[float],
    faults: list[str],
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    gate.wait()
    for number in range(each):
        start = time.perf_counter()
        try:
            connection.request("GET", PAGES[number % len(PAGES)], headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            faults.append(type(error).__name__)
            connection.close()
            continue
        times.append(time.perf_counter() - start)
        if answer.status != http.client.OK:
            faults.append(f"status {answer.status}")
    connection.close()

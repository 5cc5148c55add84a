"""Workers die fifty times at moments of chance, and every unit of every job is done once.

See `tests/hostile/killed_workers.py` for what the workers do.
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
from killed_workers import main
main({seed})
"""

pytestmark = pytest.mark.both_databases


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    seed = random.randrange(2**32)  # noqa: S311 - moments of chance, no secret
    print(f"seed of the moments: {seed}")  # noqa: T201 - whoever repeats a failure needs it
    folder = tmp_path_factory.mktemp("killed") / "data"
    with empty_database() as database:
        told = python(folder, PROGRAM.format(helpers=str(HELPERS), seed=seed), database)
    return {**json.loads(told), "seed": seed}


def test_every_unit_is_done_once(outcome: dict[str, Any]) -> None:
    assert (outcome["kills"], outcome["units"]) == (50, "once"), outcome["seed"]


def test_jobs_that_were_cut_off_went_on_from_their_checkpoint(outcome: dict[str, Any]) -> None:
    assert outcome["taken_up"] > 0, outcome["seed"]


def test_every_job_ended_and_nobody_holds_one(outcome: dict[str, Any]) -> None:
    assert list(outcome["states"]) == ["done"], outcome
    assert (outcome["whole"], outcome["held"]) == (outcome["jobs"], 0), outcome


def test_every_end_is_told_once(outcome: dict[str, Any]) -> None:
    assert outcome["ended"] == outcome["told"] == outcome["jobs"], outcome


def test_the_trail_is_whole(outcome: dict[str, Any]) -> None:
    assert outcome["trail"] == "whole", outcome["seed"]


def test_a_worker_that_is_told_to_stop_gives_its_job_back_at_once(outcome: dict[str, Any]) -> None:
    assert outcome["stopped"] == {"code": 0, "held": 0, "given_back": 1}
    assert outcome["code"] == 0

"""The workers of a run die at moments of chance; its files are the same bytes, nothing twice.

See `tests/hostile/killed_runs.py` for what is done.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from installations import empty_database, python

HELPERS = Path(__file__).parents[2] / "hostile"
FIRMS = 60
BUILD = f"""
import django
django.setup()
from kechuang.office.site.demo import build
from kechuang.office.site.serving import prepare
prepare()
build({FIRMS})
"""
PROGRAM = """
import sys
import django
django.setup()
sys.path.insert(0, {helpers!r})
from killed_runs import main
main({seed})
"""


@pytest.mark.both_databases
@pytest.mark.slow
def test_whoever_dies_the_run_is_the_same(tmp_path: Path) -> None:
    seed = random.randrange(2**32)  # noqa: S311 - moments of chance, no secret
    print(f"seed of the moments: {seed}")  # noqa: T201 - whoever repeats a failure needs it
    with empty_database() as database:
        python(tmp_path / "data", BUILD, database, seconds=300)
        program = PROGRAM.format(helpers=str(HELPERS), seed=seed)
        printed = python(tmp_path / "data", program, database, seconds=600)
    told = json.loads(printed.splitlines()[-1])
    assert told["kills"] == 6, told
    assert set(told["same"].values()) == {True}, told
    assert told["enterprises"][0] == told["enterprises"][1] > 40, told
    assert told["prospects"] > 40, told
    assert (told["parts"], told["changes"], told["older"]) == (0, 0, 0), told
    assert told["again"] is True, told
    assert set(told["jobs"]) == {"done"}, told

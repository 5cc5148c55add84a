"""The workers of a collection die at moments of chance; nothing is lost and nothing counts twice.

See `tests/hostile/killed_collections.py` for what is done.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from installations import empty_database, python

HELPERS = Path(__file__).parents[2] / "hostile"
PROGRAM = """
import sys
import django
django.setup()
sys.path.insert(0, {helpers!r})
from killed_collections import main
main({seed})
"""


@pytest.mark.both_databases
@pytest.mark.slow
def test_whoever_dies_everything_is_there_once(tmp_path: Path) -> None:
    seed = random.randrange(2**32)  # noqa: S311 - moments of chance, no secret
    print(f"seed of the moments: {seed}")  # noqa: T201 - whoever repeats a failure needs it
    with empty_database() as database:
        program = PROGRAM.format(helpers=str(HELPERS), seed=seed)
        told = json.loads(
            python(tmp_path / "data", program, database, seconds=600).splitlines()[-1]
        )
    assert told["kills"] >= 3, told
    assert (told["archive"], told["returns"], told["cells"]) == (20, 21, True), told
    assert set(told["parts"].values()) == {1, 2}, told
    assert told["counts"]["returned"] == 20, told
    assert (told["counts"]["conflicts"], told["counts"]["missing"]) == (1, 0), told
    assert set(told["jobs"]) == {"done"}, told

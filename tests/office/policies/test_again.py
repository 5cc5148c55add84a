"""Ten thousand stored verdicts are made again from the snapshot: the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from installations import empty_database, python

FIRMS = 1_000
PROGRAM = f"""
import json
import django
django.setup()
from datetime import date
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.worker import run_waiting_jobs
from kechuang.office.policies import jobs
from kechuang.office.policies.models import RuleCount, RuleRun
from kechuang.office.policies.services import runs
from kechuang.office.registry.models import IntellectualProperty, Standing, YearlyFact
from kechuang.office.site.demo import build
from kechuang.office.site.serving import prepare
prepare()
build({FIRMS})
jobs.BATCH = 300
run = runs.start(SYSTEM, date(2026, 7, 1))
run_waiting_jobs()
run = RuleRun.objects.get(pk=run.pk)
rows = RuleCount.objects.filter(run=run)
told = {{
    "verdicts": sum(each.qualified + each.not_qualified + each.unknown for each in rows),
    "kinds": [sum(getattr(each, name) for each in rows)
              for name in ("qualified", "not_qualified", "unknown")],
}}
for model in (YearlyFact, Standing, IntellectualProperty):
    model.objects.all().delete()
told["again"] = runs.same_again(run)
print(json.dumps(told))
"""


@pytest.mark.both_databases
@pytest.mark.slow
def test_ten_thousand_verdicts_are_the_same_bytes_again(tmp_path: Path) -> None:
    with empty_database() as database:
        printed = python(tmp_path / "data", PROGRAM, database, seconds=600)
    told = json.loads(printed.splitlines()[-1])
    assert told["verdicts"] >= 10_000, told
    assert min(told["kinds"]) > 100, told
    assert told["again"] is True, told

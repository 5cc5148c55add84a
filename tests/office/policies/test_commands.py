"""The commands on policies say what the pages say."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from policies_city import AS_OF, judged, right, technology_firm

from kechuang.cli import main
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import StoredFile
from kechuang.office.policies.models import RuleCount, RuleRun
from kechuang.office.policies.services import runs
from kechuang.office.regions.models import Region

pytestmark = pytest.mark.django_db
DAY = AS_OF.isoformat()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_one_enterprise_is_diagnosed(city: Region) -> None:
    right(technology_firm("F01"))
    told = call("diagnose", "--enterprise", "F01", "--on", DAY)
    assert told.exit_code == 0
    assert "现在符合（" in told.output
    assert "科技型中小企业评价入库（tech_sme_national@2022）：符合" in told.output
    assert "本年度（2026年）：按现有情况已符合" in told.output
    plain = json.loads(
        call("diagnose", "--enterprise", "F01", "--on", DAY, "--format", "json").output
    )
    groups = {each["rule"]: each["group"] for each in plain["verdicts"]}
    assert (plain["as_of"], groups["tech_sme_national"]) == (DAY, "qualified")


def test_who_is_not_there_is_told(city: Region) -> None:
    done = call("diagnose", "--enterprise", "F09")
    assert (done.exit_code, "没有代码为 F09 的在营企业" in done.output) == (3, True)


def test_all_are_judged_and_one_run_again(city: Region) -> None:
    right(technology_firm("F01"))
    done = call("run-rules", "--all", "--as-of", DAY)
    assert done.exit_code == 0
    run = RuleRun.objects.get()
    assert run.verdicts is not None
    assert run.ladder_at is not None
    count = RuleCount.objects.get(rule="tech_sme_national")
    assert count.qualified == 1
    assert "tech_sme_national@2022）：符合 1，不符合 0，缺数据 0" in done.output
    assert run.verdicts.digest in done.output
    again = call("run-rules", "--verify", str(run.pk))
    assert (again.exit_code, "逐字节相同" in again.output) == (0, True)
    StoredFile.objects.filter(pk=run.verdicts.pk).update(digest="0" * 64)
    wrong = call("run-rules", "--verify", str(run.pk))
    assert (wrong.exit_code, "与存的不同" in wrong.output) == (1, True)


def test_a_run_that_cannot_begin_or_was_never_made_is_told(city: Region) -> None:
    assert call("run-rules", "--verify", "9").exit_code == 3
    runs.start(SYSTEM, AS_OF)
    assert call("run-rules", "--all").exit_code == 6
    assert call("run-rules", "--verify", str(RuleRun.objects.get().pk)).exit_code == 4


@pytest.mark.parametrize("arguments", [[], ["--all", "--verify", "1"]])
def test_all_or_one_again(arguments: list[str]) -> None:
    done = call("run-rules", *arguments)
    assert (done.exit_code, "二者取一" in done.output) == (2, True)


def test_a_run_is_the_same_by_command_and_by_page(city: Region) -> None:
    technology_firm("F01")
    first = judged()
    assert call("run-rules", "--all", "--as-of", DAY).exit_code == 0
    digests = set(RuleRun.objects.values_list("verdicts__digest", flat=True))
    assert first.verdicts is not None
    assert digests == {first.verdicts.digest}

"""Who gets us to a goal: how many are needed, who is proposed, what each lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, cast

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from policies_city import WAN, judged, program_of, right, technology_firm, title

from kechuang.office.filings.services import batches, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.job_runs import JobRun, Stopped
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.worker import IN_PROCESS, claim, run_waiting_jobs, work_on
from kechuang.office.policies import goal_work, jobs, merging
from kechuang.office.policies.goal_work import ways_until
from kechuang.office.policies.models import Goal, GoalFirm, Prospect
from kechuang.office.policies.services.goals import GoalFacts, ask
from kechuang.office.regions.models import Region

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
RULES = ("tech_sme_national",)
TODAY = timezone.localdate()
UNTIL = TODAY + timedelta(days=60)
LAST, LATER = TODAY - timedelta(days=400), TODAY + timedelta(days=900)


@pytest.fixture
def firms(city: Region) -> None:
    """Firms at every distance from the national evaluation."""
    right(technology_firm("F01"))
    right(technology_firm("F02", books_assessed=None))
    right(technology_firm("F03", books_assessed=False))
    right(technology_firm("F04", "990102", books_assessed=False, rd_collected=False))
    right(technology_firm("F05", revenue=900_000 * WAN, resident_enterprise=False))
    # Two hold the title: one certificate ends within the time, one does not.
    title(technology_firm("F06"), "tech_sme_national", LAST, UNTIL - timedelta(1))
    title(technology_firm("F07"), "tech_sme_national", LAST, LATER)
    # One has applied.
    applied = technology_firm("F08")
    county = Region.objects.get(code="990101")
    batch = batches.open_batch(SYSTEM, county, "tech_sme_national", BatchFacts("一批", TODAY.year))
    filings.add_firms(SYSTEM, batch, ["F08"], "first", TODAY - timedelta(5))
    done = filings.advance(SYSTEM, batch, [applied.code], "submitted", TODAY - timedelta(4))
    assert not done.left
    judged(TODAY)


def asked(number: int, kind: str = "new", place: str = "990100") -> Goal:
    region = Region.objects.get(code=place)
    goal = ask(SYSTEM, region, GoalFacts("tech_sme_national", kind, number, UNTIL))
    run_waiting_jobs()
    goal.refresh_from_db()
    assert goal.ended_at
    return goal


def proposed(goal: Goal) -> list[str]:
    rows = GoalFirm.objects.filter(goal=goal).order_by("order")
    return list(rows.values_list("party__code", flat=True))


def test_the_nearest_come_first_with_what_each_lacks(firms: None) -> None:
    goal = asked(9)
    assert proposed(goal) == ["F01", "F02", "F03", "F04"]
    rows = {row.party.code: row for row in GoalFirm.objects.select_related("party")}
    assert {code: (row.changes, row.missing) for code, row in rows.items()} == {
        "F01": (0, 0), "F02": (0, 1), "F03": (1, 0), "F04": (2, 0),
    }  # fmt: skip
    assert rows["F03"].lacks == "“查账征收”需落实并提供证明"
    assert "并且" in rows["F04"].lacks
    efforts = [row.effort for row in GoalFirm.objects.order_by("order")]
    assert efforts == sorted(efforts)


def test_a_goal_that_is_cut_off_goes_on_where_it_was(
    firms: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    judged(TODAY)
    expected = asked(9, "net")
    rows = "party", "order", "this_year", "effort", "changes", "lacks", "missing"
    told = list(GoalFirm.objects.filter(goal=expected).order_by("order").values_list(*rows))
    assert len(told) == 4
    looked = [0]
    see = goal_work._see

    def counted(*arguments: Any, **more: Any) -> None:
        looked[0] += 1
        see(*arguments, **more)

    monkeypatch.setattr(goal_work, "_see", counted)
    region = Region.objects.get(code="990100")
    goal = ask(SYSTEM, region, GoalFacts("tech_sme_national", "net", 9, UNTIL))
    # Each worker stops in its second unit of the batches, before that is kept.
    unit, seen = JobRun.unit, [0]

    @contextmanager
    def dying(self: JobRun, *arguments: Any, **more: Any) -> Iterator[None]:
        seen[0] += 1
        if seen[0] % 2 == 0:
            raise Stopped
        with unit(self, *arguments, **more):
            yield

    with monkeypatch.context() as patch:
        patch.setattr(JobRun, "unit", dying)
        while seen[0] < 12:
            job = claim(IN_PROCESS)
            assert job is not None
            work_on(job, IN_PROCESS)
    run_waiting_jobs()
    goal.refresh_from_db()
    assert goal.ended_at
    assert (goal.needed, goal.lapsing, goal.unsure) == (expected.needed, expected.lapsing, 0)
    assert list(GoalFirm.objects.filter(goal=goal).order_by("order").values_list(*rows)) == told
    assert looked[0] < 6 * 2 + 8  # batches twice, and those whose unit was not kept


def test_a_new_goal_counts_new_ones_and_a_net_goal_makes_up_for_what_lapses(firms: None) -> None:
    new, net = asked(2), asked(2, "net")
    assert (new.lapsing, new.filing, new.needed) == (1, 1, 2)
    assert (net.lapsing, net.filing, net.needed) == (1, 1, 3)
    assert (proposed(new), proposed(net)) == (["F01", "F02"], ["F01", "F02", "F03"])


def test_next_year_counts_only_for_a_goal_that_reaches_it() -> None:
    now, later = cast("Any", object()), cast("Any", object())
    ways = [(now, True), (later, False)]
    assert ways_until(date(2026, 12, 31), date(2026, 7, 1), ways) == [(now, True)]
    assert ways_until(date(2027, 1, 1), date(2026, 7, 1), ways) == ways


def test_a_goal_of_a_county_proposes_its_own(firms: None) -> None:
    assert proposed(asked(9, place="990102")) == ["F04"]


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (GoalFacts("nothing", "new", 1, UNTIL), "rung"),
        (GoalFacts("hnte", "gross", 1, UNTIL), "kind"),
        (GoalFacts("hnte", "new", 0, UNTIL), "number"),
        (GoalFacts("hnte", "new", 1, TODAY - timedelta(1)), "until"),
    ],
)
def test_what_makes_no_sense_is_refused(city: Region, facts: GoalFacts, wrong: str) -> None:
    with pytest.raises(ValidationError) as error:
        ask(SYSTEM, city, facts)
    assert list(error.value.message_dict) == [wrong]


def test_without_a_run_there_is_no_goal(city: Region) -> None:
    with pytest.raises(ValidationError, match="请先运行全部规则"):
        ask(SYSTEM, city, GoalFacts("hnte", "new", 1, UNTIL))


def test_nobody_asks_for_another_county(firms: None, actor: Callable[..., Actor]) -> None:
    other = Region.objects.get(code="990102")
    with pytest.raises(Refusal):
        ask(actor("officer", "990101"), other, GoalFacts("hnte", "new", 1, UNTIL))


def test_pages_of_a_goal(firms: None, signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", "990100")
    form = {"rung": "tech_sme_national", "number": "2", "kind": "net", "region": "990100",
            "until": UNTIL.isoformat()}  # fmt: skip
    page = client.post(reverse("policies:goal_ask"), form, follow=True)
    assert "还没有算成" in page.content.decode()
    run_waiting_jobs()
    goal = Goal.objects.get()
    page = client.get(reverse("policies:goal", args=[goal.pk]))
    text = page.content.decode()
    assert "3家 = 净增2家 + 到期未续1家" in text
    assert [row.party.code for row in page.context["rows"]] == ["F01", "F02", "F03"]
    assert "“查账征收”需落实并提供证明" in text
    listed = client.get(page.context["all_url"])
    assert listed.context["total"] == 3
    leader = signed_in("leader", "990100").get(reverse("policies:goal", args=[goal.pk]))
    assert "示例F03公司" in leader.content.decode()
    assert "查账征收" not in leader.content.decode()


def test_programs_ask_the_same(firms: None, person: Callable[..., Any], settings: Any) -> None:
    program = program_of(person("officer", "990100"), settings)
    body = {"rung": "tech_sme_national", "kind": "new", "number": 2, "region": "990100",
            "until": UNTIL.isoformat()}  # fmt: skip
    made = program.post("/api/v1/goals", body, "application/json")
    assert made.status_code == 201, made.content
    run_waiting_jobs()
    key = made.json()["key"]
    assert program.get(f"/api/v1/goals/{key}").json()["needed"] == 2
    rows = program.get(f"/api/v1/goal-firms?goal={key}").json()["items"]
    assert [(each["order"], each["party"]) for each in rows] == [(1, "F01"), (2, "F02")]
    wrong = program.post("/api/v1/goals", {**body, "region": "110000"}, "application/json")
    assert wrong.status_code == 400


def test_a_merge_takes_the_one_that_goes_away(firms: None) -> None:
    goal = asked(9)
    merging.move(SYSTEM, "F01", "F02")
    assert proposed(goal) == ["F02", "F03", "F04"]
    assert not Prospect.objects.filter(party__code="F01").exists()

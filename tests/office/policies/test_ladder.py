"""The ladder: how a firm stands to a rung, and that page, export, API and SQL count the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from ladder_counts import from_the_api, in_plain_sql, in_the_export, on_the_page
from policies_city import WAN, judged, program_of, right, technology_firm, title
from registry_facts import standing

from kechuang.eligibility.advising import Change, Way
from kechuang.eligibility.nearest import Distance
from kechuang.office.filings.models import Batch
from kechuang.office.filings.services import batches, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.ground import jobs
from kechuang.office.ground.actors import SYSTEM, Actor, Place
from kechuang.office.ground.listings import ask
from kechuang.office.ground.worker import run_waiting_jobs
from kechuang.office.parties.models import Party
from kechuang.office.policies import merging, rules
from kechuang.office.policies.jobs import LADDER
from kechuang.office.policies.ladder import Stand, is_near, rungs
from kechuang.office.policies.ladder_work import to_collect
from kechuang.office.policies.lists.ladder import LISTINGS, lacks, prepare
from kechuang.office.policies.models import Prospect, VerdictChange
from kechuang.office.policies.queries import ladder
from kechuang.office.policies.queries.pool import admitting
from kechuang.office.policies.queries.runs import ladder_run
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation, Qualification
from kechuang.office.registry.queries.qualifications import stock
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
RULES = ("tech_sme_national", "hnte")
FIRST_LOOK = ("hnte", "hnte_screening")
TODAY = timezone.localdate()
LAST = TODAY - timedelta(days=400)
SOON = TODAY + timedelta(days=30)
LATER = TODAY + timedelta(days=900)


def apply_for(party: Party, code: str, *stages: str) -> None:
    """A filing of a firm that got through these stages."""
    county = Region.objects.get(code="990100")
    name = f"{code}{party.code}"
    batch = batches.open_batch(SYSTEM, county, code, BatchFacts(name, TODAY.year))
    day = TODAY - timedelta(days=30)
    filings.add_firms(SYSTEM, batch, [party.code], "first", day)
    for number, stage in enumerate(stages, start=1):
        done = filings.advance(SYSTEM, batch, [party.code], stage, day + timedelta(number), "原因")
        assert not done.left, done.left


@pytest.fixture
def stands(city: Region) -> dict[str, str]:
    """A firm for each stand to the national evaluation, and some that fulfil several."""
    facts = {"place": "990101"}
    made: dict[str, str] = {}

    def firm(code: str, stand: str, **more: Any) -> Party:
        party = technology_firm(code, **{**facts, **more})
        made[code] = stand
        return party

    def holds(party: Party, begins: date, ends: date, **more: Any) -> None:
        title(party, "tech_sme_national", begins, ends, recognition="admitted", **more)

    right(firm("F01", "qualified"))
    right(firm("F02", "near", books_assessed=False))
    right(firm("F03", "open", books_assessed=None))
    firm("F04", "", books_assessed=False, rd_collected=False)
    holds(firm("F05", "certified"), LAST, LATER)
    holds(firm("F06", "expiring"), LAST, SOON)
    holds(firm("F07", "awaiting"), LAST, TODAY - timedelta(3), status="awaiting")
    # Whoever has applied is neither 达标未申报 nor near; who only was surveyed still is.
    party = firm("F08", "filing")
    right(party)
    apply_for(party, "tech_sme_national", "submitted")
    party = firm("F09", "qualified", place="990102")
    right(party)
    apply_for(party, "tech_sme_national")
    party = firm("F10", "qualified", place="990102")
    right(party)
    apply_for(party, "tech_sme_national", "submitted", "failed")
    # What is held goes before what was filed and what the facts say.
    party = firm("F11", "expiring", place="990102")
    right(party)
    holds(party, LAST, SOON)
    apply_for(party, "tech_sme_national", "submitted")
    party = firm("F12", "certified", place="990102")
    holds(party, LAST, SOON)
    holds(party, TODAY, LATER, number="renewed")
    party = firm("F13", "", books_assessed=False, rd_collected=False, place="990102")
    holds(party, LAST, TODAY - timedelta(3))
    judged(TODAY)
    return made


def stand_of(actor: Actor = SYSTEM) -> dict[str, str]:
    """How each firm stands to the national evaluation."""
    rows = ladder.listed(actor, "tech_sme_national")
    return dict(rows.values_list("party__code", "stand"))


def test_each_firm_stands_to_a_rung_in_one_way(stands: dict[str, str]) -> None:
    assert stand_of() == {code: stand for code, stand in stands.items() if stand}


def test_who_left_is_on_no_rung(stands: dict[str, str]) -> None:
    Organisation.objects.filter(party__code__in=["F01", "F05"]).update(status="moved_out")
    assert {"F01", "F05"}.isdisjoint(stand_of())


def test_page_export_api_and_sql_agree(
    stands: dict[str, str],
    signed_in: Callable[..., Client],
    person: Callable[..., Any],
    settings: Any,
) -> None:
    expected: dict[str, Counter[str]] = {}
    places = dict(Party.objects.values_list("code", "region__code"))
    for code, stand in stands.items():
        if stand:
            expected.setdefault(places[code], Counter())[stand] += 1
    client = signed_in("officer", "990100")
    assert in_plain_sql("tech_sme_national", TODAY) == expected
    assert on_the_page(client, "tech_sme_national") == expected
    assert in_the_export(client, "tech_sme_national") == expected
    program = program_of(person("officer", "990100"), settings)
    assert from_the_api(program, "tech_sme_national") == expected
    listed = program.get("/api/v1/ladder/tech_sme_national?stand=near").json()["items"]
    assert [(each["party"], each["lacks"], each["this_year"]) for each in listed] == [
        ("F02", "“查账征收”需落实并提供证明", True)
    ]
    assert program.get("/api/v1/ladder/tech_sme_national?stand=nobody").status_code == 400
    assert program.get("/api/v1/ladder/nothing").status_code == 404


def test_each_number_is_the_total_of_its_list(
    stands: dict[str, str], signed_in: Callable[..., Client]
) -> None:
    client = signed_in("officer", "990100")
    page = client.get(reverse("policies:ladder"), {"rung": "tech_sme_national"})
    cells = [cell for _name, row in page.context["places"] for cell in row]
    cells += [cell for row in page.context["rows"] for cell in row["cells"]]
    linked = [(count, url) for count, url in cells if url]
    assert len(linked) > 10
    for count, url in linked:
        assert client.get(url).context["total"] == count, url


def counted_one_by_one(actor: Actor) -> dict[str, Counter[str]]:
    """Place by place how many stand how, by what `standing` says of each firm."""
    found: dict[str, Counter[str]] = {}
    rows = ladder.listed(actor, "tech_sme_national")
    for place, stand in rows.values_list("party__region__code", "stand"):
        found.setdefault(place, Counter())[stand] += 1
    return found


def test_the_counts_are_what_each_firm_is_today(
    stands: dict[str, str], actor: Callable[..., Actor]
) -> None:
    officer = actor("officer", "990100")

    def agree() -> dict[str, Counter[str]]:
        (mine,) = ladder.counts(officer, ["tech_sme_national"])
        found = {
            place: Counter({stand.value: many for stand, many in counted.items()})
            for place, counted in mine.places.items()
        }
        assert found == counted_one_by_one(officer)
        return found

    seen = [agree()]
    # All of it after the run: who left, who moved, what ended, what was handed in and closed.
    Organisation.objects.filter(party__code__in=["F01", "F05"]).update(status="moved_out")
    seen.append(agree())
    Party.objects.filter(code__in=["F02", "F08", "F12"]).update(
        region=Region.objects.get(code="990102")
    )
    seen.append(agree())
    Qualification.objects.filter(party__code="F11").update(status="cancelled")
    seen.append(agree())
    title(Party.objects.get(code="F03"), "tech_sme_national", LAST, LATER)
    seen.append(agree())
    Batch.objects.update(closed_on=TODAY)
    seen.append(agree())
    assert all(before != after for before, after in pairwise(seen))


def test_a_county_counts_its_own(stands: dict[str, str], actor: Callable[..., Actor]) -> None:
    (mine,) = ladder.counts(actor("officer", "990102"), ["tech_sme_national"])
    assert mine.total == Counter({Stand.QUALIFIED: 2, Stand.EXPIRING: 1, Stand.CERTIFIED: 1})
    assert set(mine.places) == {"990102"}


def test_the_stock_of_the_registry_is_that_of_the_ladder(stands: dict[str, str]) -> None:
    (kept,) = [each for each in stock(SYSTEM, TODAY) if each.title == "tech_sme_national"]
    (mine,) = ladder.counts(SYSTEM, ["tech_sme_national"])
    assert mine.total[Stand.CERTIFIED] + mine.total[Stand.EXPIRING] == kept.valid
    assert mine.total[Stand.AWAITING] == kept.awaiting


def test_the_nearest_are_three_clicks_away(
    stands: dict[str, str], signed_in: Callable[..., Client]
) -> None:
    client = signed_in("officer", "990101")
    home = client.get("/").content.decode()
    assert reverse("policies:ladder") in home
    page = client.get(reverse("policies:ladder"), {"rung": "tech_sme_national"})
    (row,) = [each for each in page.context["rows"] if each["rung"].code == "tech_sme_national"]
    _count, url = row["cells"][list(Stand).index(Stand.NEAR)]
    listed = client.get(url).content.decode()
    assert "示例F02公司" in listed
    assert "“查账征收”需落实并提供证明" in listed
    assert reverse("policies:diagnosis", args=["F02"]) in listed


def test_whoever_may_not_see_facts_sees_no_distances(
    stands: dict[str, str],
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("leader", "990100")
    page = client.get(reverse("policies:rung", args=["tech_sme_national"]), {"stand": "near"})
    text = page.content.decode()
    assert "示例F02公司" in text
    assert "查账征收" not in text


def test_the_ladder_before_any_run_shows_what_is_held(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    title(technology_firm("F01"), "hnte", LAST, LATER)
    page = signed_in("officer", "990100").get(reverse("policies:ladder"))
    assert "还没有运行过规则" in page.content.decode()
    (mine,) = ladder.counts(SYSTEM, ["hnte"])
    assert mine.total == Counter({Stand.CERTIFIED: 1})
    assert signed_in("officer", "990100").get("/policies/ladder/nothing/").status_code == 404


# --- distances


@pytest.mark.parametrize(
    ("share", "pieces", "expected"),
    [
        (Fraction(1), 0, True),
        (Fraction(101, 100), 0, False),
        (None, 3, True),
        (None, 4, False),
        (None, 0, True),
    ],
)
def test_one_change_is_near_within_reach(
    share: Fraction | None, pieces: int, expected: bool
) -> None:
    change = Change("研发人员", "1 人", "2 人", "", share, pieces)
    assert is_near(Distance(2027, None, Way((change,), Fraction(1)))) is expected
    assert not is_near(Distance(2027, None, Way((change, change), Fraction(2))))
    assert is_near(Distance(2027, None, Way((), Fraction(0))))
    assert not is_near(None)


def test_a_distance_tells_what_is_still_missing(city: Region) -> None:
    party = technology_firm("F01", total_income=5_000 * WAN, hightech_income=2_900 * WAN)
    right(party)
    title(technology_firm("F02"), "tech_sme_national", LAST, LATER)
    right(technology_firm("F03"))
    run = judged(date(2026, 7, 1))
    row = Prospect.objects.get(run=run, party=party, rung="hnte")
    assert (row.state, row.this_year) == ("near", False)
    assert row.lacks.startswith("2026年高新技术产品（服务）收入需达到")
    assert row.missing > 0
    assert row.effort > 0
    again = judged(date(2026, 7, 2))
    assert not Prospect.objects.exclude(run=again).exists()


def test_an_older_run_that_ends_last_takes_nothing_from_the_newer(city: Region) -> None:
    right(technology_firm("F01"))
    older, newer = judged(date(2026, 7, 1)), judged(date(2026, 7, 2))
    kept = set(Prospect.objects.values_list("pk", flat=True))
    name, arguments = "培育阶梯", {"run": older.pk}
    jobs.submit(SYSTEM, LADDER, name, arguments, Place(older.region.path))
    run_waiting_jobs()
    assert set(Prospect.objects.values_list("pk", flat=True)) == kept
    assert ladder_run() == newer


def test_a_first_look_comes_before_all_other_facts(
    city: Region, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_rulebook()
    book = Rulebook([each for each in whole if each.id in FIRST_LOOK], whole.dictionary)
    monkeypatch.setattr(rules, "load_rulebook", lambda: book)
    unknown: dict[str, Any] = {"rd_expense_deduction": None, "technical_staff_quarterly": None}
    listed = technology_firm("F01", **unknown)
    title(listed, "tech_sme_provincial", LAST, LATER)
    waits = technology_firm("F02", revenue=None, not_listed_abnormal=None, **unknown)
    title(waits, "tech_sme_provincial", LAST, LATER)
    one = technology_firm("F03", not_listed_abnormal=None, **unknown)
    title(one, "tech_sme_provincial", LAST, LATER)
    never = technology_firm("F04", **unknown)
    standing(never, "survey", deduction_used=False)
    for party in (listed, waits, one, never):
        right(party)
    judged(TODAY)
    officer = actor("officer", "990100")
    asked = list(ask(LISTINGS["hnte"], officer, QueryDict()).rows())
    assert [(row.party.code, row.stand) for row in asked] == [
        ("F01", "screened"), ("F03", "open"), ("F02", "open"), ("F04", "open"),
    ]  # fmt: skip
    prepare(rungs()["hnte"], asked, frozenset({"lacks"}))
    told = {row.party.code: lacks(row) for row in asked}
    assert told["F03"] == "初筛还要知道未列入经营异常名录和严重违法失信名单"
    assert told["F02"].startswith("初筛还要知道营业收入档次、")
    assert told["F01"].startswith("待归集")
    assert told["F01"].endswith("项")
    assert "专家分" not in "".join(told.values())
    (mine,) = ladder.counts(officer, ["hnte"])
    assert mine.total == Counter({Stand.SCREENED: 1, Stand.OPEN: 3})
    assert admitting(officer, rungs()["hnte"], [listed.pk]).comes


def test_what_only_experts_have_to_say_is_told_so() -> None:
    assert to_collect(()) == "没有不符合的条件，只等专家评分"
    assert to_collect(("一", "二")) == "待归集一、二"
    assert to_collect(tuple("一二三四五")) == "待归集一、二、三、四等5项"


def test_every_rung_has_a_rule_and_a_title_that_there_are() -> None:
    known = set(load_rulebook().ids())
    for rung in rungs().values():
        assert {*rung.rules, *filter(None, [rung.screening])} <= known
        assert rung.titles


def test_after_a_merge_the_one_that_stays_is_told_of(stands: dict[str, str]) -> None:
    one, two = (Party.objects.get(code=code) for code in ("F01", "F02"))
    run = Prospect.objects.earliest("pk").run
    for party in (one, two):
        VerdictChange.objects.create(run=run, party=party, rule="hnte", after="qualified")
    VerdictChange.objects.create(run=run, party=one, rule="srdi_sme", after="qualified")
    merging.move(SYSTEM, "F01", "F02")
    told = VerdictChange.objects.values_list("party__code", "rule")
    assert sorted(told) == [("F02", "hnte"), ("F02", "srdi_sme")]
    assert not Prospect.objects.filter(party=one).exists()
    assert Qualification.objects.count() > 0

"""From the registry to rules: one firm, a batch and the whole registry say the same."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from policies_city import AS_OF, WAN, right, technology_firm, title
from registry_facts import correction, firm, yearly

from kechuang.eligibility.verdicts import verdicts_of
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.policies import inputs
from kechuang.office.policies.inputs import Fields
from kechuang.office.policies.rules import holds_at, holds_here, rulebook, rules_at, rules_on
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.queries.frames import frames, held_frames
from kechuang.rulebook.library import load_rulebook

RULES = ("tech_sme_national", "hnte_screening", "hnte", "srdi_sme")

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PATH = "/990000/990100/"


def fields() -> Fields:
    return inputs.needed(rules_at(PATH, AS_OF), rulebook(), AS_OF)


def test_one_firm_is_judged_as_in_the_whole_registry(city: Region) -> None:
    parties = [
        technology_firm("E01"),
        technology_firm("E02", rd=10),
        technology_firm("E03", "990102"),
    ]
    right(parties[0])
    right(parties[1], ip_class="II")
    title(parties[2], "hnte", date(2024, 1, 1), date(2026, 12, 31))
    yearly(parties[1], 2024, "firm_statement", revenue=100 * WAN)
    book = rulebook()
    whole = dict(frames(SYSTEM, AS_OF, fields()))
    whole["enterprises"] = inputs.with_what_follows(whole["enterprises"])
    for rule in rules_at(PATH, AS_OF):
        at_once = verdicts_of(rule, book, whole, AS_OF)
        one_by_one = [
            verdicts_of(
                rule,
                book,
                inputs.frames_between(party.pk, party.pk, AS_OF, fields(), held_frames()),
                AS_OF,
            )
            for party in parties
        ]
        assert pl.concat(one_by_one).equals(at_once), rule.key


def test_a_table_is_unknown_only_where_the_registry_holds_nothing_of_it(city: Region) -> None:
    one, two = technology_firm("E01"), technology_firm("E02")
    found = inputs.facts_of(one.pk, AS_OF, fields())
    assert found is not None
    assert "ip" not in found.rows
    right(two)
    found = inputs.facts_of(one.pk, AS_OF, fields())
    assert found is not None
    assert found.rows["ip"] == []
    assert "honours" not in found.rows


def test_the_source_that_counts_and_corrections_are_taken(city: Region) -> None:
    party = technology_firm("E01")
    yearly(party, 2025, "firm_statement", revenue=1 * WAN)
    found = inputs.facts_of(party.pk, AS_OF, fields())
    assert found is not None
    assert found.facts["revenue__y0"] == 4_900 * WAN
    correction(party, 2025, "revenue", number=77 * WAN)
    found = inputs.facts_of(party.pk, AS_OF, fields())
    assert found is not None
    assert found.facts["revenue__y0"] == 77 * WAN


@pytest.mark.parametrize(
    ("revenue", "said", "expected"),
    [
        (0, None, "none"),
        (5_000 * WAN, None, "small"),
        (5_000 * WAN + 1, None, "middle"),
        (20_000 * WAN, None, "middle"),
        (20_000 * WAN + 1, None, "large"),
        (None, None, None),
        (5_000 * WAN, "large", "large"),
    ],
)
def test_the_class_of_revenue_follows_from_revenue(
    revenue: int | None, said: str | None, expected: str | None
) -> None:
    schema = {"revenue__y0": pl.Int64, "revenue_class": pl.String}
    frame = pl.DataFrame({"revenue__y0": [revenue], "revenue_class": [said]}, schema=schema)
    assert inputs.with_what_follows(frame)["revenue_class"].to_list() == [expected]


@pytest.mark.parametrize("change", [{"status": "closed"}, {"kind": "park"}])
def test_who_is_no_enterprise_at_work_is_not_judged(city: Region, change: dict[str, str]) -> None:
    party = firm("E01")
    Organisation.objects.filter(party=party).update(**change)
    assert inputs.facts_of(party.pk, AS_OF, fields()) is None


def test_rules_hold_where_they_say() -> None:
    book = load_rulebook()
    rules = {rule.id: rule for rule in rules_on(AS_OF, book)}
    assert holds_at(rules["hnte"], "/130000/130400/")
    assert not holds_at(rules["st_leading_enterprise"], PATH)
    assert holds_at(rules["st_leading_enterprise"], "/130000/130400/130435/")
    # What another place made as a sample holds nowhere else, also where it names no place.
    assert not holds_at(rules["st_little_giant_model_a"], PATH)
    # A district's rule is judged by its city, for the firms of that district.
    here = {rule.id for rule in holds_here(rules_on(AS_OF, book), "/130000/130600/")}
    assert "award_hnte_gaoyang" in here
    assert "award_hnte_sihui" not in here

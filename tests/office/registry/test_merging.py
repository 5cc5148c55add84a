"""A merge moves every row of every table, and nothing of either record is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import CharField, Model
from office_world import World
from office_writes import assert_audited

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.desk.models import ComparedRow
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent, Job
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.secrets import EncryptedTextField
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry import models as registry
from kechuang.office.registry.merging import RELATIONS, STAYS, Clash, columns_of
from kechuang.office.registry.queries.merging import merged_codes, moving_keys, plan, survivor_of
from kechuang.office.registry.services.merging import Decision, Stale, merge

DAY = date(2026, 1, 2)
BUREAU: dict[str, Any] = {"source": "bureau", "rank": 80, "as_of": DAY}
WHY = Decision("同一家企业重复建档")

# Columns that hold the code of a party and stay as they are, each with its reason.
CODES_THAT_STAY = {"ground.AuditEvent.party": "the trail is never rewritten; pages show both codes"}


def all_columns() -> set[str]:
    """Every column that points to a party, an organisation or a person, or holds a party's code."""
    targets = {Party, registry.Organisation, registry.Person}
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            by_code = isinstance(field, CharField) and field.name in {"party", "owner_party"}
            if field.related_model in targets or by_code:
                found.add(f"{model._meta.app_label}.{model._meta.object_name}.{field.name}")
    return found


def test_every_column_that_points_to_a_party_has_a_rule() -> None:
    ruled = [*moving_keys(), *STAYS, *CODES_THAT_STAY]
    assert (set(ruled), len(ruled)) == (all_columns(), len(set(ruled)))


def test_what_can_clash_is_what_stands_once() -> None:
    for relation in RELATIONS:
        assert bool(relation.others) == (relation.clash is not Clash.NONE), relation.key
        conditions = [
            each
            for each in relation.table._meta.constraints
            if relation.column in getattr(each, "fields", ()) and getattr(each, "condition", None)
        ]
        assert conditions == [], relation.key


def test_no_table_whose_rows_are_kept_as_they_stand_has_secrets() -> None:
    secret = [
        (relation.key, column.name)
        for relation in RELATIONS
        if relation.clash is not Clash.NONE
        for column in columns_of(relation.table)
        if isinstance(column, EncryptedTextField)
    ]
    assert secret == []


# --- two records of one firm


@pytest.fixture
def officer(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990101"))


@pytest.fixture
def county(city: Region) -> Region:
    return Region.objects.get(code="990101")


Firm = Callable[..., registry.Organisation]


@pytest.fixture
def firm(county: Region) -> Firm:
    """Make a firm: `firm("f-1", "示例轴承厂", address="甲路1号")`."""

    def make(
        code: str, name: str, region: Region | None = None, **values: Any
    ) -> registry.Organisation:
        party = Party.objects.create(
            code=code, name=name, kind="enterprise", region=region or county
        )
        return registry.Organisation.objects.create(
            party=party, **{"kind": "enterprise", **BUREAU, **values}
        )

    return make


@pytest.fixture
def crowded(person: Callable[..., Membership], county: Region) -> World:
    """A record of every model about one organisation and one person."""
    party = Party.objects.create(code="park-full", name="园", kind="park", region=county)
    owner = person("officer", "990101", party=party.code, name="人")
    return World(owner.region, party, owner, "并").everything()


def rows_of(key: str, pk: int, code: str) -> set[object]:
    """The keys of the rows that point to a party by this column."""
    app, model, column = key.split(".")
    table = apps.get_model(app, model)
    wanted = pk if table._meta.get_field(column).is_relation else code
    return set(table._default_manager.filter(**{column: wanted}).values_list("pk", flat=True))


def fill_the_rest(world: World, goes: Model) -> None:
    """The columns that the factories leave to others."""
    party = Party.objects.get(pk=goes.pk)
    place = {"region": world.place}
    other = Party.objects.create(code="zz-other", name="另一家", kind="enterprise", **place)
    earlier = Party.objects.create(code="zz-earlier", name="更早", kind="enterprise", **place)
    registry.Organisation.objects.create(
        party=other, kind="enterprise", parent=party, merged_into=None, **BUREAU
    )
    registry.Organisation.objects.create(
        party=earlier, kind="enterprise", merged_into=party, **BUREAU
    )
    registry.Person.objects.create(
        party=Party.objects.create(code="zz-person", name="更早的人", kind="person", **place),
        merged_into=party, **BUREAU
    )  # fmt: skip
    low, high = sorted((party, other), key=lambda each: each.pk)
    registry.Unlike.objects.create(party=low, other=high, reason="看过", decided_by="x")
    first = Party.objects.create(code="zz-last", name="最后", kind="enterprise", **place)
    registry.Unlike.objects.create(party=party, other=first, reason="看过", decided_by="x")
    # The other end of a pair is the greater key: another pair in which this party is that end.
    if not registry.Unlike.objects.filter(other=party).exists():
        smaller = Party.objects.order_by("pk").exclude(pk=party.pk).first()
        assert smaller is not None
        registry.Unlike.objects.create(party=smaller, other=party, reason="看过", decided_by="x")
    Job.objects.update(owner_party=party.code, party=party.code)
    ComparedRow.objects.update(party=party)


def test_every_row_of_an_organisation_moves(crowded: World, firm: Firm, officer: Actor) -> None:
    goes = crowded.of(registry.Organisation)
    goes.tags.add(crowded.of(registry.Tag))
    fill_the_rest(crowded, goes)
    stays = firm("p-stays", "另一份档案")
    of_people = {"registry.Affiliation.person", "registry.Platform.head",
                 "registry.PlatformMember.person", "registry.PersonField.person"}  # fmt: skip
    keys = [key for key in moving_keys() if key not in of_people]
    before = {key: rows_of(key, goes.pk, goes.party.code) for key in keys}
    assert [key for key, rows in before.items() if not rows] == []
    assert_audited(lambda: merge(officer, goes, stays, WHY))
    assert [key for key in keys if rows_of(key, goes.pk, goes.party.code)] == []
    unlike = {"registry.Unlike.party", "registry.Unlike.other"}
    # A tag is put on the other record: the row that says so is a new one.
    tags = "registry.Organisation_tags.organisation"
    # What was worked out of the one that goes no longer holds.
    worked_out = {
        "policies.Prospect.party", "policies.Climber.party", "policies.GoalFirm.party",
        "policies.PreviewChange.party",
    }  # fmt: skip
    for key in set(keys) - unlike - worked_out - {tags}:
        assert before[key] <= rows_of(key, stays.pk, stays.party.code), key
    assert list(stays.tags.all()) == [crowded.of(registry.Tag)]
    pairs = set.union(*(rows_of(key, stays.pk, "") for key in unlike))
    assert pairs == before["registry.Unlike.party"] | before["registry.Unlike.other"]


def test_every_row_of_a_person_moves(crowded: World, county: Region, officer: Actor) -> None:
    goes = crowded.of(registry.Person)
    earlier = Party.objects.create(code="zz-e", name="更早", kind="person", region=county)
    registry.Person.objects.create(party=earlier, merged_into=goes.party, **BUREAU)
    registry.Platform.objects.update(head=goes)
    party = Party.objects.create(code="ren-stays", name="同一人", kind="person", region=county)
    stays = registry.Person.objects.create(party=party, is_commissioner=True, **BUREAU)
    keys = ["registry.Affiliation.person", "registry.Platform.head", "registry.Person.merged_into",
            "registry.PlatformMember.person", "registry.PersonField.person"]  # fmt: skip
    before = {key: rows_of(key, goes.pk, "") for key in keys}
    assert [key for key, rows in before.items() if not rows] == []
    assert_audited(lambda: merge(officer, goes, stays, WHY))
    after = {key: rows_of(key, stays.pk, "") - {goes.pk} for key in keys}
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (after, goes.merged_into) == (before, party)
    assert (stays.is_expert, stays.is_commissioner, stays.phone) == (True, True, "13800001234")
    kept = registry.Merge.objects.get(goes=goes.party)
    assert "13800001234" not in str((kept.filled, kept.kept))
    assert not AuditEvent.objects.filter(changes__icontains="13800001234").exists()


# --- where both have one


def fact(record: registry.Organisation, **values: Any) -> registry.YearlyFact:
    row = {"year": 2025, **BUREAU, **values}
    return registry.YearlyFact.objects.create(party=record.party, **row)


def test_of_two_rows_the_surviving_one_counts_and_learns_and_the_other_is_kept(
    firm: Firm, officer: Actor
) -> None:
    goes, stays = firm("f-1", "轴承厂（甲）"), firm("f-2", "轴承厂")
    lost = fact(goes, revenue=300, rd_staff=9)
    won = fact(stays, revenue=500)
    row = merge(officer, goes, stays, WHY)
    left = registry.YearlyFact.objects.get()
    assert (left.pk, left.revenue, left.rd_staff) == (won.pk, 500, 9)  # type: ignore[attr-defined]
    (kept,) = row.kept
    assert (kept["relation"], kept["row"]) == ("registry.YearlyFact.party", lost.pk)
    assert (kept["values"]["revenue"], kept["values"]["party_id"]) == (300, goes.pk)
    filled = [each for each in row.filled if each["relation"] == "registry.YearlyFact.party"]
    assert filled == [
        {"relation": "registry.YearlyFact.party", "row": won.pk, "column": "rd_staff",
         "from": None, "to": 9}
    ]  # fmt: skip


def test_officer_chooses_the_other_row(firm: Firm, officer: Actor) -> None:
    goes, stays = firm("f-1", "轴承厂（甲）"), firm("f-2", "轴承厂")
    won, lost = fact(goes, revenue=300), fact(stays, revenue=500, rd_staff=7)
    choices = {f"registry.YearlyFact.party:{won.pk}": "goes"}
    row = merge(officer, goes, stays, Decision("重复建档", choices))
    left = registry.YearlyFact.objects.get()
    assert (left.pk, left.party, left.revenue, left.rd_staff) == (  # type: ignore[attr-defined]
        won.pk, stays.party, 300, 7,
    )  # fmt: skip
    assert [each["row"] for each in row.kept] == [lost.pk]


def test_facts_of_other_years_and_sources_stand_beside_each_other(
    firm: Firm, officer: Actor
) -> None:
    goes, stays = firm("f-1", "轴承厂（甲）"), firm("f-2", "轴承厂")
    fact(goes, revenue=1, year=2024)
    fact(goes, revenue=2, source="tax_copy", rank=50)
    fact(stays, revenue=3)
    row = merge(officer, goes, stays, WHY)
    left = registry.YearlyFact.objects.filter(party=stays.party)
    assert (sorted(left.values_list("revenue", flat=True)), row.kept) == ([1, 2, 3], [])


def test_a_correction_that_says_unknown_is_not_filled(firm: Firm, officer: Actor) -> None:
    goes, stays = firm("f-1", "轴承厂（甲）"), firm("f-2", "轴承厂")
    cell = {"year": 2025, "field": "revenue", "reason": "对过", **BUREAU}
    registry.CellCorrection.objects.create(party=goes.party, number=5, **cell)
    registry.CellCorrection.objects.create(party=stays.party, number=None, **cell)
    merge(officer, goes, stays, WHY)
    assert registry.CellCorrection.objects.get().number is None


# --- the records themselves


def test_name_and_region_of_the_one_become_history_of_the_other(
    firm: Firm, person: Callable[..., Membership]
) -> None:
    goes = firm("f-1", "轴承厂（甲）", Region.objects.get(code="990102"))
    stays = firm("f-2", "轴承厂")
    merge(actor_of(person("officer", "990100")), goes, stays, WHY)
    name = registry.FormerName.objects.get(party=stays.party)
    stay = registry.RegionStay.objects.get(party=stays.party)
    assert (name.name, name.name_key, stay.region.code) == ("轴承厂（甲）", "轴承厂甲", "990102")
    assert (survivor_of(goes.party), survivor_of(stays.party)) == (stays.party, None)
    assert merged_codes("f-2") == ["f-1"]


def test_unknown_fields_are_taken_over_with_their_source(firm: Firm, officer: Actor) -> None:
    goes = firm("f-1", "轴承厂", address="乙路2号", website="a.example", main_business="轴承")
    stays = firm("f-2", "轴承厂", address="甲路1号", website="b.example")
    registry.CellSource.objects.create(
        party=goes.party, field="main_business", source="survey", rank=70, as_of=DAY
    )
    row = merge(officer, goes, stays, Decision("重复建档", {"website": "goes"}))
    stays.refresh_from_db()
    assert (stays.address, stays.website, stays.main_business) == ("甲路1号", "a.example", "轴承")
    sources = registry.CellSource.objects.filter(party=stays.party).order_by("field")
    assert [(each.field, each.source) for each in sources] == [
        ("main_business", "survey"), ("website", "bureau"),
    ]  # fmt: skip
    assert {each["column"]: each["from"] for each in row.filled} == {
        "main_business": "", "website": "b.example",
    }  # fmt: skip


def test_credit_code_goes_over(firm: Firm, officer: Actor) -> None:
    goes, stays = firm("f-1", "轴承厂", credit_code="91990101MA00000019"), firm("f-2", "轴承厂")
    with pytest.raises(ValidationError, match="确认确为同一家"):
        merge(officer, goes, stays, WHY)
    merge(officer, goes, stays, Decision("重复建档", sure=True))
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.credit_code, stays.credit_code) == (None, "91990101MA00000019")


def test_what_another_body_keeps_does_not_give_way(firm: Firm, officer: Actor) -> None:
    goes = firm("f-1", "轴承厂", address="乙路2号")
    stays = firm("f-2", "轴承厂", address="甲路1号", source="registration", rank=20)
    pair = next(each for each in plan(goes, stays).fields if each.code == "address")
    merge(officer, goes, stays, Decision("重复建档", {"address": "goes"}))
    stays.refresh_from_db()
    assert (pair.state, stays.address) == ("official", "甲路1号")


def test_a_firm_is_not_its_own_parent(firm: Firm, officer: Actor) -> None:
    stays = firm("f-2", "轴承厂")
    goes = firm("f-1", "轴承厂", parent=stays.party)
    stays.parent = goes.party
    stays.save()
    merge(officer, goes, stays, WHY)
    stays.refresh_from_db()
    assert stays.parent is None


# --- roles and proposals


def test_role_held_for_both_is_held_once(
    firm: Firm, officer: Actor, person: Callable[..., Membership]
) -> None:
    goes, stays = firm("f-1", "轴承厂"), firm("f-2", "轴承厂")
    both = person("enterprise_user", "990101", party="f-1")
    Membership.objects.create(
        user=both.user, role=both.role, region=both.region, party=stays.party,
        since=both.since, granted_by="system",
    )  # fmt: skip
    one = person("enterprise_user", "990101", party="f-1")
    merge(officer, goes, stays, WHY)
    rows = Membership.objects.filter(party=stays.party)
    assert sorted(
        (row.user.username, row.revoked_at is None) for row in rows.select_related("user")
    ) == sorted(
        [(both.user.username, True), (both.user.username, False), (one.user.username, True)]
    )
    told = AuditEvent.objects.filter(action="membership.moved", subject_key=one.user.username)
    assert told.get().changes["party"] == ["轴承厂", "轴承厂"]


def test_second_open_proposal_for_a_cell_is_closed(firm: Firm, officer: Actor) -> None:
    goes, stays = firm("f-1", "轴承厂"), firm("f-2", "轴承厂")
    for each in (goes, stays):
        registry.Proposal.objects.create(
            party=each.party, table="organisation", field="address", after="新路", reason="迁址",
            proposed_by="x", proposed_name="李四",
        )  # fmt: skip
    merge(officer, goes, stays, WHY)
    states = registry.Proposal.objects.filter(party=stays.party).values_list("state", flat=True)
    assert sorted(states) == ["proposed", "withdrawn"]


def test_unlike_pair_that_is_there_already_is_kept_once(firm: Firm, officer: Actor) -> None:
    goes, stays, third = firm("f-1", "轴承厂"), firm("f-2", "轴承厂"), firm("f-3", "轴承三厂")
    for each in (goes, stays):
        registry.Unlike.objects.create(
            party=each.party, other=third.party, reason="看过", decided_by="x"
        )
    row = merge(officer, goes, stays, WHY)
    left = registry.Unlike.objects.get()
    assert (left.party, left.other, len(row.kept)) == (stays.party, third.party, 1)


# --- who may, and when


def test_both_records_must_be_in_reach(firm: Firm, officer: Actor) -> None:
    here, there = firm("f-1", "轴承厂"), firm("f-2", "轴承厂", Region.objects.get(code="990102"))
    for goes, stays in ((here, there), (there, here)):
        with pytest.raises(Refusal):
            merge(officer, goes, stays, WHY)
    assert not registry.Merge.objects.exists()


@pytest.mark.parametrize(
    ("reason", "same", "message"),
    [("  ", False, "请写明"), ("重复", False, "请写明"), ("重复建档", True, "两份不同的档案")],
)
def test_merge_is_refused(
    firm: Firm, officer: Actor, reason: str, same: bool, message: str
) -> None:
    goes = firm("f-1", "轴承厂")
    stays = goes if same else firm("f-2", "轴承厂")
    with pytest.raises(ValidationError, match=message):
        merge(officer, goes, stays, Decision(reason))


def test_merged_record_is_not_merged_again(firm: Firm, officer: Actor) -> None:
    goes, stays, third = firm("f-1", "轴承厂"), firm("f-2", "轴承厂"), firm("f-3", "轴承厂")
    merge(officer, goes, stays, WHY)
    with pytest.raises(ValidationError, match="已并入"):
        merge(officer, goes, third, WHY)
    merge(officer, stays, third, WHY)
    assert (survivor_of(goes.party), merged_codes("f-3")) == (third.party, ["f-1", "f-2"])


def test_merge_after_a_change_is_shown_anew(firm: Firm, officer: Actor) -> None:
    goes, stays = firm("f-1", "轴承厂"), firm("f-2", "轴承厂")
    fact(goes, revenue=1)
    row = fact(stays, revenue=2)
    seen = plan(goes, stays).digest
    assert plan(goes, stays).digest == seen
    registry.YearlyFact.objects.filter(pk=row.pk).update(revenue=3)
    with pytest.raises(Stale):
        merge(officer, goes, stays, Decision("重复建档", seen=seen))


def test_both_histories_tell_of_it(firm: Firm, officer: Actor) -> None:
    goes, stays = firm("f-1", "轴承厂（甲）", address="甲路1号"), firm("f-2", "轴承厂")
    merge(officer, goes, stays, WHY)
    lines = {
        line.subject_key: line for line in AuditEvent.objects.filter(action="organisation.merge")
    }
    assert lines["f-1"].changes == {"merged_into": [None, "轴承厂 f-2"]}
    assert lines["f-2"].changes == {
        "merged_from": [None, "轴承厂（甲） f-1"],
        "address": ["", "甲路1号"],
        "moved_rows": [None, 0],
    }  # fmt: skip
    assert {line.reason for line in lines.values()} == {"同一家企业重复建档"}


def test_plan_takes_as_few_queries_for_many_rows_as_for_few(
    firm: Firm, django_assert_max_num_queries: Any
) -> None:
    goes, stays = firm("f-1", "轴承厂"), firm("f-2", "轴承厂")
    for year in range(2000, 2026):
        fact(goes, year=year, revenue=1)
        fact(stays, year=year, revenue=2)
    with django_assert_max_num_queries(12):
        found = plan(goes, stays)
    assert (len(found.pairs), dict(found.moving)) == (26, {"年度数据": 26})

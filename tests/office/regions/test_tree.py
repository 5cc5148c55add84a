"""The tree of divisions: loaded below any node, loaded again, added to and renamed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent, StoredFile
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.regions import services
from kechuang.office.regions.models import Installation, Region
from kechuang.office.regions.services import NewRegion
from kechuang.reference.divisions import Division, Divisions, load_divisions

pytestmark = pytest.mark.django_db

MADE_UP = (
    Division("990000", "示例省", None, "province", "示例省", ()),
    Division("990100", "示例市", "990000", "prefecture", "示例市", ()),
    Division("990101", "甲县", "990100", "county", "甲县", ()),
    Division("990200", "样板市", "990000", "prefecture", "样板市", ()),
)


def paths() -> dict[str, str]:
    return dict(Region.objects.values_list("code", "path"))


def with_change(code: str, **values: object) -> Divisions:
    changed = [
        Division(**{**{name: getattr(each, name) for name in Division.__slots__}, **values})  # type: ignore[arg-type]
        if each.code == code
        else each
        for each in MADE_UP
    ]
    return Divisions(changed)


@pytest.mark.parametrize(
    ("root", "count"),
    [("130000", 179), ("130400", 20), ("130435", 3), ("110000", 17)],
    ids=["province", "city", "county", "municipality"],
)
def test_installation_is_rooted_at_any_node(root: str, count: int) -> None:
    divisions = load_divisions()
    services.load(SYSTEM, divisions, root)
    below = sum(divisions.is_within(each.code, root) for each in divisions)
    assert Region.objects.count() == below + len(divisions.parents(root)) == count


@pytest.mark.both_databases
def test_whole_country_is_loaded_province_by_province() -> None:
    divisions = load_divisions()
    for each in divisions:
        if each.parent is None:
            services.load(SYSTEM, divisions, each.code)
    stored = Region.objects.values_list("code", "name", "parent__code")
    assert set(stored) == {(each.code, each.name, each.parent) for each in divisions}


def test_path_holds_the_codes_from_the_top_down() -> None:
    services.load(SYSTEM, load_divisions(), "130435")
    assert paths() == {
        "130000": "/130000/",
        "130400": "/130000/130400/",
        "130435": "/130000/130400/130435/",
    }


def test_loading_again_changes_nothing() -> None:
    services.load(SYSTEM, Divisions(MADE_UP), "990000")
    before = list(Region.objects.values()), AuditEvent.objects.count()
    assert not services.load(SYSTEM, Divisions(MADE_UP), "990000")
    assert (list(Region.objects.values()), AuditEvent.objects.count()) == before


def test_new_name_keeps_the_old_one_as_a_former_name() -> None:
    services.load(SYSTEM, Divisions(MADE_UP), "990000")
    services.load(SYSTEM, with_change("990101", name="甲区"), "990000")
    region = Region.objects.get(code="990101")
    assert (region.name, region.former_names) == ("甲区", ["甲县"])
    line = AuditEvent.objects.filter(action="region.change").get()
    assert (line.subject_key, line.changes["name"]) == ("990101", ["甲县", "甲区"])


def test_name_given_here_stands_when_divisions_are_loaded_again() -> None:
    services.load(SYSTEM, Divisions(MADE_UP), "990000")
    services.rename(SYSTEM, "990101", "甲区")
    assert not services.load(SYSTEM, Divisions(MADE_UP), "990000")
    assert Region.objects.get(code="990101").name == "甲区"


@pytest.mark.both_databases
def test_division_that_moves_takes_along_all_that_lies_below() -> None:
    services.load(SYSTEM, Divisions(MADE_UP), "990000")
    services.add(SYSTEM, NewRegion("990101001", "城关镇", "township", "990101"))
    StoredFile.objects.create(digest="0" * 64, name="a", size=1, region="/990000/990100/990101/")
    services.load(SYSTEM, with_change("990101", parent="990200"), "990000")
    assert paths()["990101001"] == "/990000/990200/990101/990101001/"
    assert Region.objects.get(code="990101").parent == Region.objects.get(code="990200")
    assert StoredFile.objects.get().region == "/990000/990200/990101/"
    assert {each.region for each in AuditEvent.objects.filter(action="region.add")} == {
        "/990000/990100/990101/990101001/"
    }


def test_found_once_only() -> None:
    services.found(SYSTEM, Divisions(MADE_UP), "990100", "示例市科技局")
    assert Installation.objects.get().root.code == "990100"
    with pytest.raises(services.InUse):
        services.found(SYSTEM, Divisions(MADE_UP), "990100", "示例市科技局")
    assert AuditEvent.objects.filter(action="installation.found").count() == 1


def test_unknown_root_changes_nothing() -> None:
    with pytest.raises(KeyError):
        services.found(SYSTEM, Divisions(MADE_UP), "123456", "某局")
    assert (Region.objects.count(), AuditEvent.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewRegion("990101", "城关镇", "township", "990101"), "code"),
        (NewRegion("990101001", "城关县", "county", "990101"), "level"),
        (NewRegion("990101001", "城关省", "nation", "990101"), "level"),
        (NewRegion("990103", "乙区", "county", "990100"), "name"),
        (NewRegion("990101001", "城关镇", "township", "123456"), "parent"),
    ],
    ids=["code taken", "level not lower", "level unknown", "name of a sister", "no parent"],
)
def test_region_that_cannot_stand_there_is_refused(
    city: Region, new: NewRegion, field: str
) -> None:
    before = Region.objects.count()
    with pytest.raises(ValidationError) as refused:
        services.add(SYSTEM, new)
    assert list(refused.value.message_dict) == [field]
    assert Region.objects.count() == before


def test_administrator_adds_only_below_their_own_region(actor: Callable[..., Actor]) -> None:
    county = actor("system_administrator", "990101")
    services.add(county, NewRegion("990101001", "城关镇", "township", "990101"))
    with pytest.raises(Refusal) as refused:
        services.add(county, NewRegion("990102001", "城关镇", "township", "990102"))
    assert refused.value.why.reason == "outside"


@pytest.mark.parametrize("role", ["officer", "security_administrator", "leader"])
def test_others_add_and_rename_nothing(actor: Callable[..., Actor], role: str) -> None:
    someone = actor(role)
    with pytest.raises(Refusal):
        services.add(someone, NewRegion("990101001", "城关镇", "township", "990101"))
    with pytest.raises(Refusal):
        services.rename(someone, "990101", "甲区")


def test_settings_leave_a_line_from_what_to_what(actor: Callable[..., Actor]) -> None:
    changes = services.change_installation(actor("system_administrator"), {"size": "small"})
    assert changes == {"size": ("standard", "small")}
    line = AuditEvent.objects.get(action="installation.change")
    assert (line.changes, line.actor_role) == (
        {"size": ["standard", "small"]},
        "system_administrator",
    )


def test_setting_that_does_not_exist_is_refused(actor: Callable[..., Actor]) -> None:
    with pytest.raises(ValidationError):
        services.change_installation(actor("system_administrator"), {"size": "huge"})
    assert Installation.objects.get().size == "standard"


def test_unchanged_settings_leave_no_line(actor: Callable[..., Actor]) -> None:
    assert services.change_installation(actor("system_administrator"), {"size": "standard"}) == {}
    assert not AuditEvent.objects.filter(action="installation.change").exists()


def test_a_party_keeps_its_region_when_that_moves() -> None:
    services.load(SYSTEM, Divisions(MADE_UP), "990000")
    party = Party.objects.create(
        code="p-1", name="某局", kind="bureau", region=Region.objects.get(code="990101")
    )
    services.load(SYSTEM, with_change("990101", parent="990200"), "990000")
    party.refresh_from_db()
    assert party.region.path == "/990000/990200/990101/"

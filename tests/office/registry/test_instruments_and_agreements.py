"""Instruments and agreements: what may be put in, how they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from office_writes import assert_audited
from pytest_django.fixtures import Settings
from registry_records import BUREAU, DAY, firm, wrong

from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.uploads import Incoming
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Agreement, AgreementParty, Instrument
from kechuang.office.registry.queries import agreements as queries
from kechuang.office.registry.services import agreements, resources

pytestmark = pytest.mark.django_db

SCANNER = {"code": "yq-1", "name": "三坐标测量机", "original_value": 123_456_700}


def test_instrument_is_put_in_changed_and_taken_out_of_use(city: Region) -> None:
    party = firm()
    row = assert_audited(lambda: resources.create(SYSTEM, party, SCANNER, BUREAU))
    resources.change(SYSTEM, row, {"code": "yq-9", "fee": "200元/小时"}, BUREAU)
    resources.retire(SYSTEM, row, "报废")
    row.refresh_from_db()
    assert (row.code, row.fee, row.is_active, row.initials) == (
        "yq-1", "200元/小时", False, "szbclj",
    )  # fmt: skip
    assert AuditEvent.objects.get(action="instrument.retire").reason == "报废"
    resources.bring_back(SYSTEM, row, "修好")
    row.refresh_from_db()
    assert row.is_active is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "仪器"}, "code"), ({"code": "yq-0"}, "code"),
     ({"original_value": -1}, "original_value")],
)  # fmt: skip
def test_instrument_that_cannot_be_is_refused(
    city: Region, changes: dict[str, Any], field: str
) -> None:
    resources.create(SYSTEM, firm("甲"), {**SCANNER, "code": "yq-0"}, BUREAU)
    with pytest.raises(ValidationError) as refused:
        resources.create(SYSTEM, firm("乙"), {**SCANNER, **changes}, BUREAU)
    assert (wrong(refused), Instrument.objects.count()) == ([field], 1)


def agreement(**values: Any) -> Agreement:
    given = {
        "name": "曲轴联合研发协议", "kind": "firm_school", "since": date(2025, 1, 1),
        "until": date(2026, 12, 31), "region": Region.objects.get(code="990101"), **values,
    }  # fmt: skip
    return agreements.create(SYSTEM, given, [(firm("甲"), "甲方"), (firm("乙"), "乙方")], BUREAU)


def test_agreement_is_kept_with_its_parties(city: Region) -> None:
    row = agreement()
    assert [(each.party.name, each.role) for each in queries.signed_by(row)] == [
        ("甲", "甲方"),
        ("乙", "乙方"),
    ]


@pytest.mark.parametrize(
    ("values", "field"), [({"kind": "peace"}, "kind"), ({"until": date(2024, 1, 1)}, "until")]
)
def test_agreement_that_cannot_be_is_refused(
    city: Region, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        agreement(**values)
    assert (wrong(refused), Agreement.objects.count()) == ([field], 0)


def test_same_party_twice_keeps_nothing(city: Region) -> None:
    party, region = firm("甲"), Region.objects.get(code="990101")
    values = {"name": "协议", "kind": "other", "region": region}
    with pytest.raises(ValidationError):
        agreements.create(SYSTEM, values, [(party, ""), (party, "")], BUREAU)
    assert (Agreement.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_party_is_added_and_removed_but_the_last_stays(city: Region) -> None:
    row = agreement()
    agreements.add_party(SYSTEM, row, firm("丙"), "见证方")
    signed = list(AgreementParty.objects.select_related("agreement__region", "party"))
    for each in signed[:2]:
        agreements.remove_party(SYSTEM, each, "登记有误")
    with pytest.raises(ValidationError):
        agreements.remove_party(SYSTEM, signed[2], "登记有误")
    assert AgreementParty.objects.count() == 1


@pytest.mark.parametrize(
    ("on", "passes"),
    [(date(2026, 3, 1), True), (date(2024, 1, 1), False), (date(2027, 1, 1), False)],
)
def test_agreement_ends_early_within_its_term(city: Region, on: date, passes: bool) -> None:
    row = agreement()
    if passes:
        assert_audited(lambda: agreements.end_early(SYSTEM, row, on, "项目取消"))
        with pytest.raises(ValidationError):
            agreements.prolong(SYSTEM, row, date(2028, 1, 1), "补充1号")
    else:
        with pytest.raises(ValidationError):
            agreements.end_early(SYSTEM, row, on, "项目取消")
    row.refresh_from_db()
    assert (row.ended_on, row.ended_reason) == ((on, "项目取消") if passes else (None, ""))


def test_agreement_is_prolonged_to_a_later_day(city: Region) -> None:
    row = agreement()
    with pytest.raises(ValidationError):
        agreements.prolong(SYSTEM, row, date(2026, 12, 31), "补充1号")
    agreements.prolong(SYSTEM, row, date(2028, 1, 1), "补充1号")
    line = AuditEvent.objects.get(action="agreement.prolong")
    assert (line.changes["until"], line.reason) == (["2026-12-31", "2028-01-01"], "补充1号")


def test_officer_of_another_place_changes_nothing(
    city: Region, actor: Callable[..., Actor]
) -> None:
    row, far = agreement(), actor("officer", "990102")
    machine = resources.create(SYSTEM, firm("丙"), SCANNER, BUREAU)
    acts: list[Callable[[], object]] = [
        lambda: agreements.change(far, row, {"name": "改"}, BUREAU),
        lambda: agreements.end_early(far, row, DAY, "由"),
        lambda: agreements.add_party(far, row, firm("丁", "990102"), ""),
        lambda: resources.retire(far, machine, "由"),
    ]
    for act in acts:
        with pytest.raises(Refusal):
            act()
    assert AgreementParty.objects.count() == 2


def test_enterprise_sees_the_agreements_that_it_signed(
    city: Region, actor: Callable[..., Actor]
) -> None:
    row = agreement()
    agreement(name="别家的协议")
    own = queries.signed_by(row)[0].party.code
    seen = queries.visible(actor("enterprise_user", "990101", party=own))
    assert [each.name for each in seen] == ["曲轴联合研发协议"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("values", "found", "told"),
    [
        ({}, {"valid"}, "履行中"),
        ({"until": None}, {"valid"}, "履行中"),
        ({"until": DAY}, {"valid", "expiring"}, "临期（还有0天）"),
        ({"until": date(2026, 5, 31)}, {"expired"}, "期满"),
        ({"since": date(2026, 6, 2)}, {"future"}, "未开始"),
        ({"ended_on": DAY}, {"ended"}, "提前终止"),
        ({"ended_on": date(2026, 6, 2)}, {"valid"}, "履行中"),
    ],
)
def test_standing_is_the_same_in_the_list_and_in_words(
    city: Region, values: dict[str, Any], found: set[str], told: str
) -> None:
    row = agreement(until=date(2027, 6, 1))
    Agreement.objects.filter(pk=row.pk).update(**values)
    rows = queries.visible(SYSTEM, DAY)
    standings = {code for code in queries.STANDINGS if queries.standing_is(rows, code).exists()}
    assert (standings, str(queries.standing(rows.get()))) == (found, told)


# --- the text of an agreement


PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


def test_text_of_an_agreement_is_kept_after_a_check(
    city: Region, signed_in: Callable[..., Client], settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    row = agreement()
    desk, url = signed_in("officer", "990101"), f"/registry/agreements/{row.pk}/"
    assert "上传协议文本" in desk.get(url).content.decode()
    bad = SimpleUploadedFile("协议.pdf", b"MZ")
    assert "协议.pdf" in desk.post(url + "file/", {"file": bad}).content.decode()
    row.refresh_from_db()
    assert row.file is None
    for name in ("协议.png", "补充.png"):
        desk.post(url + "file/", {"file": SimpleUploadedFile(name, PNG, "image/png")})
    kept = Agreement.objects.get(pk=row.pk).file
    assert kept is not None
    page = desk.get(url).content.decode()
    assert f'<a href="/files/{kept.pk}/">补充.png</a>' in page
    assert desk.get(f"/files/{kept.pk}/").getvalue() == PNG  # type: ignore[attr-defined]
    line = AuditEvent.objects.filter(action="agreement.attach").latest("sequence")
    assert line.changes["file"] == ["协议.png", "补充.png"]
    assert signed_in("officer", "990102").get(url + "file/").status_code == 404
    seen = signed_in("leader", "990101").get(url).content.decode()
    assert "补充.png" in seen
    assert "/files/" not in seen


def test_text_goes_along_into_another_region(
    city: Region, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    row = agreement()
    incoming = Incoming("协议.png", BytesIO(PNG))
    stored = assert_audited(lambda: agreements.attach(SYSTEM, row, incoming))
    agreements.change(SYSTEM, row, {"region": Region.objects.get(code="990102")}, BUREAU)
    stored.refresh_from_db()
    assert stored.region == Region.objects.get(code="990102").path

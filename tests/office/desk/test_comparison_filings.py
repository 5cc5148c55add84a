"""Into a batch and on to a stage for all firms of a list, and back again."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kechuang.office.desk.models import Comparison
from kechuang.office.desk.services import comparison_acts, comparisons
from kechuang.office.desk.services.comparison_kinds import Work
from kechuang.office.filings.models import Batch, BatchStage, Filing, StageEntry
from kechuang.office.ground.actors import Actor
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation

DAY = date(2026, 1, 5)


@pytest.fixture
def batch(county: Region) -> Batch:
    made = Batch.objects.create(
        region=county, name="2026年高企申报", programme="hnte", programme_name="高新技术企业",
        title="hnte", level="national", year=2026, opened_by="x", opened_name="x",
    )  # fmt: skip
    for order, code, meaning in ((1, "intended", "intended"), (2, "submitted", "submitted")):
        BatchStage.objects.create(batch=made, code=code, name=code, order=order, meaning=meaning)
    return made


@pytest.fixture
def compared(officer: Actor, county: Region, firms: list[Organisation]) -> Comparison:
    names = "\n".join(firm.party.name for firm in firms[:3])
    file = comparisons.take_text(officer, county, names)
    return comparisons.send(officer, county, "意向名单", file)


def test_firms_enter_a_batch_go_on_and_are_taken_back(
    officer: Actor, compared: Comparison, batch: Batch, firms: list[Organisation]
) -> None:
    enter = Work("enter", {"batch": batch.pk, "kind": "first", "on": DAY})
    stage = Work(
        "stage",
        {"batch": batch.pk, "stage": "submitted", "on": DAY, "reason": "", "document": "示科1号"},
    )

    put_in = comparison_acts.act(officer, compared, enter)
    again = comparison_acts.act(officer, compared, enter)
    moved = comparison_acts.act(officer, compared, stage)

    assert put_in.counts == {"firms": 3, "done": 3, "left": 0}
    assert again.counts == {"firms": 3, "done": 0, "left": 3}
    assert moved.counts == {"firms": 3, "done": 3, "left": 0}
    assert set(Filing.objects.values_list("stage__code", flat=True)) == {"submitted"}
    kept = comparison_acts.undo(officer, put_in)
    assert kept.counts["kept"] == 3
    undone = comparison_acts.undo(officer, moved)
    assert undone.counts["undone"] == 3
    assert set(Filing.objects.values_list("stage__code", flat=True)) == {"intended"}


def test_firms_that_only_entered_leave_the_batch_again(
    officer: Actor, compared: Comparison, batch: Batch
) -> None:
    made = comparison_acts.act(
        officer, compared, Work("enter", {"batch": batch.pk, "kind": "first", "on": DAY})
    )

    undone = comparison_acts.undo(officer, made)

    assert undone.counts["undone"] == 3
    assert not Filing.objects.exists()
    assert not StageEntry.objects.exists()


def test_what_speaks_against_a_firm_is_told_and_a_deregistered_one_stays_out(
    officer: Actor, compared: Comparison, batch: Batch, firms: list[Organisation]
) -> None:
    for number, status in enumerate(("deregistered", "revoked")):
        Organisation.objects.filter(pk=firms[number].pk).update(status=status)
    work = Work("enter", {"batch": batch.pk, "kind": "first", "on": DAY})

    told = comparison_acts.planned(officer, compared, work)
    made = comparison_acts.act(officer, compared, work)

    assert [(each.why, each.told) for each in told] == [
        ("注销", ""), ("", "列入。请注意：吊销"), ("", "列入"),
    ]  # fmt: skip
    assert made.counts == {"firms": 3, "done": 2, "left": 1}
    assert not Filing.objects.filter(party=firms[0].party).exists()


def test_a_closed_batch_takes_nobody(officer: Actor, compared: Comparison, batch: Batch) -> None:
    Batch.objects.update(closed_on=DAY)

    with pytest.raises(ValidationError, match="已办结"):
        comparison_acts.act(
            officer, compared, Work("enter", {"batch": batch.pk, "kind": "first", "on": DAY})
        )


def test_pages_of_both(
    signed_in: object, compared: Comparison, batch: Batch, firms: list[Organisation]
) -> None:
    browser: Client = signed_in("officer", "990101")  # type: ignore[operator]
    address = f"/desk/comparisons/{compared.pk}/"

    enter = {"batch": batch.pk, "kind": "first", "on": "2026-01-05"}
    shown = browser.post(f"{address}act/enter/", enter).content.decode()
    seal = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seal is not None
    done = browser.post(f"{address}act/enter/", {**enter, "confirm": "1", "seen": seal[1]})
    assert done.status_code == 302
    stage = {"stage": f"{batch.pk}/submitted", "on": "2026-01-05", "reason": "", "document": ""}
    told = browser.post(f"{address}act/stage/", stage).content.decode()
    assert "intended → submitted" in told
    Filing.objects.filter(party=firms[0].party).delete()
    Filing.objects.create(
        batch=batch, party=firms[3].party, kind="first", stage=BatchStage.objects.first(),
        stage_on=DAY, added_by="x", added_name="x",
    )  # fmt: skip
    absent = browser.get(f"{address}absent/?batch={batch.pk}").content.decode()
    assert firms[3].party.name in absent
    assert firms[0].party.name not in absent

"""What an undo of an import puts back, and what it leaves as others made it since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from imported_files import CODE, NAME, code_of, codes, imported, texts, undone, workbook

from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Doubt, ImportBatch, Organisation, YearlyFact
from kechuang.office.registry.services import imports
from kechuang.office.registry.services.doubts import settle_doubt

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B = code_of(1), code_of(2)
CAPITAL = "注册资本（万元）"


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("officer", "990101")


def firm(*values: Any, headers: tuple[str, ...] = ()) -> bytes:
    return workbook([[CODE, NAME, *headers], [A, "甲", *values]])


def test_what_was_changed_since_stays_and_is_told(officer: Actor) -> None:
    batch = imported(officer, workbook([[CODE, NAME, CAPITAL], [A, "甲", 1], [B, "乙", 1]]))
    imported(officer, firm(2, headers=(CAPITAL,)))

    batch = undone(officer, batch)

    assert batch.counts["kept"] > 0
    assert codes(batch) == ["kept", "kept"]
    assert any("甲" in text and "导入后又有改动" in text for text in texts(batch))
    assert [each.party.name for each in Organisation.objects.select_related("party")] == ["甲"]
    assert not Party.objects.filter(code=B).exists()


def test_a_firm_that_others_refer_to_stays(officer: Actor) -> None:
    batch = imported(officer, firm())
    imported(officer, workbook([[CODE, "研发人员数"], [A, 5]]), "yearly_facts", year=2025)

    batch = undone(officer, batch)

    assert Organisation.objects.count() == YearlyFact.objects.count() == 1
    assert any("已被其他记录引用" in text for text in texts(batch))


def revenue(amount: int) -> bytes:
    """A workbook that gives the first firm a revenue of 2025, in 万元."""
    return workbook([[CODE, "营业收入（2025年，万元）"], [A, amount]])


def doubts() -> list[tuple[str, str]]:
    return [(row.state, row.explained) for row in Doubt.objects.order_by("pk")]


def test_doubts_are_looked_for_anew_after_an_undo(officer: Actor) -> None:
    imported(officer, firm())
    imported(officer, revenue(-1), "yearly_facts", year=2025)
    assert doubts() == [("open", "")]
    better = imported(officer, revenue(5), "yearly_facts", year=2025)
    assert doubts() == [("gone", "")]

    undone(officer, better)

    assert doubts() == [("open", "")]


def test_an_explanation_counts_again_when_its_values_come_back(officer: Actor) -> None:
    imported(officer, firm())
    imported(officer, revenue(-1), "yearly_facts", year=2025)
    settle_doubt(officer, Doubt.objects.get(), "冲销上年收入")
    other = imported(officer, revenue(-2), "yearly_facts", year=2025)
    assert doubts() == [("open", "")]

    undone(officer, other)

    assert doubts() == [("explained", "冲销上年收入")]


def test_what_an_undone_import_was_doubted_for_holds_nothing_back(officer: Actor) -> None:
    firms = imported(officer, firm())
    facts = imported(officer, revenue(-1), "yearly_facts", year=2025)

    facts = undone(officer, facts)
    assert doubts() == [("gone", "")]
    firms = undone(officer, firms)

    assert (facts.counts["kept"], firms.counts["kept"]) == (0, 0)
    assert not Doubt.objects.exists()
    assert not Organisation.objects.exists()


def test_after_thirty_days_nothing_is_undone(officer: Actor) -> None:
    batch = imported(officer, firm())
    long_ago = timezone.now() - timedelta(days=imports.UNDO_DAYS + 1)
    ImportBatch.objects.filter(pk=batch.pk).update(written_at=long_ago)

    with pytest.raises(imports.ImportConflict, match="超过30天"):
        imports.undo(officer, batch)


def test_undoing_the_last_import_lets_the_one_before_be_undone(officer: Actor) -> None:
    first = imported(officer, firm(1, headers=(CAPITAL,)))
    second = imported(officer, firm(2, headers=(CAPITAL,)))

    undone(officer, second)
    first = undone(officer, first)

    assert (first.counts["kept"], Organisation.objects.count()) == (0, 0)

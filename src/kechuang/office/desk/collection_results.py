"""What came back, made one: conflicts by cell, the merged workbook with its sheets, the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from kechuang.office.desk.collecting import (
    choices_of,
    form_of,
    layout_in,
    returns_of,
    told_finding,
)
from kechuang.office.desk.models import (
    Collection,
    CollectionConflict,
    CollectionPart,
    CollectionReturn,
)
from kechuang.office.ground import files
from kechuang.office.ground.secrets import masked
from kechuang.sheets.comparing import Change, Slip, changes, slips, told_growth
from kechuang.sheets.layouts import SIGNERS, Layout, Way, headers_of, unit_of
from kechuang.sheets.merging import (
    WHOLE,
    Aside,
    Conflict,
    Merged,
    merge,
    result,
)
from kechuang.sheets.packages import Package
from kechuang.sheets.plain import finding_of
from kechuang.sheets.snapshots import Snapshot, Value, snapshot, told
from kechuang.sheets.values import day_of

MOST_CHANGES: Final = 300
MOST_SLIPS: Final = 200


@dataclass(frozen=True)
class Form:
    """A form opened for merging."""

    content: bytes
    layout: Layout
    sheet: Snapshot
    headers: dict[int, str]


@dataclass(frozen=True)
class Made:
    """The merged workbook, and what is told of it in plain values."""

    content: bytes
    summary: dict[str, Any]


def opened_form(collection: Collection) -> Form:
    """The form of a collection as it was uploaded."""
    content, layout = form_of(collection), layout_in(collection)
    sheet = snapshot(Package.open(content), layout.sheet)
    return Form(content, layout, sheet, headers_of(sheet, layout))


def settle_part(part: CollectionPart, form: Form) -> None:
    """Write down the conflicts of one part; what was decided stays where it still holds."""
    found = merge(returns_of(_taken(part.collection).filter(part=part)))
    known = {(row.row, row.column): row for row in CollectionConflict.objects.filter(part=part)}
    for each in found.conflicts:
        values = [[number, _words(form, each.column, value)] for number, value in each.values]
        row = known.pop((each.row, each.column), None) or CollectionConflict(
            part=part, row=each.row, column=each.column
        )
        row.label = _label(form, each)[:200]
        row.header = form.headers.get(each.column, "")[:200]
        if row.values != values and row.chosen is not None:
            row.chosen, row.decided_at, row.decided_name = None, None, ""
        row.values = values
        row.save()
    CollectionConflict.objects.filter(pk__in=[row.pk for row in known.values()]).delete()


def merged_of(collection: Collection) -> Merged:
    """What all returns of a collection say together, with what was decided."""
    conflicts = CollectionConflict.objects.filter(part__collection=collection)
    decided = conflicts.values_list("part__name", "row", "column", "chosen")
    return merge(returns_of(_taken(collection)), choices_of(decided))


def merged_workbook(collection: Collection, form: Form) -> Made:
    """The form with everything in it, sheets beside it, and what is told on the page."""
    merged = merged_of(collection)
    parts = list(collection.parts.order_by("pk"))  # type: ignore[attr-defined]
    missing = [part for part in parts if part.name not in set(merged.returned)]
    compared = _compared(collection, form, merged)
    found = _slips(collection, form, merged)
    asides = [
        Aside("填报情况", list(_standing(collection, parts)), (24, 12, 18, 12, 12, 12)),
        Aside("未报单位", list(_missing(missing)), (24, 16, 16)),
        Aside("冲突", list(_conflicts(form, merged)), (20, 30, 20, 20, 20)),
        Aside("检查", list(_findings(collection, found)), (20, 24, 60)),
    ]
    if compared:
        asides.append(Aside("与上期对比", list(_changes(compared)), (20, 24, 14, 14, 14, 16)))
    made = result(form.content, form.layout, merged, asides)
    if made.left_out:
        rows = [
            ["填报单位", "内容"],
            *([row.part, _row_words(row.values)] for row in made.left_out),
        ]
        asides.append(Aside("未能并入的行", rows, (24, 60)))
        made = result(form.content, form.layout, merged, asides)
    counts = {
        "parts": len(parts),
        "returned": len(merged.returned),
        "missing": len(missing),
        "conflicts": len(merged.conflicts),
        "open": len(merged.open),
        "added": len(merged.added),
        "gone": len(merged.gone),
        "slips": len(found),
        "left_out": len(made.left_out),
    }
    plain = [_plain_change(each) for each in compared[:MOST_CHANGES]]
    slipped = [
        [each.label, form.headers.get(each.column, ""), told(each.now), told(each.before)]
        for each in found[:MOST_SLIPS]
    ]
    return Made(made.content, {"counts": counts, "changes": plain, "slips": slipped})


def _taken(collection: Collection) -> Any:
    rows = CollectionReturn.objects.filter(
        part__collection=collection, state=CollectionReturn.State.TAKEN
    )
    return rows.select_related("part").order_by("pk")


def _label(form: Form, conflict: Conflict) -> str:
    """What the row of a conflict is called: its closed words."""
    if conflict.row == WHOLE:
        return "增加的行"
    first, last = form.layout.columns
    known = {*form.layout.fill, form.layout.by}
    closed = (column for column in range(first, last + 1) if column not in known)
    words = (form.sheet.at(conflict.row, column) for column in closed)
    texts = [each.text for each in words if isinstance(each.value, str) and not each.formula]
    return "·".join(filter(None, texts)) or f"第{conflict.row}行"


def _words(form: Form, column: int, value: Value) -> str:
    rule = form.layout.rules.get(column)
    if rule is not None and rule.kind == "date" and isinstance(value, Decimal):
        day = day_of(value)
        return day.isoformat() if day else told(value)
    return told(value)


def _row_words(values: Any) -> str:
    return " ".join(told(value) for _column, value in sorted(values.items()))


# --- sheets beside the merged one


def _standing(collection: Collection, parts: Sequence[CollectionPart]) -> Iterable[list[Value]]:
    latest = {row.part.pk: row for row in _taken(collection)}
    yield ["填报单位", "状态", "收到时间", *SIGNERS[:3]]
    for part in parts:
        row = latest.get(part.pk)
        signers = row.content.get("signers", {}) if row else {}
        at = f"{timezone.localtime(row.received_at):%Y-%m-%d %H:%M}" if row else ""
        state = "已报" if row else "未报"
        yield [part.name, state, at, *(signers.get(word, "") for word in SIGNERS[:3])]


def _missing(parts: Sequence[CollectionPart]) -> Iterable[list[Value]]:
    yield ["填报单位", "联系人", "联系电话"]
    for part in parts:
        yield [part.name, part.contact_name, masked("phone", part.contact_phone)]


def _conflicts(form: Form, merged: Merged) -> Iterable[list[Value]]:
    names = dict(CollectionReturn.objects.filter(
        pk__in={number for each in merged.conflicts for number, _value in each.values}
    ).values_list("pk", "name"))  # fmt: skip
    yield ["填报单位", "行", "列", "处理", "各份的值"]
    for each in merged.conflicts:
        values = [
            f"{names.get(number, number)}：{_words(form, each.column, value)}"
            for number, value in each.values
        ]
        state = "未处理，暂用最后一份" if each.key in merged.open else "已选定"
        header = form.headers.get(each.column, "")
        yield [each.part, _label(form, each), header, state, *values]


def _findings(collection: Collection, found: Sequence[Slip]) -> Iterable[list[Value]]:
    yield ["填报单位", "文件", "发现的问题"]
    for row in _taken(collection):
        for each in row.findings:
            yield [row.part.name, row.name, told_finding(finding_of(each))]
    for slip in found:
        words = f"本期 {told(slip.now)}，上期 {told(slip.before)}，相差约一万倍，疑为万元与元混用。"
        yield [slip.label, "", words]


def _changes(compared: Sequence[Change]) -> Iterable[list[Value]]:
    yield ["填报单位", "指标", "本期", "上期", "增减", "增长"]
    for each in compared:
        yield [
            each.part, each.header, each.now, each.before, each.difference, told_growth(each),
        ]  # fmt: skip


def _plain_change(change: Change) -> list[str]:
    numbers = (change.now, change.before, change.difference)
    return [change.part, change.header, *(told(each) for each in numbers), told_growth(change)]


# --- the last period


def numbers_of(form: Form, merged: Merged) -> dict[tuple[str, str], Decimal]:
    """The numbers of each part by column, added up; the total of all parts first."""
    added: dict[tuple[str, str], Decimal] = {}
    for (part, _row, column), value in merged.cells.items():
        header = form.headers.get(column, "")
        rule = form.layout.rules.get(column)
        counts = unit_of(header) or (rule is not None and rule.kind in ("number", "whole"))
        if not isinstance(value, Decimal) or not header or not counts or "%" in header:
            continue
        for name in ("合计", part):
            added[name, header] = added.get((name, header), Decimal(0)) + value
    totals = {key: value for key, value in added.items() if key[0] == "合计"}
    return {**totals, **added}


def _compared(collection: Collection, form: Form, merged: Merged) -> list[Change]:
    before = collection.previous
    if before is None or not before.layout:
        return []
    return changes(numbers_of(form, merged), numbers_of(opened_form(before), merged_of(before)))


def _slips(collection: Collection, form: Form, merged: Merged) -> list[Slip]:
    """Cells whose amount is about ten thousand times the last period's, or the inverse."""
    before = collection.previous
    if before is None or before.result is None or form.layout.way is not Way.ROWS:
        return []
    with files.open_file(before.result) as stream:
        old = snapshot(Package.open(stream.read()), before.layout["sheet"])
    cells = dict(form.sheet.cells)
    for (_part, row, column), value in merged.cells.items():
        cells[row, column] = type(form.sheet.at(row, column))(value)
    now = Snapshot(form.sheet.name, cells, form.sheet.merged, form.sheet.looks)
    return slips(now, old, form.layout, layout_in(before))

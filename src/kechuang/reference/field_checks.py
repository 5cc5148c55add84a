"""What must hold in a field file. Each check looks at one cause and says all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, get_args

from kechuang.reference.field_model import MOST_PLACES, Change, FieldType, Lever, Period
from kechuang.reference.field_rows import FieldFile, FieldRow
from kechuang.reference.problems import Problem
from kechuang.reference.words import plain_header, reference_words

_CODE: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_WHOLE: Final = re.compile(r"[0-9]{1,6}")
_LAST_BRACKET: Final = re.compile(r"[(（]([^()（）]*)[)）]$")
_NUMERIC: Final = frozenset({"money", "count", "number"})
_WORDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "type": ("类型", get_args(FieldType)),
    "period": ("时期", get_args(Period)),
    "change": ("可变程度", get_args(Change)),
    "lever": ("方向", tuple(word for word in get_args(Lever) if word)),
}
_OPTIONAL: Final = frozenset({"lever"})

_Finding = tuple[str, str, str]
"""What, why, what to do."""


def field_problems(own: FieldFile, shipped: FieldFile | None) -> list[Problem]:
    """What is wrong with the rows of `own`.

    `shipped` holds the dictionary that a bureau's own file is laid over, or None when the shipped
    file itself is checked.
    """
    base = shipped or FieldFile(own.path, (), (), ())
    found: list[tuple[FieldRow, _Finding]] = []
    found += _frame_findings(own, base, is_own=shipped is not None)
    found += _field_findings(own, base, is_own=shipped is not None)
    return [Problem(own.path, row.line, *finding) for row, finding in found]


def _frame_findings(
    own: FieldFile, base: FieldFile, *, is_own: bool
) -> Iterator[tuple[FieldRow, _Finding]]:
    shipped = {row.code for row in base.frames}
    frames = {row.code: row for row in (*base.frames, *own.frames)}
    columns = {(row.frame, row.code) for row in (*base.fields, *own.fields)}
    for row in own.frames:
        if row.code in shipped:
            remedy = "从 frames 里删去这一行，只在 fields 里加字段"
            yield row, (f"要改自带的表“{row.code}”", "自带的表各地一致", remedy)
            continue
        findings = [*_good_code(row), *_named(row), *_known_unit(row), *_keyed(row, columns)]
        findings += _belongs(row, frames, columns)
        findings += _own_prefix(row) if is_own else ()
        yield from ((row, finding) for finding in findings)
    yield from _twice(own.frames, base.frames, "表")


def _field_findings(
    own: FieldFile, base: FieldFile, *, is_own: bool
) -> Iterator[tuple[FieldRow, _Finding]]:
    shipped = {(row.frame, row.code): row for row in base.fields}
    shipped_frames = {row.code for row in base.frames}
    frames = {row.code: row for row in (*base.frames, *own.frames)}
    for row in own.fields:
        known = shipped.get((row.frame, row.code))
        if known is not None:
            yield from ((row, finding) for finding in _contradicts(row, known))
            continue
        findings = [finding for check in _ROW_CHECKS for finding in check(row)]
        findings += _in_frame(row, frames)
        findings += _own_prefix(row) if is_own and row.frame in shipped_frames else ()
        yield from ((row, finding) for finding in findings)
    for frame in dict.fromkeys(row.frame for row in own.fields):
        here = [row for row in own.fields if row.frame == frame]
        yield from _twice(here, [row for row in base.fields if row.frame == frame], "字段")


# --- frames


def _good_code(row: FieldRow) -> Iterator[_Finding]:
    if not _CODE.fullmatch(row.code):
        yield (
            f"代码“{row.code}”不合格式",
            "代码由小写英文词、数字和单个下划线组成，以字母开头",
            "改成 local_research_area 这样的代码",
        )


def _own_prefix(row: FieldRow) -> Iterator[_Finding]:
    prefix = reference_words().own_prefix
    if not row.code.startswith(prefix):
        yield (
            f"自有代码“{row.code}”没有前缀",
            f"不带 {prefix} 的代码留给系统自带字段，升级时会相撞",
            f"改为“{prefix}{row.code}”；如要给自带字段加别名，核对代码拼写",
        )


def _named(row: FieldRow) -> Iterator[_Finding]:
    if not row.text("name"):
        yield (f"“{row.code}”缺名称", "name 为空", "写上表头里用的中文名称")


def _keyed(row: FieldRow, columns: set[tuple[str, str]]) -> Iterator[_Finding]:
    key = row.text("key")
    if (row.code, key) not in columns:
        yield (
            f"表“{row.code}”的主键“{key}”不是它的字段",
            "每张表要有一个字段能认出一行",
            f"在 fields 的 {row.code} 下写上这个字段，或改 key",
        )


def _belongs(
    row: FieldRow, frames: Mapping[str, FieldRow], columns: set[tuple[str, str]]
) -> Iterator[_Finding]:
    of = row.text("of")
    if not of:
        return
    if of not in frames or frames[of].text("of"):
        known = "、".join(code for code, frame in frames.items() if not frame.text("of"))
        yield (f"表“{row.code}”所属的“{of}”不是主表", f"主表有 {known}", "改 of，或先写出主表")
    elif (row.code, frames[of].text("key")) not in columns:
        yield (
            f"表“{row.code}”没有字段“{frames[of].text('key')}”",
            f"它的行属于“{of}”，要靠这个字段对上",
            f"在 fields 的 {row.code} 下写上这个字段",
        )


# --- fields


def _known_words(row: FieldRow) -> Iterator[_Finding]:
    for key, (title, allowed) in _WORDS.items():
        word = row.text(key)
        if word not in allowed and not (key in _OPTIONAL and not word):
            yield (
                f"“{row.code}”的{title}“{word}”不认识" if word else f"“{row.code}”缺{title}",
                f"{key} 只能用规定的词",
                f"从 {'、'.join(allowed)} 中选一个",
            )


def _known_unit(row: FieldRow) -> Iterator[_Finding]:
    unit = row.text("unit")
    if row.text("type") == "money":
        return
    if unit and unit not in reference_words().field_units | reference_words().money_units:
        yield (
            f"“{row.code}”的单位“{unit}”不认识",
            "不在字段的单位表中",
            "改用元、万元、人、家、项、件、%、平方米等",
        )


def _fitting_unit(row: FieldRow) -> Iterator[_Finding]:
    unit, money = row.text("unit"), reference_words().money_units
    if row.text("type") == "money" and unit not in money:
        yield (
            f"金额“{row.code}”的单位是“{unit or '空'}”",
            "金额要写明填报的单位",
            f"改为 {'、'.join(sorted(money))} 之一",
        )
    elif row.text("type") != "money" and unit in money:
        yield (
            f"“{row.code}”以{unit}计却不是金额",
            f"类型是 {row.text('type')}",
            "改为 type: money",
        )
    elif unit and row.text("type") not in _NUMERIC:
        yield (f"“{row.code}”不该有单位", "单位只用于金额、计数和数值", "删去 unit")


def _good_places(row: FieldRow) -> Iterator[_Finding]:
    places = row.text("places")
    if not places:
        return
    if row.text("type") != "number":
        yield (f"“{row.code}”不该写小数位数", "places 只用于 number", "删去 places")
    elif not _WHOLE.fullmatch(places) or int(places) > MOST_PLACES:
        yield (
            f"“{row.code}”的小数位数“{places}”不合适",
            f"应是 0 到 {MOST_PLACES} 的整数",
            "改成实际要保留的位数",
        )


def _good_options(row: FieldRow) -> Iterator[_Finding]:
    options = row.mapped("options")
    if row.text("type") != "choice":
        if options:
            yield (f"“{row.code}”不该有选项", "options 只用于 choice", "删去 options，或改类型")
        return
    if not options:
        yield (f"“{row.code}”没有选项", "choice 要列出可选的值", "写成 options: {small: 小型}")
    names: dict[str, str] = {}
    for code, name in options.items():
        for word in (code, name):
            if names.setdefault(plain_header(word), code) != code or not word:
                yield (
                    f"“{row.code}”的选项“{word}”分不开",
                    "两个选项的代码或名称相同，或是空的",
                    "给每个选项不同的名称",
                )


def _good_lever(row: FieldRow) -> Iterator[_Finding]:
    if row.text("lever") and row.text("type") not in _NUMERIC:
        yield (f"“{row.code}”不能有方向", "只有数能往上往下", "删去 lever")
    elif row.text("lever") and not row.text("unit"):
        yield (
            f"“{row.code}”有方向却没有单位",
            "建议要说出增减多少",
            "写上 unit，或删去 lever",
        )


def _good_effort(row: FieldRow) -> Iterator[_Finding]:
    by_option = row.mapped("effort")
    values = [*by_option.values()] if by_option else [row.text("effort") or "1"]
    if not all(_WHOLE.fullmatch(value) and int(value) for value in values):
        yield (
            f"“{row.code}”的难度“{'、'.join(values)}”不是正整数",
            "effort 是改变一个单位要花的力气",
            "写成 1 以上的整数",
        )
    unknown = [key for key in by_option if key not in row.mapped("options")]
    if unknown:
        yield (
            f"“{row.code}”给不存在的选项“{unknown[0]}”写了难度",
            "effort 按选项写时，每个键要是选项的代码",
            "改成 options 里的代码",
        )


def _years_of_subjects(row: FieldRow) -> Iterator[_Finding]:
    if row.text("period") == "year" and row.text("type") not in _NUMERIC | {"boolean", "choice"}:
        yield (
            f"年度字段“{row.code}”不是数、选项或是否",
            "日期、代码和文字不分年度",
            "改为 period: now",
        )


def _no_unit_in_name(row: FieldRow) -> Iterator[_Finding]:
    is_money = row.text("type") == "money"
    units = reference_words().money_units if is_money else {row.text("unit")}
    for name in (row.text("name"), *row.listed("also")):
        bracket = _LAST_BRACKET.search(name)
        if bracket and bracket.group(1) in units:
            yield (
                f"名称“{name}”末尾括号里是单位",
                "表头里的单位会被当作换算用的单位",
                "名称里不写单位，单位写在 unit",
            )
    if "" in row.listed("also"):
        yield (f"“{row.code}”有空的别名", "also 里有一项没有字", "删去这一项")


_ROW_CHECKS: Final[tuple[Callable[[FieldRow], Iterator[_Finding]], ...]] = (
    _good_code,
    _named,
    _known_words,
    _known_unit,
    _fitting_unit,
    _good_places,
    _good_options,
    _good_lever,
    _good_effort,
    _years_of_subjects,
    _no_unit_in_name,
)


def _in_frame(row: FieldRow, frames: Mapping[str, FieldRow]) -> Iterator[_Finding]:
    frame = frames.get(row.frame)
    if frame is None:
        yield (
            f"字段“{row.code}”所在的表“{row.frame}”不存在",
            f"frames 里有 {'、'.join(frames)}",
            "改成其中之一，或在 frames 里写出这张表",
        )
    elif frame.text("of") and row.text("period") == "year":
        yield (
            f"明细表的字段“{row.code}”不能是年度字段",
            f"“{row.frame}”的每一行是一件事，没有上年、前年两列",
            "改为 period: now，年度另写一个字段",
        )


def _contradicts(row: FieldRow, shipped: FieldRow) -> list[_Finding]:
    changed = [
        key
        for key, value in row.cells.items()
        if key != "also" and value and value != shipped.cells.get(key)
    ]
    if not changed:
        return []
    prefix = reference_words().own_prefix
    return [
        (
            f"要改自带字段“{shipped.text('name')}”的 {'、'.join(changed)}",
            "自带字段的含义各地一致，只能追加别名",
            f"只写 also；如是另一个字段，另用 {prefix} 开头的代码",
        )
    ]


def _twice(
    own: Iterable[FieldRow], base: Iterable[FieldRow], noun: str
) -> Iterator[tuple[FieldRow, _Finding]]:
    owners = {plain_header(name): (row.code, "自带的") for row in base for name in _names(row)}
    for row in own:
        for name in _names(row):
            place = f"第 {row.line} 行的"
            code, where = owners.setdefault(plain_header(name), (row.code, place))
            if code != row.code:
                why = f"{where}“{code}”已用同一名称或写法等同的名称"
                remedy = "只留给一个，另一个用更具体的名称"
                yield row, (f"名称“{name}”有两个{noun}在用", why, remedy)


def _names(row: FieldRow) -> tuple[str, ...]:
    return tuple(name for name in (row.code, row.text("name"), *row.listed("also")) if name)

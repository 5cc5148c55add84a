"""What a list writes around a name: numbers in front, notes behind. Each reading of an entry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kechuang.matching.names.model import Reason, Why
from kechuang.matching.names.parsing import firm_of_branch
from kechuang.matching.names.words import name_words

_NUMERAL: Final = "[0-9]{1,5}|[一二三四五六七八九十百]{1,5}"
_NUMBER: Final = re.compile(
    rf"^\s*(?:[(（【\[]\s*(?:{_NUMERAL})\s*[)）】\]]"
    rf"|(?:{_NUMERAL})\s*[)）、.．:：](?!\d)"
    rf"|(?:[0-9]{{1,5}})[\s|]+"
    rf"|第(?:{_NUMERAL})[家户名号][:：、.\s]*"
    r"|[\u2460-\u2473\u2474-\u249b\u3220-\u3229]"
    r"|(?:No|NO|no)\.?\s*[0-9]{1,5}[.、:：\s]*"
    r"|[-–—*•·●■◆□○◇▪➢√☑]+)\s*[、.．:：]?\s*"
)
_GLUED: Final = re.compile(r"^\s*[0-9]{1,4}(?=[\u3400-\u9fff])")
_END_BRACKET: Final = re.compile(
    r"^(?P<name>.+?)\s*[(（【\[](?P<note>[^()（）【】\[\]]*)[)）】\]]?\s*$"
)
_FORMS: Final = "|".join(name_words().forms)
_AFTER_FORM: Final = re.compile(
    rf"^(?P<name>.+?(?:{_FORMS}|厂|合作社|研究院|研究所|中心))(?P<note>(?:[\s,，;；:：、/|*＊★☆#—–-]).*)$"
)
_MARKS_BEHIND: Final = re.compile(r"[\s*＊★☆#,，;；。.、:：]+$")
_FORMER: Final = re.compile(
    rf"^(?:{'|'.join(name_words().former_notes)})[为是]?[名称]*[:：为是]*\s*[“\"]?(?P<name>[^”\"]+)"
)
_SHORTEST: Final = 4
_WHOLE_FORMS: Final = ("有限公司", "有限责任公司", "股份有限公司")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an entry: the name that may be meant, and what was taken off it.

    `note` is what stood in brackets behind it. `rank` orders the readings of an entry: the one
    that takes less off comes first.
    """

    name: str
    reasons: tuple[Reason, ...] = ()
    note: str = ""
    rank: int = 0


def readings(entry: str) -> list[Reading]:
    """Every way to read an entry, the plainest first; none for an empty one.

    >>> [each.name for each in readings("1. 示例轴承有限公司（高企）")][-1]
    '示例轴承有限公司'
    """
    whole = entry.strip()
    found: dict[str, Reading] = {}
    if whole:
        for each in _readings(whole):
            found.setdefault(each.name, each)
    return [
        Reading(each.name, each.reasons, each.note, rank)
        for rank, each in enumerate(found.values())
    ]


def _readings(whole: str) -> Iterator[Reading]:
    starts = [Reading(whole)]
    if numbered := _NUMBER.match(whole):
        rest = whole[numbered.end() :]
        if rest:
            starts.append(Reading(rest, (Reason(Why.NUMBER, (numbered[0].strip(),)),)))
    elif glued := _GLUED.match(unicodedata.normalize("NFKC", whole)):
        rest = whole[glued.end() :]
        starts.append(Reading(rest, (Reason(Why.NUMBER_GLUED, (glued[0].strip(),)),)))
    yield from starts
    short = [noted for start in starts for noted in _without_note(start)]
    yield from short
    short += [twice for start in short for twice in _without_note(start)]
    yield from short
    for each in (*starts, *short):
        yield from _without_branch(each)
        yield from _with_right_form(each)


def _without_note(start: Reading) -> Iterator[Reading]:
    for pattern in (_END_BRACKET, _AFTER_FORM):
        found = pattern.match(start.name)
        if found is None:
            continue
        name, note = found["name"].strip(), found["note"].strip()
        if len(name) < _SHORTEST or note in name_words().kept_notes:
            continue
        if former := _FORMER.match(note):
            yield Reading(name, (*start.reasons, Reason(Why.NOTE, (note,))))
            reasons = (*start.reasons, Reason(Why.FORMER_NOTED, (former["name"],)))
            yield Reading(former["name"], reasons)
        elif any(note.endswith(end) for end in name_words().branch_ends):
            yield Reading(name, (*start.reasons, Reason(Why.BRANCH, (note,))), note)
        else:
            yield Reading(name, (*start.reasons, Reason(Why.NOTE, (note,))), note)
    bare = _MARKS_BEHIND.sub("", start.name)
    if bare != start.name and len(bare) >= _SHORTEST:
        taken = start.name[len(bare) :].strip()
        yield Reading(bare, (*start.reasons, *([Reason(Why.NOTE, (taken,))] if taken else [])))


def _without_branch(start: Reading) -> Iterator[Reading]:
    name = "".join(unicodedata.normalize("NFKC", start.name).split())
    firm = firm_of_branch(name)
    if len(firm) >= _SHORTEST and firm != name:
        part = name[len(firm) :] or name
        yield Reading(firm, (*start.reasons, Reason(Why.BRANCH, (part,))), start.note)


def _with_right_form(start: Reading) -> Iterator[Reading]:
    """A legal form with one wrong, missing or doubled character, as it should be."""
    name = "".join(start.name.split())
    for form in _WHOLE_FORMS:  # 有限公司公司, 有限公司司
        for end in (form + form[-1], form + form[-2:]):
            if name.endswith(end):
                yield _mended(start, name, end, form)
    if re.search(f"(?:{'|'.join(_WHOLE_FORMS)})", name):
        return
    for form in _WHOLE_FORMS:
        for length in (len(form) - 1, len(form), len(form) + 1):
            end = name[-length:]
            if len(name) - length >= _SHORTEST - 1 and end != form and _one_off(end, form):
                yield _mended(start, name, end, form)


def _mended(start: Reading, name: str, end: str, form: str) -> Reading:
    reasons = (*start.reasons, Reason(Why.FORM_TYPO, (end, form)))
    return Reading(name.removesuffix(end) + form, reasons, start.note)


def _one_off(one: str, other: str) -> bool:
    """Whether two texts of three characters and more differ by one, and begin or end alike."""
    if len(one) == len(other):
        wrong = sum(a != b for a, b in zip(one, other, strict=True))
        swapped = sorted(one) == sorted(other) and wrong == 2
        return wrong == 1 or swapped
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))

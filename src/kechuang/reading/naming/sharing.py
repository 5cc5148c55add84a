"""Lists shared out by 分别: each figure belongs to the noun at its own place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kechuang.reading.drafts import Draft
from kechuang.reading.lexicon import lexicon
from kechuang.reading.naming.borrowing import MONEY
from kechuang.reading.naming.money import noun_of_money
from kechuang.reading.naming.ratios import before_growth
from kechuang.reading.phrases import joined_parts, noun_before, strip_edges

_LIST_OF_FIGURES: Final = re.compile(r"分别|各")


_LINKED: Final = re.compile(r"^(.{2,9})的(.{1,3})$")


_NOISE: Final = re.compile(r"^(?:的|了|和|与|及|或|、|“(?=[^”]*$))+|(?:的|了|和|与|及|、|“)+$")


def clean(phrase: str) -> str:
    """A phrase without loose particles, its short forms written out."""
    phrase = strip_edges(_NOISE.sub("", strip_edges(phrase)))
    phrase = _LINKED.sub(r"\1\2", phrase)
    for short, full in lexicon().expansions.items():
        phrase = re.sub(rf"{short}(?!业)", full, phrase)
    return phrase if len(phrase) <= 48 else phrase[-40:]


def distribution(drafts: Sequence[Draft], number: int) -> bool:
    """Whether this figure is the first of a list shared out by 分别."""
    draft = drafts[number]
    if not _LIST_OF_FIGURES.search(draft.before[-12:]):
        return False
    return number + 1 < len(drafts) and _continues(drafts[number + 1], draft)


def _continues(draft: Draft, first: Draft) -> bool:
    if draft.sentence is not first.sentence:
        return False
    return not draft.before.strip("、和与及，万约近超以上左右 ")


def _members(drafts: Sequence[Draft], number: int) -> list[int]:
    members = [number]
    while members[-1] + 1 < len(drafts) and _continues(drafts[members[-1] + 1], drafts[number]):
        members.append(members[-1] + 1)
    return members


def distribute(drafts: Sequence[Draft], number: int) -> None:
    """Give each member of 分别A、B、C the noun that it belongs to."""
    members = _members(drafts, number)
    draft = drafts[number]
    names = _names_shared_out(draft, len(members))
    if len(names) != len(members):
        return
    if draft.kind == "growth" and all(
        len(name) <= 4 and name[-1] in "省市县区州盟部东南西北" for name in names
    ):
        _share_out_subjects(drafts, members, names)
        return
    noun = noun_of_money(drafts[members[-1]].after) if draft.unit in MONEY else ""
    for member, name in zip(members, names, strict=True):
        measure = name if not noun or name.endswith(noun) else name + noun
        drafts[member].measure = clean(measure)
        drafts[member].doubts.append("distributed")


def _share_out_subjects(drafts: Sequence[Draft], members: list[int], names: list[str]) -> None:
    """渝东北和渝东南增速分别为…: short names with nothing to measure are whom it is about."""
    measure = drafts[members[0]].recent
    for member, name in zip(members, names, strict=True):
        drafts[member].measure = None if measure is None else measure.measure
        drafts[member].subject = name
        drafts[member].doubts.append("distributed")


def _levels_shared_out(clause: str, count: int) -> list[str]:
    """国家级、省级、市级企业研发机构: one head with as many levels as there are sums."""
    levels = list(lexicon().level_at_start.finditer(clause))
    listed = [
        level
        for level in levels
        if clause[level.end() : level.end() + 1] in ("、", "和", "与")
        or clause[max(0, level.start() - 1) : level.start()] in ("、", "和", "与")
    ]
    if len(listed) != count or count < 2:
        return []
    after = re.split(r"[，;的]", clause[listed[-1].end() :])[0]
    before = re.split(r"获得|获批|认定的?|获|对|给|评为|的", clause[: listed[0].start()])[-1]
    tail = re.sub(r"(?:分别|各).*$", "", after)
    return [strip_edges(before) + level[0] + strip_edges(tail) for level in listed]


def _names_shared_out(draft: Draft, count: int) -> list[str]:
    earlier = list(draft.earlier())[:count]
    own = joined_parts(noun_before(before_growth(re.split(r"分别|各", draft.lead)[0])))
    if len(own) == count:
        return own
    since = draft.said[-(draft.quantity.start - earlier[0].quantity.end) :] if earlier else ""
    if len(earlier) == count and len(own) <= 1 and len(re.split(r"[，;]", since)) <= 2:
        names = [each.measure or "" for each in reversed(earlier)]
        if all(names):
            return names
    for clause in reversed(re.split(r"[，;:]", draft.said)[-4:]):
        levelled = _levels_shared_out(clause, count)
        if levelled:
            return levelled
        listed = re.sub(r"^.*?对(?:新)?(?:认定|获批)?的?", "", clause.split("从无到有")[0])
        parts = joined_parts(noun_before(listed))
        if len(parts) == count:
            return parts
    return []

"""Firms by a pasted list or by a saved filter of the registry."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from kechuang.office.filings.telling import CHANGE
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.listings import ask, listings
from kechuang.office.ground.models import SavedView
from kechuang.office.ground.normalise import normalise, normalise_code
from kechuang.office.ground.scopes import limit
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import FormerName, Organisation
from kechuang.office.registry.names import name_key

MOST: Final = 5_000
LISTING: Final = "organisations"
_NUMBER: Final = re.compile(r"^\s*[0-9]{1,4}\s*[、.．)）]\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a pasted list: its text, the firm that is meant, and why there is none.

    `by` says what it was found by where that was not its code or its name.
    """

    text: str
    party: Party | None
    by: str = ""
    why: str = ""
    rest: tuple[str, ...] = ()


def saved_views(actor: Actor) -> list[SavedView]:
    """The filters of the list of organisations that the actor kept."""
    rows = limit(SavedView.objects.filter(listing=LISTING), actor, "view.save")
    return list(rows.order_by("name"))


def codes_of_view(actor: Actor, view: SavedView) -> list[str]:
    """The firms that a saved filter finds now, at most as many as a batch takes at once."""
    listing = listings.find(view.listing)
    if listing is None or actor.reach(listing.verb) is None:
        return []
    rows = ask(listing, actor, QueryDict(view.query)).rows()
    return list(rows.values_list("party__code", flat=True)[:MOST])


def lines_of(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The lines of a pasted list without numbers in front: the first cell, and the others.

    >>> lines_of("1、示例轴承有限公司\\t甲县\\n\\n91990101MA0000001Y")
    [('示例轴承有限公司', ('甲县',)), ('91990101MA0000001Y', ())]
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for line in text.splitlines():
        cells = [normalise(each) for each in line.split("\t")]
        if len(cells) > 1 and re.fullmatch(r"[0-9]{1,4}", cells[0]):
            cells = cells[1:]
        cells[0] = _NUMBER.sub("", cells[0])
        if cells[0]:
            found.append((cells[0], tuple(each for each in cells[1:] if each)))
    return found[:MOST]


def resolve(actor: Actor, lines: Iterable[tuple[str, tuple[str, ...]]]) -> list[Line]:
    """Who is meant by each line, among the firms that the actor may change filings of.

    Looked for are, in this order, the code, the name, a former name, and the name without brackets
    and legal form. What fits several firms is left open. Four queries, however long the list.
    """
    wanted = list(lines)
    texts = [text for text, _rest in wanted]
    parties = limit(Party.objects.select_related("region"), actor, CHANGE)
    parties = parties.exclude(kind=Party.Kind.PERSON)
    gone = Organisation.objects.exclude(merged_into=None).order_by().values("pk")
    parties = parties.exclude(pk__in=gone)
    codes = {normalise_code(text) for text in texts}
    by_code = {each.code: each for each in parties.filter(code__in=codes)}
    by_name: dict[str, list[Party]] = defaultdict(list)
    for each in parties.filter(name__in=texts):
        by_name[each.name].append(each)
    reached = parties.order_by().values("pk")
    by_former: dict[str, list[Party]] = defaultdict(list)
    former = FormerName.objects.select_related("party__region").filter(party__in=reached)
    for row in former.filter(name__in=texts):
        by_former[row.name].append(row.party)
    by_key: dict[str, list[Party]] = defaultdict(list)
    keys = {name_key(text) for text in texts} - {""}
    alike = Organisation.objects.select_related("party__region").filter(pk__in=reached)
    for organisation in alike.filter(name_key__in=keys):
        by_key[organisation.name_key].append(organisation.party)
    found: list[Line] = []
    for text, rest in wanted:
        code = normalise_code(text)
        if code in by_code:
            found.append(Line(text, by_code[code], rest=rest))
            continue
        ways = (
            (by_name.get(text), ""),
            (by_former.get(text), _("曾用名")),
            (by_key.get(name_key(text)), _("名称相近（括号或公司形式不同）")),
        )
        rows, by = next(((rows, by) for rows, by in ways if rows), ([], ""))
        found.append(_line(text, rows or [], by, rest))
    return found


def _line(text: str, rows: list[Party], by: str, rest: tuple[str, ...]) -> Line:
    unlike = {each.pk: each for each in rows}
    if len(unlike) == 1:
        return Line(text, next(iter(unlike.values())), by, rest=rest)
    why = _("有几家叫这个名称，请改填代码") if unlike else _("库内没有，或不在您的范围内")
    return Line(text, None, why=why, rest=rest)

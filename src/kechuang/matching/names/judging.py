"""Whether one name may be another: how the two differ, in reasons, or that they are two firms."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kechuang.matching.names.model import Reason, Why
from kechuang.matching.names.parsing import simplified, sound
from kechuang.matching.names.places import Line, Places, short
from kechuang.matching.names.words import name_words

SHORTEST_EDIT: Final = 3
"""A core of fewer characters says too little for a wrong one among them to be forgiven."""


@dataclass(frozen=True, slots=True)
class Parts:
    """One name taken apart, as `parsing.parsed` does it."""

    name: str
    plain: str
    bare: str
    regions: Line
    core: str
    stem: str
    form: str

    @property
    def form_class(self) -> str:
        """The class of its legal form, empty where it has none."""
        return name_words().forms.get(self.form, "")


Reasons = tuple[Reason, ...]


def judged(listed: Parts, ours: Parts, line: Line, places: Places) -> Reasons | None:
    """How a listed name differs from a firm's; None where they are two firms.

    `line` are the regions that the firm lies in.
    """
    if listed.bare == ours.bare:
        return written(listed, ours)
    if listed.core == ours.core:
        form, region = forms(listed, ours), regions(listed, ours, line, places)
        if form is None or region is None:
            return None
        return (*form, *region, *_scripts(listed, ours))
    return _misspelt(listed, ours, line, places)


def written(listed: Parts, ours: Parts) -> Reasons:
    """How two spellings of one name differ."""
    if listed.name.strip() == ours.name.strip():
        return (Reason(Why.SAME_NAME),)
    found = list(_scripts(listed, ours))
    one, other = _half_width(listed.name), _half_width(ours.name)
    if listed.plain != ours.plain:
        found.append(Reason(Why.BRACKETS))
    if one == other or not found:
        found.insert(0, Reason(Why.WRITTEN))
    return tuple(found)


def _scripts(listed: Parts, ours: Parts) -> Reasons:
    told = "".join(each for each in listed.name if simplified(each) != each)
    known = "".join(each for each in ours.name if simplified(each) != each)
    return (Reason(Why.TRADITIONAL, (told,)),) if told and told != known else ()


def _half_width(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


# --- legal forms


def forms(listed: Parts, ours: Parts) -> Reasons | None:
    """How the legal forms differ."""
    if listed.form == ours.form:
        return ()
    one, other = listed.form_class, ours.form_class
    told = (listed.form, ours.form)
    if one == other:
        return (Reason(Why.FORM_WRITTEN, told),)
    if {one, other} == {"limited", "shares"}:
        return (Reason(Why.FORM_CHANGED, told),)
    if "" in (one, other) or "open" in (one, other):
        return (Reason(Why.FORM_MISSING, told),)
    return None


# --- regions


def regions(listed: Parts, ours: Parts, line: Line, places: Places) -> Reasons | None:
    """How the regions in front differ; None where they say two places."""
    theirs, own = listed.regions, ours.regions
    if theirs == own:
        return ()
    told = ("".join(theirs), "".join(own))
    if not theirs:
        return (Reason(Why.REGION_MISSING, told),)
    if not own:
        fits = all(places.meets(each, line) for each in theirs)
        return (Reason(Why.REGION_ADDED, told),) if fits or not line else None
    if not all(_may_be(each, line, own, places) for each in theirs):
        return None
    if short(theirs[-1]) != short(own[-1]):
        return (Reason(Why.REGION_LEVEL, told),)
    if theirs[-1] != own[-1] and theirs[-1] != short(theirs[-1]) and own[-1] != short(own[-1]):
        return (Reason(Why.REGION_LEVEL, told),)  # 甲山县 and 甲山市: both in full, and different
    found: list[Reason] = []
    if theirs[-1] != own[-1]:
        found.append(Reason(Why.REGION_WRITTEN, (theirs[-1], own[-1])))
    above, above_own = set(map(short, theirs[:-1])), set(map(short, own[:-1]))
    if above - above_own:
        found.append(Reason(Why.REGION_MORE, told))
    elif above_own - above:
        found.append(Reason(Why.REGION_UPPER, told))
    return tuple(found) or (Reason(Why.REGION_WRITTEN, told),)


def _may_be(name: str, line: Line, own: Line, places: Places) -> bool:
    """Whether a region named on the list is one that the firm lies in or names itself."""
    return short(name) in set(map(short, own)) or places.meets(name, line)


# --- wrong characters


def _misspelt(listed: Parts, ours: Parts, line: Line, places: Places) -> Reasons | None:
    slip = one_slip(listed.core, ours.core)
    form = forms(listed, ours)
    if form is None:
        return None
    if slip is not None:
        region = regions(listed, ours, line, places)
        if region is None:
            return None
        return (*slip, *form, *region)
    slip = one_slip(listed.stem, ours.stem)
    if slip is None or _tells_places_apart(listed, ours):
        return None
    return (Reason(Why.REGION_TYPO, slip[0].told), *form)


def _tells_places_apart(listed: Parts, ours: Parts) -> bool:
    """Whether both begin with a region that there is: then it is another one, not a slip."""
    return bool(listed.regions) and bool(ours.regions)


def one_slip(one: str, other: str) -> Reasons | None:
    """The slip that leads from one text to the other; None for none, or for another firm's name.

    Characters that sound alike may be several.

    >>> [each.why.value for each in one_slip("宏达轴承", "洪达轴承") or ()]
    ['sound']
    >>> one_slip("轴承一厂", "轴承二厂") is None, one_slip("宏达科技", "宏达科贸") is None
    (True, True)
    """
    if len(one) == len(other):
        return _replaced(one, other)
    if abs(len(one) - len(other)) != 1 or min(len(one), len(other)) < SHORTEST_EDIT:
        return None
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    at = next((place for place, each in enumerate(shorter) if longer[place] != each), len(shorter))
    if longer[:at] + longer[at + 1 :] != shorter:
        return None
    why = Why.MORE if longer is one else Why.LESS
    return (Reason(why, (longer[at],)),)


def _replaced(one: str, other: str) -> Reasons | None:
    wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if not wrong:
        return None
    pairs = [(one[at], other[at]) for at in wrong]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1 and pairs[0] == pairs[1][::-1]:
        return (Reason(Why.ORDER, (one[wrong[0]] + one[wrong[1]],)),)
    if any(b in name_words().apart.get(a, ()) for a, b in pairs):
        return None
    if all(sound(a) == sound(b) for a, b in pairs) and len(wrong) * 2 <= len(one):
        return tuple(Reason(Why.SOUND, pair) for pair in pairs)
    if len(wrong) > 1 or len(one) < SHORTEST_EDIT:
        return None
    if pairs[0][1] in name_words().alike.get(pairs[0][0], ()):
        return (Reason(Why.SHAPE, pairs[0]),)
    if _is_other_trade(one, other, wrong[0]):
        return None
    return (Reason(Why.LETTER, pairs[0]),)


def _is_other_trade(one: str, other: str, at: int) -> bool:
    """Whether the character makes one word of a trade into another."""
    trades = name_words().trades
    for start in (at - 1, at):
        if start >= 0 and one[start : start + 2] in trades and other[start : start + 2] in trades:
            return True
    return False


def sureness(reasons: Sequence[Reason]) -> int:
    """How sure a match with these reasons is, of a hundred."""
    sure = 1.0
    for each in reasons:
        sure *= name_words().sure[each.why.value] / 100
    return round(100 * sure)

"""What a column of a form may be filled with, and what its header proposes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kechuang.eligibility.data.headers import HeaderReader, Meaning, Misread
from kechuang.eligibility.data.words import words as data_words
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.models.facts import STANDING_FIELDS, YEARLY_FIELDS
from kechuang.office.registry.standing import options
from kechuang.reference import Field, load_dictionary
from kechuang.reference.words import plain_header
from kechuang.sheets.forms import Form, TableForm

FRAME: Final = "enterprises"
MOST_BACK: Final = 3
"""Years before the chosen one that a column may ask for, not counting it."""
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
_CODE: Final = re.compile(r"(?P<code>[a-z_:0-9]+)(@(?P<back>\d))?(/(?P<unit>.{1,8}))?")
ASKED: Final = {
    "number": _("证书编号"),
    "issued_on": _("发证日期"),
    "issued_year": _("认定年份"),
    "expires_on": _("有效期至"),
    "held": _("是否有效"),
}
"""What of a title a column may ask for."""
OWN: Final = "own"
STANDING: Final = "standing"
YEARLY: Final = "yearly"
TITLE: Final = "title"
VERBS: Final = {
    OWN: ("registry.export",),
    STANDING: ("fact.view", "fact.export"),
    YEARLY: ("fact.view", "fact.export"),
    TITLE: ("qualification.view", "registry.export"),
}
"""What whoever fills must be allowed, by kind, beside filling and seeing the firm."""
SECRETS: Final = frozenset({"contact_phone"})
"""Fields that are kept encrypted: they leave only for a reason."""
NUMERIC: Final = frozenset({"money", "count", "number"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that the registry knows of a firm. `detail` says what of a title."""

    code: str
    name: str | Promise
    kind: str
    field: Field | None = None
    detail: str = ""

    @property
    def is_yearly(self) -> bool:
        """Whether it is of a year."""
        return self.kind == YEARLY


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a column is filled with: a choice, years before the chosen one, the unit of numbers."""

    code: str
    back: int = 0
    unit: str = ""

    @property
    def choice(self) -> Choice:
        """What it is. KeyError where there is no such thing any more."""
        return choices()[self.code]

    @property
    def written(self) -> str:
        """How a form of a page sends it.

        >>> Mapped("revenue", 1, "万元").written
        'revenue@1/万元'
        """
        back = f"@{self.back}" if self.choice.is_yearly else ""
        return f"{self.code}{back}" + (f"/{self.unit}" if self.unit else "")

    def told(self, year: int) -> str:
        """What it is in words, for a form that is filled for this year.

        >>> Mapped("revenue", 1, "万元").told(2025)
        '营业收入（2024年，万元）'
        """
        more = [f"{year - self.back}年"] if self.choice.is_yearly else []
        more += [self.unit] if self.unit else []
        return f"{self.choice.name}（{'，'.join(more)}）" if more else str(self.choice.name)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    def factor(self) -> Fraction:
        """A kept whole number divided by it is the number in the column's unit."""
        return _factor(self.code, self.unit)


def mapped_of(written: str) -> Mapped | None:
    """What a form of a page sent; None where there is no such thing.

    >>> mapped_of("revenue@1/万元")
    Mapped(code='revenue', back=1, unit='万元')
    """
    found = _CODE.fullmatch(written)
    if found is None or found["code"] not in choices():
        return None
    back, unit = int(found["back"] or 0), found["unit"] or ""
    mapped = Mapped(found["code"], back, unit)
    choice = mapped.choice
    if back > MOST_BACK or (back and not choice.is_yearly):
        return None
    if unit and unit not in units_of(choice):
        return None
    return mapped


@cache
def _factor(code: str, unit: str) -> Fraction:
    field = choices()[code].field
    assert field is not None  # noqa: S101 - only fields have numbers
    if field.type == "money":
        return Fraction(data_words().money_units[unit])
    header = f"{field.name}（{unit or field.unit}）"
    found = HeaderReader(load_dictionary(), FRAME, 2000).read(header)
    return found.factor if isinstance(found, Meaning) else Fraction(10**field.places)


@cache
def choices() -> Mapping[str, Choice]:
    """Everything that a column may be filled with, by code, in the order of a page."""
    found: dict[str, Choice] = {}
    for column in PURPOSES["organisations"].listed:
        if column.table != "standing":
            found[column.code] = Choice(column.code, column.field.name, OWN, column.field)
    found["titles"] = Choice("titles", _("有效称号（全部）"), TITLE, detail="all")
    for title, name in options("titles", "title").items():
        for detail, word in ASKED.items():
            code = f"title:{title}:{detail}"
            found[code] = Choice(code, _joined(name, word), TITLE, detail=detail)
    for field in YEARLY_FIELDS:
        found[field.code] = Choice(field.code, field.name, YEARLY, field)
    for field in STANDING_FIELDS:
        found.setdefault(field.code, Choice(field.code, field.name, STANDING, field))
    return found


def _joined(name: str, word: str | Promise) -> str:
    return f"{name}·{word}"


def units_of(choice: Choice) -> tuple[str, ...]:
    """The units in which a column may want it."""
    field = choice.field
    if field is None or field.type not in NUMERIC:
        return ()
    if field.type == "money":
        return tuple(data_words().money_units)
    return (field.unit,) if field.unit else ()


def lacks_unit(mapped: Mapped) -> bool:
    """Whether nobody can tell how much a number of the column is."""
    field = mapped.choice.field
    return field is not None and field.type == "money" and not mapped.unit


# --- headers


@dataclass(frozen=True, slots=True)
class _Words:
    titles: Mapping[str, str]
    asked: tuple[tuple[str, str], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    all_titles: frozenset[str]
    this_year: tuple[str, ...]
    last_year: tuple[str, ...]


@cache
def _words() -> _Words:
    text = files("kechuang.office.desk.filling").joinpath("words.yaml").read_text("utf-8")
    data = yaml.safe_load(text)
    known = options("titles", "title")
    titles = {plain_header(name): code for code, name in known.items()}
    for code, names in data["titles"].items():
        if code in known:
            titles |= {plain_header(name): code for name in names}
    asked = [(plain_header(word), code) for code, said in data["asked"].items() for word in said]
    return _Words(
        titles,
        tuple(sorted(asked, key=lambda each: -len(each[0]))),
        _longest_first(data["held_before"]),
        _longest_first(data["held_after"]),
        frozenset(map(plain_header, data["all_titles"])),
        _longest_first(data["this_year"]),
        _longest_first(data["last_year"]),
    )


def _longest_first(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(map(plain_header, said), key=lambda each: -len(each)))


class Proposer:
    """Reads the headers of one form for a chosen year."""

    def __init__(self, year: int, unit: str, names: Sequence[str]) -> None:
        self.year = year
        self.reader = HeaderReader(load_dictionary(), FRAME, year, unit=unit)
        plain = [_flat(name) for name in names]
        # Where a form has this year's column too, last year's is the year before the chosen one.
        self.has_both = any(_begins(name, _words().this_year) for name in plain)

    def propose(self, names: Sequence[str]) -> Mapped | None:
        """What a column means whose header may be read in these ways."""
        for name in names:
            found = self._read(_flat(name))
            if found is not None:
                return found
        return None

    def _read(self, name: str) -> Mapped | None:
        if name in _words().all_titles:
            return Mapped("titles")
        title = _title_asked(name)
        if title is not None:
            return title
        for word, back in self._prefixes(name):
            found = self.reader.read(name.removeprefix(word) or name)
            if isinstance(found, Meaning):
                unit = found.unit if found.field.type in NUMERIC else ""
                return self._mapped(found.field, found.years_back + back, unit)
            if isinstance(found, Misread) and found.code == "no_unit":
                return self._mapped(found.field, back, "")
        return None

    def _prefixes(self, name: str) -> list[tuple[str, int]]:
        last = 1 if self.has_both else 0
        said = [(word, 0) for word in _words().this_year]
        said += [(word, last) for word in _words().last_year]
        return [("", 0), *((word, back) for word, back in said if name.startswith(word))]

    @staticmethod
    def _mapped(field: Field, back: int, unit: str) -> Mapped | None:
        choice = choices().get(field.code)
        if choice is None or back > MOST_BACK:
            return None
        return Mapped(field.code, back if choice.is_yearly else 0, unit)


def reads(year: int) -> Callable[[str], bool]:
    """Whether a text is a header that can be filled: what finds the form on a sheet."""
    proposer = Proposer(year, "", ())

    def known(header: str) -> bool:
        return proposer.propose((header,)) is not None

    return known


def proposals(form: Form, year: int) -> dict[int, Mapped]:
    """What the columns or labels of a form seem to ask for, by place."""
    proposer = Proposer(year, form.heading.unit, form.names)
    if isinstance(form, TableForm):
        named = [each.names if each.takes_values else () for each in form.columns]
    else:
        named = [(each.name,) for each in form.spots]
    found = {place: proposer.propose(names) for place, names in enumerate(named)}
    return {place: mapped for place, mapped in found.items() if mapped is not None}


def recalled(
    kept: Mapping[str, Mapping[str, Any]], proposed: Mapping[int, Mapped], names: Sequence[str]
) -> dict[int, Mapped]:
    """What was said of a form of this shape; a year that a header names is the header's own."""
    found: dict[int, Mapped] = {}
    for key, said in kept.items():
        place = int(key)
        if said["code"] not in choices() or place >= len(names):
            continue
        mapped = Mapped(**said)
        fresh = proposed.get(place)
        if fresh is not None and fresh.code == mapped.code and _YEAR.search(names[place]):
            mapped = Mapped(mapped.code, fresh.back, mapped.unit)
        found[place] = mapped
    return found


def _title_asked(name: str) -> Mapped | None:
    for word in _words().before:
        if name.startswith(word):
            code = _words().titles.get(_without_end(name.removeprefix(word)))
            return Mapped(f"title:{code}:held") if code else None
    for word, detail in _words().asked:
        if word and name.endswith(word):
            code = _words().titles.get(name.removesuffix(word).removesuffix("("))
            if code:
                return Mapped(f"title:{code}:{detail}")
    code = _words().titles.get(_without_end(name))
    return Mapped(f"title:{code}:held") if code else None


def _without_end(name: str) -> str:
    return next((name.removesuffix(end) for end in _words().after if name.endswith(end)), name)


def _flat(name: str) -> str:
    """A header in half width without blanks; stars of duty and numbers before it go."""
    plain = "".join(unicodedata.normalize("NFKC", name).split()).strip("*:")
    return re.sub(r"^\d{1,2}[.、]", "", plain)


def _begins(name: str, words: Iterable[str]) -> bool:
    return any(name.startswith(word) for word in words)

"""The administrative divisions of the country, by code and by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

from kechuang.reference.division_checks import COLUMNS, division_problems
from kechuang.reference.problems import Problem, ReferenceDataError
from kechuang.reference.tables import Row, read_table
from kechuang.reference.words import reference_words


@dataclass(frozen=True, slots=True)
class Division:
    """One division.

    `code` has six digits by GB/T 2260, a bureau's own may have up to twelve. `parent` is the code
    of the next higher one, None at the top. `level` is province, prefecture, county, township or
    park. `short_name` is 曲周 for 曲周县 and the name itself where that would leave one character.
    `aliases` are former names that reports still carry.
    """

    code: str
    name: str
    parent: str | None
    level: str
    short_name: str
    aliases: tuple[str, ...]


class Divisions:
    """The tree of divisions."""

    def __init__(self, divisions: Iterable[Division]) -> None:
        self._by_code = {division.code: division for division in divisions}

    @classmethod
    def load(cls, extra: Path | None = None) -> Divisions:
        """The shipped divisions, with a bureau's own file of the same columns laid over them.

        `extra` may add townships, parks and the like under any parent, or a tree of its own. A row
        with a shipped code and the same name only adds its aliases; the same code with another name
        is refused. Raises `ReferenceDataError` with everything that is wrong in `extra`.
        """
        with as_file(files("kechuang.reference").joinpath("divisions.csv")) as shipped:
            rows, problems = read_table(shipped, COLUMNS)
        if problems:
            raise ReferenceDataError(problems)
        divisions = {row["code"]: _division(row) for row in rows}
        if extra is not None:
            own, problems = read_table(extra, COLUMNS)
            problems += division_problems(extra, own, shipped=rows)
            if problems:
                raise ReferenceDataError(problems)
            _lay_over(divisions, own)
        return cls(divisions.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Division]:
        return iter(self._by_code.values())

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Division:
        return self._by_code[code]

    def get(self, code: str) -> Division | None:
        """The division of that code, or None."""
        return self._by_code.get(code)

    def parents(self, code: str) -> tuple[Division, ...]:
        """The divisions above that of `code`, the nearest first. KeyError for an unknown code.

        >>> [division.name for division in load_divisions().parents("130435")]
        ['邯郸市', '河北省']
        """
        found: list[Division] = []
        above = self._by_code[code].parent
        while above is not None:
            division = self._by_code[above]
            found.append(division)
            above = division.parent
        return tuple(found)

    def children(self, code: str) -> tuple[Division, ...]:
        """The divisions right below that of `code`, by code; empty for an unknown one."""
        return self._children.get(code, ())

    def full_name(self, code: str) -> str:
        """The name with those of all divisions above it. KeyError for an unknown code.

        >>> load_divisions().full_name("130435")
        '河北省邯郸市曲周县'
        """
        above = "".join(division.name for division in reversed(self.parents(code)))
        return above + self._by_code[code].name

    def is_within(self, code: str, within: str) -> bool:
        """Whether the division of `code` is that of `within` or lies below it."""
        return code == within or any(above.code == within for above in self.parents(code))

    def find_all(self, name: str, within: str | None = None) -> tuple[Division, ...]:
        """Every division of that full name; if there is none, of that short or former name.

        With `within` only those below the division of that code.
        """
        for index in (self._full_names, self._other_names):
            codes = index.get(name, ())
            found = [self._by_code[code] for code in codes]
            if within is not None:
                found = [
                    division
                    for division in found
                    if division.code != within and self.is_within(division.code, within)
                ]
            if found:
                return tuple(found)
        return ()

    def find(self, name: str, within: str | None = None) -> Division | None:
        """The one division that `name` stands for; None when there is none or no telling.

        Of several, the one above all others is meant, or the only province.

        >>> load_divisions().find("朝阳区", within="110000").code
        '110105'
        >>> load_divisions().find("朝阳区") is None
        True
        """
        return self._the_one(self.find_all(name, within))

    def resolve(self, text: str) -> Division | None:
        """The division that a full address of names stands for; None unless all of it is read.

        Levels may be left out and short names used, as in 河北曲周县.

        >>> load_divisions().resolve("河北省邯郸市曲周县").code
        '130435'
        """
        name = "".join(text.split())
        if not name or len(name) > self._longest * len(reference_words().levels):
            return None
        return self._the_one(tuple(dict.fromkeys(self._readings(name, None))))

    def names(self, within: str | None = None) -> Mapping[str, tuple[str, ...]]:
        """All names of two characters and more, full, short and former, with their codes.

        For a text of unknown origin (`within` None) the short names that are words of daily
        language and those of city districts (和平, 新华) are left out: they stand everywhere.
        With `within` all names of that division and those below it are given.

        >>> load_divisions().names()["曲周"]
        ('130435',)
        """
        if within is None:
            return self._safe_names
        below = [division for division in self if self.is_within(division.code, within)]
        return _index((name, division) for division in below for name in _all_names(division))

    @cached_property
    def _children(self) -> dict[str, tuple[Division, ...]]:
        children: dict[str, list[Division]] = {}
        for division in self:
            if division.parent is not None:
                children.setdefault(division.parent, []).append(division)
        return {code: tuple(below) for code, below in children.items()}

    @cached_property
    def _full_names(self) -> Mapping[str, tuple[str, ...]]:
        return _index((division.name, division) for division in self)

    @cached_property
    def _other_names(self) -> Mapping[str, tuple[str, ...]]:
        return _index((name, division) for division in self for name in _all_names(division)[1:])

    @cached_property
    def _safe_names(self) -> Mapping[str, tuple[str, ...]]:
        return _index((name, division) for division in self for name in _safe_names(division))

    @cached_property
    def _longest(self) -> int:
        return max((len(name) for division in self for name in _all_names(division)), default=0)

    def _readings(self, name: str, within: str | None) -> Iterator[Division]:
        for length in range(min(len(name), self._longest), 1, -1):
            for division in self.find_all(name[:length], within):
                if length == len(name):
                    yield division
                elif division.code in self._children:
                    yield from self._readings(name[length:], division.code)

    def _the_one(self, found: tuple[Division, ...]) -> Division | None:
        if len(found) <= 1:
            return found[0] if found else None
        for division in found:
            if all(self.is_within(other.code, division.code) for other in found):
                return division
        provinces = [division for division in found if division.level == "province"]
        return provinces[0] if len(provinces) == 1 else None


def _division(row: Row) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        parent=row["parent"] or None,
        level=row["level"],
        short_name=row["short_name"] or row["name"],
        aliases=row.listed("aliases"),
    )


def _lay_over(divisions: dict[str, Division], own: list[Row]) -> None:
    for row in own:
        shipped = divisions.get(row["code"])
        if shipped is None:
            divisions[row["code"]] = _division(row)
            continue
        aliases = dict.fromkeys((*shipped.aliases, *row.listed("aliases")))
        divisions[row["code"]] = replace(shipped, aliases=tuple(aliases))


def _all_names(division: Division) -> tuple[str, ...]:
    return tuple(dict.fromkeys((division.name, division.short_name, *division.aliases)))


def _safe_names(division: Division) -> tuple[str, ...]:
    risky = division.name.endswith("区") and division.level == "county"
    if risky or division.short_name in reference_words().common_words:
        return (division.name, *division.aliases)
    return _all_names(division)


def _index(named: Iterable[tuple[str, Division]]) -> Mapping[str, tuple[str, ...]]:
    codes: dict[str, list[str]] = {}
    for name, division in named:
        if len(name) > 1:
            codes.setdefault(name, []).append(division.code)
    return MappingProxyType({name: tuple(found) for name, found in codes.items()})


@cache
def load_divisions(extra: Path | None = None) -> Divisions:
    """The divisions, read once: see `Divisions.load`."""
    return Divisions.load(extra)


def check_divisions(path: Path) -> list[Problem]:
    """Everything that is wrong with a bureau's own file of divisions, in order of line.

    The shipped file itself may be given too.
    """
    rows, problems = read_table(path, COLUMNS)
    with as_file(files("kechuang.reference").joinpath("divisions.csv")) as shipped_path:
        is_shipped = path.exists() and path.samefile(shipped_path)
        shipped, _ = read_table(shipped_path, COLUMNS)
    problems += division_problems(path, rows, shipped=[] if is_shipped else shipped)
    return sorted(problems, key=lambda problem: problem.line)

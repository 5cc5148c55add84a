"""The indicator catalogue: what a figure may measure, under one code each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from kechuang.reference.catalogue_checks import COLUMNS, catalogue_problems
from kechuang.reference.problems import Problem, ReferenceDataError
from kechuang.reference.tables import Row, read_table
from kechuang.reference.words import plain_name


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    `unit` is the one it is usually published in (亿元, %, 件/万人). `kind` is stock, flow, ratio or
    index; `better` says whether higher or lower is. `source` names document and article of the
    definition; it is empty and `status` unverified where none has been seen.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    unit: str
    kind: str
    better: str
    definition: str
    source: str
    status: str


class Catalogue:
    """The indicators by code and by name.

    A code ends in what sets it apart from its base: `key_laboratory` is any level or none stated,
    `key_laboratory_provincial` the provincial ones; `hnte` is the stock, `hnte_new` what was newly
    certified, `hnte_net_gain` the difference of two stocks, `hnte_applied` the applications.
    Growth has no code of its own: a growth is a form of its base indicator.
    """

    def __init__(self, indicators: list[Indicator]) -> None:
        self._by_code = {indicator.code: indicator for indicator in indicators}
        self._by_name: dict[str, Indicator] = {}
        for indicator in indicators:
            for name in (indicator.name, *indicator.aliases):
                self._by_name.setdefault(plain_name(name), indicator)

    @classmethod
    def load(cls, extra: Path | None = None) -> Catalogue:
        """The shipped catalogue, with a bureau's own file of the same columns laid over it.

        In `extra` a new code starts with `local_`. A row with the code of a shipped indicator only
        adds its aliases to it: meaning, unit and kind of a shipped indicator cannot be changed, so
        that figures of two bureaus stay comparable. An alias that belongs to another shipped
        indicator is refused. Raises `ReferenceDataError` with everything that is wrong in `extra`.
        """
        with as_file(files("kechuang.reference").joinpath("indicators.csv")) as shipped:
            rows, problems = read_table(shipped, COLUMNS)
        if problems:
            raise ReferenceDataError(problems)
        indicators = {row["code"]: _indicator(row) for row in rows}
        if extra is not None:
            own, problems = read_table(extra, COLUMNS)
            problems += catalogue_problems(extra, own, shipped=rows)
            if problems:
                raise ReferenceDataError(problems)
            _lay_over(indicators, own)
        return cls(list(indicators.values()))

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self._by_code.values())

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Indicator:
        return self._by_code[code]

    def get(self, code: str) -> Indicator | None:
        """The indicator of that code, or None."""
        return self._by_code.get(code)

    def named(self, name: str) -> Indicator | None:
        """The indicator of which `name` is the name or an alias, however it is spelled.

        >>> load_catalogue().named("研发投入强度").code
        'rd_intensity'
        """
        return self._by_name.get(plain_name(name))

    def by_plain_name(self, plain: str) -> Indicator | None:
        """The same for a name that already went through `plain_name`."""
        return self._by_name.get(plain)

    def related(self, code: str, relation: str) -> Indicator | None:
        """The indicator whose code is `code` and then `relation`, such as new or provincial.

        >>> load_catalogue().related("hnte", "new").name
        '新认定高新技术企业'
        """
        return self._by_code.get(f"{code}_{relation}")


def _indicator(row: Row) -> Indicator:
    return Indicator(
        code=row["code"],
        name=row["zh_name"],
        aliases=row.listed("zh_aliases"),
        unit=row["unit"],
        kind=row["kind"],
        better=row["better"],
        definition=row["definition_en"],
        source=row["source"],
        status=row["status"],
    )


def _lay_over(indicators: dict[str, Indicator], own: list[Row]) -> None:
    for row in own:
        shipped = indicators.get(row["code"])
        if shipped is None:
            indicators[row["code"]] = _indicator(row)
            continue
        aliases = dict.fromkeys((*shipped.aliases, *row.listed("zh_aliases")))
        indicators[row["code"]] = replace(shipped, aliases=tuple(aliases))


@cache
def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The catalogue, read once: see `Catalogue.load`."""
    return Catalogue.load(extra)


def check_catalogue(path: Path) -> list[Problem]:
    """Everything that is wrong with a bureau's own catalogue file, in order of line.

    The shipped file itself may be given too; then no prefix is asked of its codes.
    """
    resource = files("kechuang.reference").joinpath("indicators.csv")
    rows, problems = read_table(path, COLUMNS)
    with as_file(resource) as shipped_path:
        is_shipped = path.exists() and path.samefile(shipped_path)
        shipped, _ = read_table(shipped_path, COLUMNS)
    problems += catalogue_problems(path, rows, shipped=None if is_shipped else shipped)
    return sorted(problems, key=lambda problem: problem.line)

"""How applications run in practice, read from `practice.yaml`: what a new batch is opened with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

from kechuang.rulebook.library import load_rulebook
from kechuang.rulebook.model import Rule

OWN: Final = "own"
SCREENING: Final = "screening"
"""The kind of rules by which a bureau looks for firms; nothing is filed under them."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: which deadline of the batch it keeps, whether it takes a reason, ends a filing."""

    code: str
    name: str
    by: str = ""
    reason: bool = False
    end: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a filing holds, and the stage by which it should be there."""

    code: str
    name: str
    stage: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Programme:
    """What one programme is opened with.

    `gives` is what the rule says that it gives, empty for a bureau's own. A certificate runs for
    `years` from its day, or until the month and day `until` of its year; None and empty where the
    certificate itself says it.
    """

    code: str
    name: str
    kind: str
    gives: str
    recognition: str
    deciding: str
    system: str
    stages: tuple[Stage, ...]
    papers: tuple[Paper, ...]
    source: str
    years: int | None = None
    until: str = ""


@cache
def _read() -> Mapping[str, Any]:
    text = files("kechuang.office.filings").joinpath("practice.yaml").read_text("utf-8")
    return yaml.safe_load(text)


@cache
def stages() -> Mapping[str, Stage]:
    """Every stage by its code, in the usual order.

    >>> list(stages())[3:6], stages()["recommended"].by
    (['submitted', 'returned', 'recommended'], 'county')
    """
    return MappingProxyType(
        {
            code: Stage(
                code,
                row["name"],
                row.get("by", ""),
                row.get("reason", False),
                row.get("end", False),
            )
            for code, row in _read()["stages"].items()
        }
    )


@cache
def words(part: str) -> Mapping[str, str]:
    """The names of `kinds_of_filing` or `causes_of_return` by code."""
    return MappingProxyType({code: row["name"] for code, row in _read()[part].items()})


@cache
def papers() -> Mapping[str, Paper]:
    """Every document by its code."""
    rows = _read()["documents"].items()
    return MappingProxyType(
        {
            code: Paper(code, row["name"], row["stage"], row.get("optional", False))
            for code, row in rows
        }
    )


def setting(code: str) -> int:
    """A number of the settings, such as `soon_days`."""
    return int(_read()["settings"][code]["value"])


@cache
def rulebook_programmes() -> Mapping[str, Programme]:
    """Every programme of the rulebook under which something is filed, by the id of its rule.

    Of several versions the newest gives the name.
    """
    newest = {rule.id: rule for rule in load_rulebook() if rule.kind != SCREENING}
    return MappingProxyType({code: _of_rule(rule) for code, rule in newest.items()})


def own_programme(
    code: str, name: str, gives: str, recognition: str, deciding: str, system: str
) -> Programme:
    """A programme that a bureau added, with what such ones have at first."""
    found = _programme(code, name, OWN, gives, recognition)
    return Programme(
        code, name, OWN, gives, recognition, deciding or found.deciding, system or found.system,
        found.stages, found.papers, found.source,
    )  # fmt: skip


def _of_rule(rule: Rule) -> Programme:
    name = rule.name.removesuffix("认定") if rule.kind == "title" else rule.name
    gives = rule.outcome.get("gives", "")
    return _programme(rule.id, name, str(rule.kind), gives, rule.outcome.get("recognition", ""))


def _programme(code: str, name: str, kind: str, gives: str, recognition: str) -> Programme:
    data = _read()
    row = {**data["kinds"][kind], **data["programmes"].get(code, {})}
    return Programme(
        code=code,
        name=name,
        kind=kind,
        gives=gives,
        recognition=recognition,
        deciding=row["deciding"],
        system=row["system"],
        stages=tuple(stages()[each] for each in row["stages"]),
        papers=tuple(papers()[each] for each in row["documents"]),
        source=row["source"],
        years=row.get("years"),
        until=row.get("until", ""),
    )

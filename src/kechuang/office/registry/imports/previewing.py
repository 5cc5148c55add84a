"""From a file to a preview: read, checked, compared with the database, kept for the writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.office.registry.imports.checking import ROW, Checked, Keys, check, encrypted
from kechuang.office.registry.imports.comparing import compare
from kechuang.office.registry.imports.faults import (
    Findings,
    ToldCell,
    in_words,
    row_told,
    title_of,
)
from kechuang.office.registry.imports.matching import column_of
from kechuang.office.registry.imports.plans import Compared, Import, Trouble
from kechuang.office.registry.imports.reading import Headers, OpenedFile, open_table, read_headers
from kechuang.office.registry.imports.staging import ERROR, NEW, STATES, Stage, with_states

SHOWN: Final = 20
LISTS: Final = frozenset({"organisations", "people"})
"""Purposes of which a list of names alone is worth importing."""
"""Rows that are shown of each state."""
VALUES: Final = 8
"""Values that are shown of a new row."""
CODES: Final = ("enterprise_code", "party_code", "person_code", "platform_code")
NAMES: Final = ("enterprise_name", "person_name", "platform_name")


@dataclass(slots=True)
class Preview:
    """What a file would do."""

    reading: dict[str, Any]
    stage: Stage
    needs_mapping: bool = False
    counts: Counter[str] = field(default_factory=Counter[str])
    findings: Findings = field(default_factory=Findings)
    samples: dict[str, list[dict[str, Any]]] = field(
        default_factory=dict[str, list[dict[str, Any]]]
    )


def preview(
    path: Path,
    what: Import,
    remembered: Mapping[str, str],
) -> Preview:
    """Read a file and compare it.

    The staged rows lie in the folder of the file.

    Raises `FileRefused` where the file cannot be read at all.
    """
    opened = open_table(path, what.purpose)
    headers = read_headers(opened.first, what.purpose, what.year, remembered)
    found = Preview(_reading(opened, headers), Stage(path.parent))
    _refused_columns(found, headers)
    if not _can_go_on(what, headers):
        found.needs_mapping = True
        return found
    keys = Keys()
    for rows, checked in _checked(opened, headers, what):
        _one_slice(found, what, rows, checked, keys)
    found.reading["rows"] = sum(found.counts.values())
    found.reading["cells"] = found.reading["rows"] * len(headers.known)
    return found


def _checked(
    opened: OpenedFile, headers: Headers, what: Import
) -> Iterator[tuple[pl.DataFrame, Checked]]:
    """The slices of a file, with the rows that a CSV parser could not take."""
    told = 0
    for raw in opened.slices():
        checked = check(raw, headers, what.purpose)
        bad = opened.bad[told:]
        told += len(bad)
        for problem in bad:
            cell = ToldCell("", "", problem.code, problem.value, str(problem))
            checked.wrong.setdefault(problem.row, []).append(cell)
        extra = pl.DataFrame({ROW: [problem.row for problem in bad]}, schema={ROW: pl.Int64})
        yield pl.concat([checked.rows, extra], how="diagonal"), checked


def _one_slice(
    found: Preview, what: Import, rows: pl.DataFrame, checked: Checked, keys: Keys
) -> None:
    wrong = checked.wrong
    twice = keys.again(_keys(what, rows), rows[ROW].to_list())
    for row, first in twice.items():
        if row not in wrong:
            why = _("与第 %(first)d 行重复，只留一行") % {"first": first}
            wrong[row] = [row_told(row, "key_twice", why)]
    good = rows.filter(~pl.col(ROW).is_in(list(wrong)))
    good = encrypted(good, what.purpose)
    compared = compare(what, good)
    _names_twice(compared, what, good, keys)
    states = {**compared.states(), **dict.fromkeys(wrong, ERROR)}
    whys = {row: trouble.why for row, trouble in compared.troubles.items()}
    kept = encrypted(rows.filter(pl.col(ROW).is_in(list(wrong))), what.purpose)
    every = pl.concat([good, kept]).sort(ROW)
    found.stage.add(with_states(every, states, whys, compared.seen(), wrong))
    found.counts.update(states.values())
    found.reading["totals"] = found.reading.get("totals", 0) + checked.totals
    for row, cells in sorted(wrong.items()):
        for cell in cells:
            found.findings.add(ERROR, cell.code, title_of(cell), row, cell)
    for row, trouble in sorted(compared.troubles.items()):
        tell(found.findings, row, trouble)
    _sample(found, what, every, states, compared, wrong)


def tell(findings: Findings, row: int, trouble: Trouble) -> None:
    """Add the sentence of a row that is not written."""
    told = row_told(row, trouble.code, trouble.why)
    findings.add(trouble.state, trouble.code, trouble.title, row, told)


# --- keys in one file


def _keys(what: Import, rows: pl.DataFrame) -> list[tuple[str, ...] | None]:
    """What tells the rows of one file apart."""
    codes = [column_of(rows, name) for name in CODES if name in rows.columns]
    names = [column_of(rows, name) for name in NAMES if name in rows.columns]
    more = {
        "organisations": (),
        "yearly_facts": ("facts_year",),
        "research_costs": ("facts_year", "caliber"),
        "qualifications": ("title", "title_code", "issued_on"),
        "rights": ("ip_code",),
        "platforms": (),
        "people": ("employer_code", "employer_name"),
    }[what.purpose.code]
    others = [column_of(rows, name) for name in more]
    keys: list[tuple[str, ...] | None] = []
    for at in range(rows.height):
        code = next((str(each[at]).upper() for each in codes if each[at]), None)
        name = next((each[at] for each in names if each[at]), None)
        if code is None and name is None:
            keys.append(None)
            continue
        rest = () if what.purpose.code == "people" and code else tuple(str(o[at]) for o in others)
        if what.purpose.code == "qualifications" and others[1][at]:
            rest = rest[:2]
        keys.append(("code", code, *rest) if code else ("name", str(name), *rest))
    return keys


def _names_twice(compared: Compared, what: Import, rows: pl.DataFrame, keys: Keys) -> None:
    """New organisations of one name under two codes, or with and without a code."""
    if what.purpose.code != "organisations":
        return
    states = compared.states()
    numbers = [row for row in rows[ROW].to_list() if states[row] == NEW]
    names = dict(zip(rows[ROW].to_list(), column_of(rows, "enterprise_name"), strict=True))
    again = keys.again([("new", str(names[row])) for row in numbers], numbers)
    for row, first in again.items():
        why = _("与第 %(first)d 行同名而代码不同，请核对是不是同一家") % {"first": first}
        compared.conflict(row, "name_twice", _("表里两行同名而代码不同"), why)


# --- what a preview says


def _reading(opened: OpenedFile, headers: Headers) -> dict[str, Any]:
    return {
        "form": opened.form,
        "encoding": opened.encoding,
        "sheet": opened.first.place.sheet,
        "header_row": opened.first.header_row,
        "unit": opened.first.unit,
        "headers": list(headers.told),
        "notes": [],
    }


def _refused_columns(found: Preview, headers: Headers) -> None:
    for problem in headers.refused:
        letter = problem.column.split(" ")[0]
        cell = ToldCell(letter, problem.column, "column", "", str(problem))
        found.findings.add("column", "column", problem.what, problem.row, cell)


def _can_go_on(what: Import, headers: Headers) -> bool:
    """Whether a record can be found by the columns, and there is something to write."""
    found = any(headers.has(code) for code in what.purpose.keys)
    is_said = {known.column for known in headers.known} - set(what.purpose.keys)
    return found and (bool(is_said) or what.purpose.code in LISTS)


def _sample(
    found: Preview,
    what: Import,
    rows: pl.DataFrame,
    states: Mapping[int, str],
    compared: Compared,
    wrong: Mapping[int, list[ToldCell]],
) -> None:
    wanted = {state: SHOWN - len(found.samples.get(state, ())) for state in STATES}
    chosen: list[int] = []
    for row in rows[ROW].to_list():
        if wanted[states[row]] > 0:
            wanted[states[row]] -= 1
            chosen.append(row)
    for line in rows.filter(pl.col(ROW).is_in(chosen)).iter_rows(named=True):
        row = line[ROW]
        found.samples.setdefault(states[row], []).append(
            {
                "row": row,
                "key": next((line[n] for n in CODES if line.get(n)), ""),
                "name": next((line[n] for n in NAMES if line.get(n)), ""),
                "changes": _new_values(what, line)
                if states[row] == NEW
                else [list(change) for change in compared.changes.get(row, ())],
                "why": _why(row, compared, wrong),
            }
        )


def _why(row: int, compared: Compared, wrong: Mapping[int, list[ToldCell]]) -> str:
    if row in compared.troubles:
        return compared.troubles[row].why
    return "；".join(cell.text for cell in wrong.get(row, ())) or compared.merged.get(row, "")


def _new_values(what: Import, line: Mapping[str, Any]) -> list[list[str]]:
    """What a new row says, beside whom it is about; what is secret is not shown."""
    told: list[list[str]] = []
    for name, value in line.items():
        code, _at, year = name.partition("@")
        column = what.purpose.columns.get(code)
        if column is None or column.is_secret or code in (*CODES, *NAMES) or value in (None, ""):
            continue
        shown = column.header(int(year) if year.isdecimal() and int(year) else None)
        told.append([shown, "", in_words(value, column.field)])
    return told[:VALUES]

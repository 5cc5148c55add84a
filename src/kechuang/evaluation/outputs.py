"""Results as frames and files: csv, xlsx, json and Markdown, each under the title of `TITLE`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import polars as pl
import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from kechuang.evaluation.arrays import Array
from kechuang.evaluation.evaluating import TITLE, Evaluation
from kechuang.evaluation.ranking import UNRANKED
from kechuang.evaluation.rewards import Movement
from kechuang.evaluation.scheme_reading import FEN_PER_WAN
from kechuang.evaluation.weighting import NAMES as WEIGHTINGS
from kechuang.files import whole_path, whole_text
from kechuang.files.safe import guarded, one_line, printable

Form: TypeAlias = Literal["csv", "xlsx", "json", "md"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
SHOWN_DECIMALS: Final = 2
MOVED: Final = ("上年名次", "名次升降", "上年档次", "测算奖励（万元）", "奖励依据")
"""The columns of the table of results that look at the year before."""
_WIDTH: Final = 16


@dataclass(frozen=True, slots=True)
class Further:
    """A table besides the results: a short name (that of its sheet), a title, and its rows."""

    name: str
    title: str
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Results:
    """An evaluation, and what moved since the year before where `earlier` is that year's.

    `further` are tables that were asked for besides.
    """

    found: Evaluation
    moved: Sequence[Movement] = ()
    earlier: Evaluation | None = None
    further: Sequence[Further] = ()

    @property
    def title(self) -> str:
        """What stands above every table and file."""
        year = f" {self.found.year}年" if self.found.year is not None else ""
        return f"{TITLE}：{self.found.scheme.name}{year}"

    @property
    def notes(self) -> list[str]:
        """What a reader must know: of this year, and who came and went."""
        notes = list(self.found.notes)
        if self.earlier is not None:
            if self.found.year is not None and self.earlier.year != self.found.year - 1:
                notes.append(f"“上年”是数据里更早的一年，{self.earlier.year}年。")
            now, before = set(self.found.units), set(self.earlier.units)
            came = [name for unit, name in _named(self.found) if unit not in before]
            went = [name for unit, name in _named(self.earlier) if unit not in now]
            if came:
                notes.append(f"{'、'.join(came)}上年没有参加，没有名次升降。")
            if went:
                notes.append(f"{'、'.join(went)}上年参加，本年没有数据或没有参加。")
        return notes


def _named(found: Evaluation) -> Iterator[tuple[str, str]]:
    yield from zip(found.units, found.names, strict=True)


def order_of(found: Evaluation) -> list[int]:
    """The rows by rank, those of one rank by code, those without a rank last."""
    return sorted(
        range(len(found.units)),
        key=lambda row: (found.places[row] == UNRANKED, found.places[row], found.units[row]),
    )


def result_frame(results: Results) -> pl.DataFrame:
    """One row a unit: rank, score, class, the scores of the branches, and what moved."""
    found, order = results.found, order_of(results.found)
    columns: list[pl.Series] = [
        pl.Series("名次", [_rank(int(found.places[row])) for row in order], dtype=pl.Int64),
        pl.Series("单位代码", [found.units[row] for row in order]),
        pl.Series("单位", [found.names[row] for row in order]),
    ]
    if any(found.groups):
        columns.append(pl.Series("分组", [found.groups[row] for row in order]))
    columns.append(_numbers("得分", found.total[order]))
    if found.scheme.bands:
        columns.append(pl.Series("档次", [found.classes[row] for row in order], dtype=pl.String))
    columns += [
        _numbers(branch.name, found.scores[branch.code][order])
        for branch in found.scheme.branches[1:]
    ]
    if results.moved:
        columns += _moved(results, [results.moved[row] for row in order])
    return pl.DataFrame(_renamed(columns))


def _moved(results: Results, moved: Sequence[Movement]) -> Iterator[pl.Series]:
    yield pl.Series("上年名次", [each.earlier_rank for each in moved], dtype=pl.Int64)
    yield pl.Series("名次升降", [each.rise for each in moved], dtype=pl.Int64)
    scheme = results.found.scheme
    if scheme.bands:
        yield pl.Series("上年档次", [each.earlier_class for each in moved], dtype=pl.String)
    if scheme.class_rewards or scheme.rank_rewards:
        amounts = [each.amount / FEN_PER_WAN or None for each in moved]
        yield pl.Series("测算奖励（万元）", amounts, dtype=pl.Float64)
        yield pl.Series("奖励依据", ["；".join(each.reasons) for each in moved])


def indicator_frame(found: Evaluation, values: Array) -> pl.DataFrame:
    """One row a unit by rank: values of (units, indicators) under the names of the indicators."""
    order = order_of(found)
    columns = [
        pl.Series("单位代码", [found.units[row] for row in order]),
        pl.Series("单位", [found.names[row] for row in order]),
    ]
    for at, indicator in enumerate(found.scheme.indicators):
        columns.append(_numbers(indicator.name, values[order, at]))
    return pl.DataFrame(_renamed(columns))


def weight_frame(found: Evaluation) -> pl.DataFrame:
    """One row a node: its weight among its siblings and in the whole, and where it comes from."""
    scheme, effective = found.scheme, found.effective_weights()
    names = {branch.code: branch for branch in scheme.branches}
    rows = [
        {
            "代码": node.code,
            "名称": node.name,
            "上级": names[node.parent].name,
            "同级权重": found.weights[node.code],
            "总权重": effective[node.code],
            "定权办法": WEIGHTINGS[names[node.parent].weighting],
        }
        for node in scheme.nodes()
        if node.parent is not None
    ]
    return pl.DataFrame(rows)


def _numbers(name: str, values: Array) -> pl.Series:
    return pl.Series(name, values, dtype=pl.Float64).fill_nan(None)


def _rank(place: int) -> int | None:
    return None if place == UNRANKED else place


def _renamed(columns: Sequence[pl.Series]) -> list[pl.Series]:
    """The columns, those of one name told apart: a branch may be called as an indicator is."""
    seen: dict[str, int] = {}
    renamed: list[pl.Series] = []
    for column in columns:
        seen[column.name] = seen.get(column.name, 0) + 1
        again = seen[column.name]
        renamed.append(column if again == 1 else column.alias(f"{column.name}（{again}）"))
    return renamed


def write_results(results: Results, path: Path, form: Form) -> None:
    """Write the results; an old file at `path` is replaced only by a whole new one.

    csv holds the table of results, Markdown also those asked for besides; xlsx a sheet for each
    of them, each stage, the weights and the notes; json everything. No cell of csv or xlsx runs
    as a formula.

    Raises:
        OSError: the folder does not exist, or may not be written to.
    """
    if form == "xlsx":
        with whole_path(path) as temporary:
            _xlsx(results, temporary)
        return
    with whole_text(path, encoding="utf-8-sig" if form == "csv" else "utf-8") as stream:
        stream.write({"csv": _csv, "json": json_text, "md": markdown}[form](results))


def _csv(results: Results) -> str:
    frame, stream = result_frame(results), io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([results.title])
    writer.writerow([guarded(name) for name in frame.columns])
    for row in frame.iter_rows():
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue()


def markdown(results: Results) -> str:
    """The table of results and the notes as Markdown."""
    lines = [f"# {one_line(results.title)}", "", *_md_table(result_frame(results))]
    for each in results.further:
        lines += ["", f"## {one_line(each.title)}", "", *_md_table(each.frame)]
    notes = [f"- {_md_cell(note)}" for note in results.notes]
    return "\n".join([*lines, *(["", "说明：", "", *notes] if notes else []), ""])


def _md_table(frame: pl.DataFrame) -> Iterator[str]:
    yield f"| {' | '.join(_md_cell(name) for name in frame.columns)} |"
    yield f"|{'|'.join('---:' if each.dtype.is_numeric() else '---' for each in frame)}|"
    for row in frame.rows():
        yield f"| {' | '.join(_md_cell(shown(cell)) for cell in row)} |"


def _md_cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")


def shown(value: object) -> str:
    """A cell as people read it: scores to two decimals, nothing where it is missing."""
    if value is None:
        return ""
    return f"{value:.{SHOWN_DECIMALS}f}" if isinstance(value, float) else str(value)


def as_json(results: Results) -> dict[str, Any]:
    """Everything as plain values; missing numbers are None."""
    found, scheme = results.found, results.found.scheme
    stages = {
        name: _listed(getattr(found, name))
        for name in ("raw", "denominated", "imputed", "treated", "normalised")
    }
    return {
        "title": results.title,
        "scheme": {"code": scheme.code, "name": scheme.name, "version": scheme.version},
        "year": found.year,
        "notes": results.notes,
        "indicators": [each.code for each in scheme.indicators],
        "weights": {"siblings": dict(found.weights), "whole": found.effective_weights()},
        "units": [
            {
                "code": unit,
                "name": found.names[row],
                "group": found.groups[row],
                "score": _plain(found.total[row]),
                "rank": _rank(int(found.places[row])),
                "class": found.classes[row],
                "scores": {code: _plain(each[row]) for code, each in found.scores.items()},
                "ranks": {code: _rank(int(each[row])) for code, each in found.ranks.items()},
                **{name: values[row] for name, values in stages.items()},
            }
            for row, unit in enumerate(found.units)
        ],
        "left_out": [{"code": code, "available": share} for code, share in found.left_out],
        "movements": [
            {
                "code": each.unit,
                "earlier_rank": each.earlier_rank,
                "rise": each.rise,
                "earlier_class": each.earlier_class,
                "score_change": each.score_change,
                "amount_fen": each.amount,
                "reasons": list(each.reasons),
            }
            for each in results.moved
        ],
        "further": [
            {"name": each.name, "title": each.title, "rows": each.frame.to_dicts()}
            for each in results.further
        ],
    }


def json_text(results: Results) -> str:
    """`as_json` as a text."""
    return json.dumps(as_json(results), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _plain(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _listed(values: Array) -> list[list[float | None]]:
    return [[_plain(number) for number in row] for row in values.tolist()]


def _xlsx(results: Results, path: Path) -> None:
    found = results.found
    frames = {
        "结果": result_frame(results),
        "指标得分": indicator_frame(found, found.normalised),
        "原始数据": indicator_frame(found, found.raw),
        "处理后数据": indicator_frame(found, found.treated),
        "权重": weight_frame(found),
        **{each.name: each.frame for each in results.further},
        "说明": pl.DataFrame({"说明": results.notes}, schema={"说明": pl.String}),
    }
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    workbook: Any = xlsxwriter.Workbook
    with workbook(path, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for name, frame in frames.items():
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, printable(results.title), book.add_format({"bold": True}))
            sheet.freeze_panes(2, 0)
            sheet.set_column(0, max(frame.width - 1, 0), _WIDTH)
            for at, header in enumerate(frame.columns):
                sheet.write_string(1, at, printable(header), bold)
            for row, cells in enumerate(frame.iter_rows(), 2):
                for at, value in enumerate(cells):
                    if isinstance(value, str):
                        sheet.write_string(row, at, printable(value))
                    elif value is not None:
                        sheet.write_number(row, at, value)

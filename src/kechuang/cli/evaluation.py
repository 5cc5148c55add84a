"""The work of `kechuang evaluate`: from a scheme and a table to scores, ranks and files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

import click
import numpy as np
import polars as pl
from rich import box
from rich.table import Table
from rich.text import Text

from kechuang.cli.console import Messages, Stop, results_console
from kechuang.cli.evaluation_further import Asked, besides
from kechuang.evaluation.checks import correlations, cronbach_alpha, remove_each
from kechuang.evaluation.errors import EvaluationError, SchemeError
from kechuang.evaluation.evaluating import TITLE, Evaluation, evaluate_panel
from kechuang.evaluation.limits import limits
from kechuang.evaluation.outputs import (
    FORMS,
    MOVED,
    Form,
    Results,
    json_text,
    markdown,
    result_frame,
    shown,
    write_results,
)
from kechuang.evaluation.reading import read_table
from kechuang.evaluation.rewards import movements
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.scheme_reading import load_scheme, shipped_schemes
from kechuang.evaluation.table import Panel, panel_of
from kechuang.files import whole_text
from kechuang.files.safe import one_line

NOT_FOUND: Final = 3
INVALID: Final = 4
REFUSED: Final = 5


def run(
    scheme: str,
    data: Path,
    year: int | None,
    checks: bool,
    draws: int | None,
    seed: int,
    explain: str | None,
    costs: Path | None,
    before: str | None,
    plot: Path | None,
    form: str | None,
    output: Path | None,
) -> int:
    """Evaluate and return the exit code."""
    chosen = _form(form, output)
    if explain is None and (costs is not None or before is not None):
        raise click.UsageError("--costs 和 --before 要同 --explain 一起用。")

    def work() -> None:
        found_scheme = scheme_of(scheme)
        panel = panel_of(found_scheme, read_table(data, found_scheme.columns.unit))
        results = results_of(found_scheme, panel, year)
        asked = Asked(
            draws, seed, explain, costs, _scheme_before(before, data), plots=plot is not None
        )
        more = besides(results, panel, asked)
        results = replace(results, further=more.tables)
        if plot is not None:
            _draw(more.charts, plot)
        if output is not None:
            _write(results, output, cast("Form", chosen))
        _tell_results(results, chosen if output is None else "table")
        for remark in more.remarks:
            tell(remark, style="yellow")
        if checks:
            _tell_checks(results.found)

    return _ended(work)


def scheme_of(named: str) -> Scheme:
    """The scheme of a file or of a name.

    Raises:
        Stop: there is none, or it is wrong; every problem has been told.
    """
    path = Path(named)
    try:
        return load_scheme(named)
    except SchemeError as error:
        if path.suffix.lower() in {".csv", ".xlsx", ".parquet"}:
            tell(f"“{named}”是数据，不是方案：先写方案，再写数据。")
            raise Stop(INVALID) from error
        if not path.is_file():
            told = "、".join(shipped_schemes())
            tell(f"没有方案“{named}”：写方案文件的路径，或附带的方案 {told}。")
            raise Stop(NOT_FOUND) from error
        for problem in error.problems:
            tell(str(problem))
        raise Stop(INVALID) from error


def results_of(scheme: Scheme, panel: Panel, year: int | None) -> Results:
    """The evaluation of a year, beside the years before where they can be evaluated too.

    Raises:
        EvaluationError: the year cannot be evaluated.
    """
    found = evaluate_panel(scheme, panel, year=year)
    earlier = [each for each in panel.years if each is not None and each < (found.year or 0)]
    before: list[Evaluation] = []
    for each in earlier:
        # A first year that is there only for growth to start from has no evaluation of its own.
        with suppress(EvaluationError):
            before.append(evaluate_panel(scheme, panel, year=each))
    if not before:
        return Results(found)
    return Results(found, movements(found, before), before[-1])


def tell(text: str, style: str = "red") -> None:
    """A sentence on standard error."""
    Messages("zh").say(text, style=style)


def _ended(work: Callable[[], None]) -> int:
    try:
        work()
    except Stop as stop:
        return stop.code
    except EvaluationError as error:
        tell(str(error))
        return NOT_FOUND if error.code == "file" else INVALID
    except BrokenPipeError:
        with suppress(OSError):
            sys.stdout = None
        return 0
    return 0


def _form(form: str | None, output: Path | None) -> str:
    suffix = output.suffix.lower().removeprefix(".") if output is not None else ""
    chosen = form or (suffix if suffix in FORMS else "")
    if output is not None and not chosen:
        raise click.UsageError("看不出 --output 的格式：请用 .csv .xlsx .json .md，或写 --format。")
    if output is None and chosen in {"csv", "xlsx"}:
        raise click.UsageError(f"--format {chosen} 要写成文件：请加 --output 文件名。")
    if output is not None and chosen == "table":
        raise click.UsageError(
            "--format table 只在屏幕上显示：去掉 --output，或改用 csv、xlsx 等格式。"
        )
    return chosen or "table"


def _write(results: Results, output: Path, form: Form) -> None:
    try:
        write_results(results, output, form)
    except OSError as error:
        tell(f"写“{output}”失败（{error.strerror}）：请检查文件夹、写入权限和磁盘空间。")
        raise Stop(REFUSED) from error
    tell(f"已写入 {output}", style="dim")


def _scheme_before(named: str | None, data: Path) -> tuple[Scheme, Panel] | None:
    """The scheme of the year before and the data as it reads them, where one is named."""
    if named is None:
        return None
    scheme = scheme_of(named)
    return scheme, panel_of(scheme, read_table(data, scheme.columns.unit))


def _draw(charts: Mapping[str, str], folder: Path) -> None:
    """Write charts to a folder, which is made where there is none."""
    try:
        folder.mkdir(exist_ok=True)
        for name, text in charts.items():
            with whole_text(folder / name) as stream:
                stream.write(text)
    except OSError as error:
        tell(f"图写不到“{folder}”（{error.strerror}）：请写一个文件夹，检查上级文件夹和权限。")
        raise Stop(REFUSED) from error
    tell(f"已写入 {folder}：{'、'.join(charts)}", style="dim")


def _tell_results(results: Results, form: str) -> None:
    if form == "json":
        click.echo(json_text(results), nl=False)
        return
    if form == "md":
        click.echo(markdown(results), nl=False)
        return
    frame = result_frame(results)
    moved = [name for name in frame.columns if name in MOVED]
    show_table(results.title, frame.drop("单位代码", *moved))
    if moved:
        show_table(f"{TITLE}：同上年比", frame.select("名次", "单位", *moved))
    for each in results.further:
        show_table(f"{TITLE}：{each.title}", each.frame)
    for note in results.notes:
        results_console().print(Text(f"注：{one_line(note)}"), soft_wrap=True)


def show_table(title: str, frame: pl.DataFrame) -> None:
    """A frame as a table under a title; numbers to two decimals on the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in frame:
        right = column.dtype.is_numeric()
        table.add_column(
            one_line(column.name), justify="right" if right else "left", overflow="fold"
        )
    for row in frame.iter_rows():
        table.add_row(*(Text(one_line(shown(cell))) for cell in row))
    # A title of the table itself would be cut to its width.
    results_console().print(Text(one_line(title), style="bold"), soft_wrap=True)
    results_console().print(table)


def _tell_checks(found: Evaluation) -> None:
    """Correlations with the total, the agreement inside each branch, and the total without one."""
    total = found.total[:, None]
    nodes = [node for node in found.scheme.nodes() if node.parent is not None]
    changes = {
        each.code: each.mean_change
        for branch in found.scheme.branches
        for each in remove_each(found, branch.code)
    }
    rows = {
        "名称": [node.name for node in nodes],
        "与总分的相关": [
            float(correlations(found.scores[node.code][:, None], total)[0, 0]) for node in nodes
        ],
        "去掉后名次平均变动": [changes.get(node.code) for node in nodes],
    }
    show_table(f"{TITLE}；检查：每一项与总分", _without_nan(pl.DataFrame(rows, strict=False)))
    alphas = {
        branch.name: cronbach_alpha(
            np.column_stack([found.scores[part.code] for part in found.scheme.parts(branch.code)])
        )
        for branch in found.scheme.branches
    }
    frame = pl.DataFrame({"分支": list(alphas), "一致性系数 α": list(alphas.values())})
    show_table(
        f"{TITLE}；检查：每个分支下的各项是否说同一件事（{limits().alpha:g} 以上为一致）",
        _without_nan(frame),
    )


def _without_nan(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))

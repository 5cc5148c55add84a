"""`kechuang eligible`, `explain` and `whatif`: what they are asked for on the command line."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path)
ENGINES = ("polars", "duckdb", "spark", "python")
FORMS = ("table", "csv", "xlsx", "parquet", "json", "jsonl")
DAY = click.DateTime(["%Y-%m-%d"])
ELIGIBLE_HELP = """按一条规则判断每个企业（或平台、人员、合同、贷款）：符合、不符合，还是缺数据。

DATA 是一个文件（.csv .xlsx .parquet），或一个文件夹，每张表一个文件（企业、知识产权、资格称号……）。
不写 --output 时在屏幕上给出汇总。

\b
例：
  kechuang eligible 企业数据 --rule tech_sme_national --as-of 2026-07-01
  kechuang eligible 企业.xlsx --rule hnte --trace --output 高企.xlsx
"""
EXPLAIN_HELP = """说明一个企业为什么符合或不符合：每个条件的现值、要求和条款，
本年度能否，下一年度还差什么。

\b
例：
  kechuang explain 企业数据 --rule tech_sme_national --id 91130100MA0000001X
"""
WHATIF_HELP = """改动规则的参数，比较改动前后：谁进来、谁出去，各县、各行业、各规模多少家。

\b
例：
  kechuang whatif 企业数据 --rule tech_sme_national --set enough="55 分" --set staff="600 人"
"""


def _common(command: Any) -> Any:
    for decorator in (
        click.argument("data", type=FILE, metavar="DATA"),
        click.option("--rule", required=True, metavar="ID", help="规则代码，可写成 规则@版本"),
        click.option("--as-of", type=DAY, metavar="DATE", help="判断哪一天的情况（默认今天）"),
        click.option("--rules", type=FILE, metavar="PATH", help="本单位的规则文件或文件夹"),
    ):
        command = decorator(command)
    return command


def _day(value: datetime | None) -> Any:
    return None if value is None else value.date()


@click.command(help=ELIGIBLE_HELP, short_help="按规则判断全部企业")
@_common
@click.option(
    "--engine", type=click.Choice(ENGINES), default="polars", help="用什么计算（默认 polars）"
)
@click.option("--trace", is_flag=True, help="写出每个条件的结论和每项得分")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="输出格式；不写时按 --output 的扩展名，否则为屏幕上的汇总",
)
@click.option("--output", type=FILE, metavar="FILE", help="结果写到这个文件")
@click.pass_context
def eligible(context: click.Context, /, as_of: datetime | None, **options: Any) -> None:
    """Judge every subject; see `ELIGIBLE_HELP`."""
    work = import_module("kechuang.cli.verdicts")
    context.exit(work.run_eligible(as_of=_day(as_of), **options))


@click.command(help=EXPLAIN_HELP, short_help="说明一个企业为什么符合或不符合")
@_common
@click.option(
    "--id", "code", required=True, metavar="CODE", help="统一社会信用代码（或平台、人员等的编号）"
)
@click.option(
    "--format", "form", type=click.Choice(("table", "json")), default="table", help="表格或 JSON"
)
@click.option("--output", type=FILE, metavar="FILE", help="决定的全部依据（JSON）写到这个文件")
@click.pass_context
def explain(context: click.Context, /, as_of: datetime | None, **options: Any) -> None:
    """Explain one verdict; see `EXPLAIN_HELP`."""
    work = import_module("kechuang.cli.verdicts")
    context.exit(work.run_explain(as_of=_day(as_of), **options))


@click.command(help=WHATIF_HELP, short_help="改动参数，看谁进来、谁出去")
@_common
@click.option(
    "--set",
    "settings",
    multiple=True,
    required=True,
    metavar="PARAM=VALUE",
    help="参数和新值，可写多个",
)
@click.option("--output", type=FILE, metavar="FILE", help="有变动的企业写到这个文件")
@click.pass_context
def whatif(context: click.Context, /, as_of: datetime | None, **options: Any) -> None:
    """Compare a rule with a change of it; see `WHATIF_HELP`."""
    work = import_module("kechuang.cli.verdicts")
    context.exit(work.run_whatif(as_of=_day(as_of), **options))

"""`kechuang evaluate`: what it is asked for on the command line."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path)
FORMS = ("table", "csv", "xlsx", "json", "md")
EVALUATE_HELP = """按评价方案给各单位打分、排名、分档。结果都是内部测算，非官方结果。

SCHEME 是方案文件（.yaml），或随软件附带的方案：example_county（示例县域方案）、
older_yardsticks（早年监测标准）。DATA 是一张表（.csv .xlsx .parquet），每个单位每年一行。

\b
例：
  kechuang evaluate example_county 县域数据.csv
  kechuang evaluate 本局方案.yaml 数据.xlsx --year 2025 --output 结果.xlsx
  kechuang evaluate example_county 县域数据.csv --draws 1000 --plot 图
  kechuang evaluate example_county 县域数据.csv --explain 示例市庚县 --costs 成本.csv
"""


@click.command(help=EVALUATE_HELP, short_help="按方案打分、排名、分档（内部测算）")
@click.argument("scheme", metavar="SCHEME")
@click.argument("data", type=FILE, metavar="DATA")
@click.option(
    "--year",
    type=click.IntRange(1949, 2100),
    metavar="YYYY",
    help="测算哪一年（默认数据里最新的一年）",
)
@click.option(
    "--checks", is_flag=True, help="另给出检查：各指标与总分的相关、每组是否一致、去掉一项的影响"
)
@click.option(
    "--draws",
    type=click.IntRange(1, 10_000_000),
    metavar="N",
    help="抽样 N 次，给出每个单位的名次区间和哪种选择影响最大",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    metavar="S",
    help="抽样的种子（默认 1）：同一种子结果相同",
)
@click.option(
    "--explain", metavar="UNIT", help="说明一个单位（代码或名称）的名次为什么变、改进哪项最有用"
)
@click.option(
    "--costs",
    type=FILE,
    metavar="FILE",
    help="改进的成本表（列：指标、每步、最多步数、每步成本）：求升一档最省的办法",
)
@click.option("--before", metavar="SCHEME", help="上一年用的方案（办法改过时），用来分出办法的影响")
@click.option("--plot", type=FILE, metavar="FOLDER", help="把图（SVG）写到这个文件夹")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="输出格式；不写时按 --output 的扩展名，否则为屏幕上的表",
)
@click.option("--output", type=FILE, metavar="FILE", help="结果写到这个文件")
@click.pass_context
def evaluate(context: click.Context, /, **options: Any) -> None:
    """Evaluate the units of a table; see `EVALUATE_HELP`."""
    context.exit(import_module("kechuang.cli.evaluation").run(**options))

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

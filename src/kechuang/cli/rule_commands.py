"""`kechuang rules`: what it is asked for on the command line."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path)
PAGES = ("md", "html", "json")
LANGUAGES = ("zh", "en")


class Day(click.ParamType[date]):
    """A day, written 2026-07-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day of a text; anything else is refused with the way to write it."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是日期：请写成 2026-07-01 这样的年-月-日。", param, ctx)


OWN = click.option("--rules", type=FILE, metavar="PATH", help="本单位的规则文件或文件夹")
DAY = click.option("--as-of", type=Day(), metavar="DATE", help="哪一天的规则和参数（默认今天）")
LANGUAGE = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="zh", help="中文（默认）或英文"
)
OUTPUT = click.option("--output", type=FILE, metavar="FILE", help="写到这个文件（默认标准输出）")
PATHS = click.argument("paths", nargs=-1, type=FILE, metavar="[PATH]...")
CHECK_HELP = """检查规则文件：每处问题在哪一行、为什么、怎么改；有问题时以 1 退出。

不写 PATH 时检查自带的规则；PATH 是本单位的规则文件或文件夹，与自带的规则放在一起检查。

\b
例：
  kechuang rules check
  kechuang rules check 本局规则
"""
TEST_HELP = """运行规则文件里的例和界限表，逐个列出算出的结果与写明的不同的；有不同时以 1 退出。

\b
例：
  kechuang rules test
  kechuang rules test 本局规则 --thresholds
"""
LIST_HELP = """列出规则：代码、版本、名称、生效日期、未核实的参数个数。

\b
例：
  kechuang rules list
  kechuang rules list --as-of 2026-07-01
"""

SHOW_HELP = """显示一条规则：依据文件、条件、计分、金额、需要的数据、全部参数及其条款、例。

RULE 是规则代码，可写成 规则@版本；也可以是一个规则文件。

\b
例：
  kechuang rules show hnte
  kechuang rules show srdi_sme@2022 --format html --output 专精特新.html
"""

DIFF_HELP = """比较两条规则，通常是同一条的两个版本：增加、删去、改动的条件和数值，日期和条款。

OLD 和 NEW 是 规则@版本，也可以是规则文件。

\b
例：
  kechuang rules diff srdi_sme@2022 srdi_sme@2026
  kechuang rules diff 旧办法.yaml 新办法.yaml --format html --output 差别.html
"""


@click.group(short_help="规则库：检查、运行例、查看、比较")
def rules() -> None:
    """规则库：资格、平台、许可和奖补政策写成的规则。"""


@rules.command("check", help=CHECK_HELP, short_help="检查规则文件，指出哪一行错、怎么改")
@PATHS
@click.pass_context
def check(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Check rule files; see `CHECK_HELP`."""
    context.exit(import_module("kechuang.cli.rules").run_check(paths))


@rules.command("test", help=TEST_HELP, short_help="运行规则里的例")
@PATHS
@click.option("--thresholds", is_flag=True, help="再列出改动一步而没有例发觉的参数")
@click.pass_context
def test(context: click.Context, paths: tuple[Path, ...], *, thresholds: bool) -> None:
    """Run the cases of rules; see `TEST_HELP`."""
    context.exit(import_module("kechuang.cli.rules").run_test(paths, thresholds=thresholds))


@rules.command("list", help=LIST_HELP, short_help="列出全部规则")
@click.option("--as-of", type=Day(), metavar="DATE", help="只列这一天生效的")
@OWN
@click.pass_context
def list_rules(context: click.Context, as_of: date | None, rules: Path | None) -> None:
    """List the rules; see `LIST_HELP`."""
    context.exit(import_module("kechuang.cli.rules").run_list(as_of, rules))


@rules.command("show", help=SHOW_HELP, short_help="显示一条规则")
@click.argument("written", metavar="RULE")
@DAY
@LANGUAGE
@click.option("--format", "form", type=click.Choice(PAGES), default="md", help="格式（默认 md）")
@OUTPUT
@OWN
@click.pass_context
def show(context: click.Context, written: str, as_of: date | None, **options: Any) -> None:
    """Show a rule; see `SHOW_HELP`."""
    context.exit(import_module("kechuang.cli.rules").run_show(written, as_of, **options))


@rules.command("diff", help=DIFF_HELP, short_help="比较两个版本")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@LANGUAGE
@click.option("--format", "form", type=click.Choice(PAGES), default="md", help="格式（默认 md）")
@OUTPUT
@OWN
@click.pass_context
def diff(context: click.Context, old: str, new: str, **options: Any) -> None:
    """Compare two rules; see `DIFF_HELP`."""
    context.exit(import_module("kechuang.cli.rules").run_diff(old, new, **options))

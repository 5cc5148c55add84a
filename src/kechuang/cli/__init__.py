"""The `kechuang` command.

Only what the options need is imported here, so that `kechuang --version` answers at once; each
command's work lies in a module of its own that is imported when the command runs.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from kechuang import __version__
from kechuang.cli.audit_commands import audit
from kechuang.cli.evaluation_commands import evaluate
from kechuang.cli.office_commands import COMMANDS
from kechuang.cli.policy_commands import COMMANDS as POLICY_COMMANDS
from kechuang.cli.rule_commands import rules
from kechuang.cli.verdict_commands import eligible, explain, whatif

FORMATS = ("table", "json", "jsonl", "csv", "xlsx")
FILE = click.Path(path_type=Path)
CONTEXT = {"help_option_names": ["-h", "--help"]}
READ_HELP = """读取工作报告里的数据：每个数据的原文位置、数值、单位、时期、主体和指标，并作核对。

可以给出多个文件和文件夹（.txt .md .html .docx .pdf）；文件夹连同下级一起读，不是报告的跳过。
数据写到标准输出，提示写到标准错误。

\b
例：
  kechuang read 工作总结.docx --region 示例省示例市甲县 --year 2024
  kechuang read 报告文件夹 --about 报告.csv --format xlsx --output 数据.xlsx --html 核对.html
"""


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, message="kechuang %(version)s")
def main() -> None:
    """科创台：科技局的工作台。"""


@main.command(help=READ_HELP, short_help="读取工作报告里的数据并核对")
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="FILE_OR_FOLDER...")
@click.option("--region", metavar="NAME", help="报告属于哪个地区（全称，如 示例省示例市甲县）")
@click.option(
    "--year", type=click.IntRange(1949, 2100), metavar="YYYY", help="报告立足的年份：“今年”是哪一年"
)
@click.option(
    "--about",
    type=FILE,
    metavar="FILE.csv",
    help="多份报告的地区、年份、文种：列 file,region,year,genre",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="输出格式；不写时按 --output 的扩展名，否则为表格",
)
@click.option(
    "--output", type=FILE, metavar="PATH", help="数据写到这个文件（默认标准输出；xlsx 必须写明）"
)
@click.option(
    "--findings", type=FILE, metavar="PATH", help="核对出的疑点写到这个文件，每行一条 JSON"
)
@click.option("--html", type=FILE, metavar="PATH", help="写出核对网页：原文、标注、读数和疑点")
@click.option("--text", type=FILE, metavar="PATH", help="写出原文（一份写成文件，多份写到文件夹）")
@click.option("--strict", is_flag=True, help="有疑点时以 1 退出")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=1, metavar="N", help="同时读取的进程数（默认 1）"
)
@click.option("--catalogue", type=FILE, metavar="FILE", help="本单位补充的指标目录（CSV）")
@click.option(
    "--lang", type=click.Choice(("zh", "en")), default="zh", help="提示用中文（默认）或英文"
)
@click.pass_context
def read(context: click.Context, /, **options: object) -> None:
    """Read reports; see `READ_HELP`."""
    code: int = import_module("kechuang.cli.reading").run(**options)
    context.exit(code)


CHECK_HELP = """检查本单位补充的指标、区划（CSV）或字段（YAML）文件，指出哪一行错、为什么、怎么改。

\b
例：
  kechuang reference check 本局指标.csv
  kechuang reference check 乡镇区划.csv
  kechuang reference check 本局字段.yaml
"""


@main.group(short_help="指标目录、行政区划和字段表")
def reference() -> None:
    """指标目录、行政区划和字段表：本单位可以补充自己的。"""


@reference.command("check", help=CHECK_HELP, short_help="检查补充的指标、区划或字段文件")
@click.argument("path", type=FILE, metavar="FILE")
@click.pass_context
def check(context: click.Context, path: Path) -> None:
    """Check a file of one's own; see `CHECK_HELP`."""
    code: int = import_module("kechuang.cli.reference").run(path)
    context.exit(code)


for _command in (
    *COMMANDS, *POLICY_COMMANDS, audit, rules, eligible, evaluate, explain, whatif,
):  # fmt: skip
    main.add_command(_command)

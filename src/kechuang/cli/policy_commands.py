"""What `kechuang diagnose`, `run-rules` and `export-policies` are asked for."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path

import click

from kechuang.cli.office_commands import LANGUAGE

DAY = click.DateTime(["%Y-%m-%d"])
DIAGNOSE_HELP = """诊断一家在库企业：现在符合哪些政策、差什么、哪些因为缺数据还不能判断。

用库里现有的事实，每条规则给出逐项理由、数据来源和条款；本年度和下一年度是两个答案。

\b
例：
  kechuang diagnose --enterprise 91130100MA0000001X
  kechuang diagnose --enterprise 91130100MA0000001X --on 2026-07-01 --format json
"""
RUN_HELP = """对库里全部在营企业判断每条生效的规则，存成一个结论文件和一份事实快照，再算培育阶梯。

同网页上的“运行全部规则”；中断后由后台任务接着做。--verify 按快照重算一次，核对是否逐字节相同。

\b
例：
  kechuang run-rules --all --as-of 2026-07-01
  kechuang run-rules --verify 3
"""


@click.command(help=DIAGNOSE_HELP, short_help="诊断一家企业符合哪些政策")
@click.option("--enterprise", required=True, metavar="CODE", help="统一社会信用代码")
@click.option("--on", type=DAY, metavar="DATE", help="判断日（默认今天）")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="格式")
@LANGUAGE
@click.pass_context
def diagnose(
    context: click.Context, enterprise: str, on: datetime | None, form: str, lang: str
) -> None:
    """Diagnose one enterprise; see `DIAGNOSE_HELP`."""
    work = import_module("kechuang.cli.policies")
    context.exit(work.run_diagnose(enterprise, on and on.date(), form, lang))


@click.command("run-rules", help=RUN_HELP, short_help="对全部企业判断全部规则")
@click.option("--all", "everything", is_flag=True, help="全部规则，全部在营企业")
@click.option("--as-of", type=DAY, metavar="DATE", help="判断日（默认今天）")
@click.option("--verify", type=click.IntRange(min=1), metavar="RUN", help="按快照重算第几次运行")
@LANGUAGE
@click.pass_context
def run_rules(
    context: click.Context,
    everything: bool,
    as_of: datetime | None,
    verify: int | None,
    lang: str,
) -> None:
    """Judge all, or one run again; see `RUN_HELP`."""
    if everything == (verify is not None):
        raise click.UsageError("写 --all 运行全部规则，或 --verify 核对一次运行，二者取一。")
    work = import_module("kechuang.cli.policies")
    if verify is not None:
        context.exit(work.run_verify(verify, lang))
    context.exit(work.run_all(as_of and as_of.date(), lang))


EXPORT_HELP = """把今天生效的规则和登记的政策文件写成公开包：静态网页（中英文）、JSON 和 Excel。

同网页上的“生成公开包”，直接写进一个文件夹；里面没有任何企业的数据。同一天、同样的内容，每次逐字节相同。

\b
例：
  kechuang export-policies --out 公开包
  kechuang export-policies --out 公开包 --contact "高新技术科 0990-5550102"
"""


@click.command("export-policies", help=EXPORT_HELP, short_help="写出政策公开包")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="FOLDER",
    help="写进哪个文件夹",
)  # fmt: skip
@click.option("--on", type=DAY, metavar="DATE", help="按哪一天（默认今天）")
@click.option("--contact", default="", metavar="TEXT", help="咨询方式：科室和办公电话")
@LANGUAGE
@click.pass_context
def export_policies(
    context: click.Context, out: Path, on: datetime | None, contact: str, lang: str
) -> None:
    """Write the public package; see `EXPORT_HELP`."""
    work = import_module("kechuang.cli.policies")
    context.exit(work.run_export(out, on and on.date(), contact, lang))


COMMANDS = (diagnose, run_rules, export_policies)

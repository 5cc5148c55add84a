"""`kechuang up`, `demo`, `worker`: what they are asked for on the command line."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

LANGUAGE = click.option(
    "--lang", type=click.Choice(("zh", "en")), default="zh", help="提示用中文（默认）或英文"
)
UP_HELP = """启动：把数据库更新到本版本，在本机提供网页，旁边开一个后台任务进程；Ctrl-C 结束。

数据在 KECHUANG_DATA 指的文件夹（默认 var）；KECHUANG_DATABASE 指 PostgreSQL 的地址。

\b
例：
  kechuang up
  kechuang up --address 0.0.0.0 --port 8080
"""
DEMO_HELP = """在空的数据文件夹里建立示例市：区划、主体、各种角色的用户；可同时读入报告。

口令随机产生，只显示这一次。

\b
例：
  kechuang demo
  kechuang demo --reports 报告文件夹
"""
WORKER_HELP = """执行后台任务，直到收到结束信号；手头的一步做完才停。kechuang up 已经自带一个。

\b
例：
  kechuang worker
"""
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(help=UP_HELP, short_help="启动网页和后台任务")
@click.option("--address", default="127.0.0.1", metavar="HOST", help="监听的地址（默认本机）")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="端口（默认 8000）")
@click.option("--no-worker", is_flag=True, help="不开后台任务进程（另外用 kechuang worker 开）")
@LANGUAGE
@click.pass_context
def up(context: click.Context, /, **options: object) -> None:
    """Serve the office; see `UP_HELP`."""
    context.exit(import_module("kechuang.cli.office").run_up(**options))


@click.command(help=DEMO_HELP, short_help="在空的数据文件夹里建立示例市")
@click.option("--reports", type=FOLDER, metavar="FOLDER", help="同时读入这个文件夹的报告")
@click.option("--if-empty", is_flag=True, help="已有数据时不报错，什么也不做")
@LANGUAGE
@click.pass_context
def demo(context: click.Context, /, **options: object) -> None:
    """Build the made-up city; see `DEMO_HELP`."""
    context.exit(import_module("kechuang.cli.office").run_demo(**options))


@click.command(help=WORKER_HELP, short_help="执行后台任务")
@LANGUAGE
@click.pass_context
def worker(context: click.Context, lang: str) -> None:
    """Do jobs; see `WORKER_HELP`."""
    context.exit(import_module("kechuang.cli.office").run_work(lang))

"""The commands of the office, `kechuang up` and those beside it: what they are asked for."""

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


BACKUP_HELP = """把整个系统写成一个备份文件（.tar.gz）：数据库各表、文件、审计封存、密钥。

备份时可以照常使用。文件里有密钥，请存放在安全的地方；--without-keys 不放密钥（另外保管）。

\b
例：
  kechuang backup 备份.tar.gz
"""
RESTORE_HELP = """把备份恢复到空的数据文件夹（KECHUANG_DATA）或空的 PostgreSQL 数据库。

先核对每一项的摘要；不完整、被改动、不是本版本的备份不恢复，也什么都不改。

\b
例：
  KECHUANG_DATA=新文件夹 kechuang restore 备份.tar.gz
"""
ARCHIVE = click.Path(path_type=Path, dir_okay=False)


@click.command(help=BACKUP_HELP, short_help="把整个系统写成一个备份文件")
@click.argument("file", type=ARCHIVE, metavar="FILE")
@click.option("--without-keys", is_flag=True, help="不放密钥：没有它们，加密的字段读不出来")
@LANGUAGE
@click.pass_context
def backup(context: click.Context, /, **options: object) -> None:
    """Write a backup; see `BACKUP_HELP`."""
    context.exit(import_module("kechuang.cli.office").run_backup(**options))


@click.command(help=RESTORE_HELP, short_help="把备份恢复到空的地方")
@click.argument("file", type=ARCHIVE, metavar="FILE")
@click.option(
    "--accept-broken-trail", is_flag=True, help="备份前审计记录已断开也恢复，断开处记入审计记录"
)
@LANGUAGE
@click.pass_context
def restore(context: click.Context, /, **options: object) -> None:
    """Bring a backup back; see `RESTORE_HELP`."""
    context.exit(import_module("kechuang.cli.office").run_restore(**options))


CHECK_HELP = """检查系统：设置、数据库、触发器、审计与封存、文件、密钥、磁盘空间；有误时以 1 退出。

\b
例：
  kechuang check
"""
FOUND_HELP = """在空的数据文件夹里建立本单位：区划、单位，以及系统管理员和安全管理员两个账号。

口令随机产生，只显示这一次，第一次登录时须修改。
区划代码用6位国标代码；不在国标里的（园区、乡镇），用 --regions 给出区划文件。

\b
例：
  kechuang found --region 区划代码 --name 单位名称
  kechuang found --region 990100 --name 示例市科学技术局 --regions 区划.csv
"""


@click.command(help=CHECK_HELP, short_help="检查系统的设置、数据和审计记录")
@LANGUAGE
@click.pass_context
def check(context: click.Context, lang: str) -> None:
    """Look at everything; see `CHECK_HELP`."""
    context.exit(import_module("kechuang.cli.office").run_check(lang))


@click.command(help=FOUND_HELP, short_help="在空的数据文件夹里建立本单位")
@click.option("--region", required=True, metavar="CODE", help="本单位所在区划的代码")
@click.option("--name", required=True, metavar="NAME", help="单位名称")
@click.option("--regions", type=ARCHIVE, metavar="FILE.csv", help="本单位补充的区划")
@LANGUAGE
@click.pass_context
def found(context: click.Context, /, **options: object) -> None:
    """Found the installation; see `FOUND_HELP`."""
    context.exit(import_module("kechuang.cli.office").run_found(**options))


COMMANDS = (found, up, demo, worker, check, backup, restore)

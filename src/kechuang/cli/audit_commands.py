"""`kechuang audit`: what it is asked for on the command line."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

LANGUAGE = click.option(
    "--lang", type=click.Choice(("zh", "en")), default="zh", help="中文（默认）或英文"
)
VERIFY_HELP = """核对审计记录：逐条查验摘要，并与数据库之外的封存比对；断裂时指出第一处，以 1 退出。

核对时其他人可以照常使用。--seals 指存放在别处的封存副本：本机的封存文件可能与记录一起被改。

\b
例：
  kechuang audit verify
  kechuang audit verify --seals /备份/封存
"""
SEAL_HELP = """把审计记录此刻的条数和末条摘要写到数据库之外，并显示出来，便于抄存。

每个任务之后和每天都会自动封存；导出、移交之前可以再封一次。

\b
例：
  kechuang audit seal
"""
AGAIN_HELP = """把加密的字段（电话等）全部用新的密钥重新加密，之后旧密钥可以作废。

先把新密钥放好，旧密钥写进 KECHUANG_FIELD_KEYS_BEFORE；见 docs/office/trust.md。

\b
例：
  kechuang audit encrypt-again
"""


@click.group(short_help="审计记录：核对、封存；换密钥")
def audit() -> None:
    """审计记录：谁在何时办了什么，写下后不能改、不能删。"""


@audit.command("verify", help=VERIFY_HELP, short_help="核对审计记录，指出第一处断裂")
@click.option(
    "--seals",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="封存副本所在的文件夹（默认数据目录的 seals）",
)
@LANGUAGE
@click.pass_context
def verify(context: click.Context, seals: Path | None, lang: str) -> None:
    """Verify the trail; see `VERIFY_HELP`."""
    context.exit(import_module("kechuang.cli.audit").run_verify(seals, lang))


@audit.command("seal", help=SEAL_HELP, short_help="封存审计记录的条数和末条摘要")
@LANGUAGE
@click.pass_context
def seal(context: click.Context, lang: str) -> None:
    """Seal the trail; see `SEAL_HELP`."""
    context.exit(import_module("kechuang.cli.audit").run_seal(lang))


@audit.command("encrypt-again", help=AGAIN_HELP, short_help="加密的字段换用新密钥")
@LANGUAGE
@click.pass_context
def encrypt_again(context: click.Context, lang: str) -> None:
    """Encrypt every secret with the newest key; see `AGAIN_HELP`."""
    context.exit(import_module("kechuang.cli.audit").run_encrypt_again(lang))

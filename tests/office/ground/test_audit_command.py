"""`kechuang audit` tells how the trail stands and ends with the right code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from pytest_django.fixtures import Settings

from kechuang.cli import main
from kechuang.office.accounts.models import Membership
from kechuang.office.ground import audit, audit_triggers
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef

LINE = audit.Line("thing.changed", SourceRef("thing", "1"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", *arguments])


@pytest.mark.django_db
def test_whole_trail() -> None:
    digest = audit.record(SYSTEM, LINE).digest
    result = run("verify")
    assert (result.exit_code, result.stderr) == (
        0,
        f"审计记录完整：共 1 条，末条摘要 {digest}。\n"
        "还没有封存过：请运行 kechuang audit seal，并把封存文件抄存到别的机器上。\n",
    )


@pytest.mark.django_db
def test_sealed_trail(tmp_path: Path) -> None:
    digest = audit.record(SYSTEM, LINE).digest
    sealed = run("seal")
    assert sealed.exit_code == 0
    assert f"有 1 条，末条摘要 {digest}" in sealed.stderr
    assert json.loads((tmp_path / "seals" / "audit-seals.jsonl").read_bytes())["count"] == 1
    assert "与 1 次封存一致" in run("verify").stderr


@pytest.mark.django_db
def test_broken_trail() -> None:
    audit.record_all(SYSTEM, [LINE, LINE, LINE])
    with audit_triggers.removed(connection):
        AuditEvent.objects.filter(sequence=2).update(reason="x")
    result = run("verify")
    assert (result.exit_code, result.stderr.split("。")[0]) == (
        1,
        "审计记录在第 2 条断裂：这一条的内容与它的摘要不符，已被改写",
    )


@pytest.mark.django_db
def test_unguarded_trail() -> None:
    audit_triggers.remove(connection)
    result = run("verify")
    assert (result.exit_code, "数据库没有保护审计记录" in result.stderr) == (1, True)


@pytest.mark.django_db
def test_other_seals(tmp_path: Path) -> None:
    result = run("verify", "--seals", str(tmp_path))
    assert (result.exit_code, "里没有封存文件" in result.stderr) == (3, True)


@pytest.mark.django_db
def test_a_seal_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "seals").write_text("in the way")
    result = run("seal")
    assert (result.exit_code, "没有封存成" in result.stderr) == (5, True)


def test_secrets_take_a_new_key(person: Callable[..., Membership], settings: Settings) -> None:
    user = person("officer").user
    user.phone = "13800001234"
    user.save()
    settings.FIELD_KEYS_BEFORE = (settings.FIELD_KEY,)
    settings.FIELD_KEY = "another secret"
    result = run("encrypt-again")
    assert (result.exit_code, "1 个加密的值已换用新密钥" in result.stderr) == (0, True)
    settings.FIELD_KEYS_BEFORE = ()
    user.refresh_from_db()
    assert user.phone == "13800001234"
    settings.FIELD_KEY = "a key that opens nothing"
    lost = run("encrypt-again")
    assert (lost.exit_code, "加密的字段打不开" in lost.stderr) == (5, True)


@pytest.mark.parametrize(
    ("command", "language", "words"),
    [
        ("verify", "zh", "请先运行 kechuang up"),
        ("seal", "en", "run kechuang up first"),
        ("encrypt-again", "zh", "请先运行 kechuang up"),
    ],
)
def test_where_nothing_was_founded(tmp_path: Path, command: str, language: str, words: str) -> None:
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    result = subprocess.run(
        [Path(sys.executable).with_name("kechuang"), "audit", command, "--lang", language],
        env={**kept, "KECHUANG_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, words in result.stderr, result.stdout) == (3, True, "")

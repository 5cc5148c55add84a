"""A backup brought back elsewhere is the same installation; a broken one changes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pwd
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from installations import BUILD, TABLES, empty_database, kechuang, made_once, python

BOTH = pytest.mark.both_databases
"""A restore into either database; what is told before a database is touched is told of one."""
Members = dict[str, bytes]
SLOWLY = partial(pytest.param, marks=pytest.mark.slow)


def _build(folder: Path) -> None:
    python(folder / "source", BUILD)
    done = kechuang(folder / "source", "backup", folder / "backup.tar.gz")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "archived", _build)


@pytest.fixture(scope="module")
def source(built: Path) -> Path:
    return built / "source"


@pytest.fixture(scope="module")
def backup(built: Path) -> Path:
    return built / "backup.tar.gz"


@pytest.fixture
def database() -> Iterator[str]:
    with empty_database() as address:
        yield address


def unpacked(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]


def packed(members: Members, target: Path) -> Path:
    with tarfile.open(target, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return target


def stands(folder: Path) -> list[str]:
    """The files of a data folder but for keys and cache, which every command makes by itself."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in {"cache", "keys"}
    )


def tables(folder: Path, database: str = "") -> list[str]:
    """Every table with its digest, but for the trail: it grows by a line with each command."""
    told = python(folder, TABLES, database).splitlines()
    return [line for line in told[:-1] if not line.startswith("ground.auditevent ")]


def trail(folder: Path, database: str = "") -> list[dict[str, Any]]:
    """The lines of the audit trail in order."""
    program = (
        "import django; django.setup()\n"
        "import json\n"
        "from kechuang.office.ground.models import AuditEvent\n"
        "rows = AuditEvent.objects.order_by('sequence').values('sequence', 'actor_code',"
        " 'actor_name', 'action', 'subject_kind', 'subject_name', 'changes', 'reason', 'digest')\n"
        "print(json.dumps(list(rows)))"
    )
    return json.loads(python(folder, program, database))


def _files(folder: Path) -> int:
    return sum(path.startswith("files/") for path in stands(folder))


def test_backup_and_restore_tell_who_what_and_how_much(
    source: Path, tmp_path: Path, database: str
) -> None:
    archive, target = tmp_path / "told.tar.gz", tmp_path / "target"
    before = trail(source)
    assert kechuang(source, "backup", archive).returncode == 0
    *earlier, written = trail(source)
    assert kechuang(target, "restore", archive, database=database).returncode == 0
    *brought, restored = trail(target, database)
    assert earlier == brought == before
    user = pwd.getpwuid(os.getuid()).pw_name
    for line, action in ((written, "backup.written"), (restored, "backup.restored")):
        assert (line["action"], line["actor_code"], line["actor_name"]) == (
            action,
            "system",
            f"系统（{user}）",
        )
        assert (line["subject_kind"], line["subject_name"]) == ("backup", "told.tar.gz")
        facts = {name: after for name, (_before, after) in line["changes"].items()}
        assert facts["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
        assert (facts["trail"], facts["trail_digest"]) == (len(before), before[-1]["digest"])
        assert facts["rows"] > len(before)
        assert (facts["files"], facts["keys"]) == (_files(source), True)


def _rewritten(folder: Path) -> None:
    _behind_the_back(folder, "AuditEvent.objects.filter(sequence=3).update(reason='另一个')")


def _removed(folder: Path) -> None:
    _behind_the_back(folder, "AuditEvent.objects.filter(sequence=3).delete()")


def _cut_short(folder: Path) -> None:
    _behind_the_back(folder, "AuditHead.objects.update(count=4, digest='0' * 64)")


def _behind_the_back(folder: Path, act: str) -> None:
    """Break the trail as somebody with rights on the database can."""
    python(
        folder,
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "from kechuang.office.ground.audit_triggers import removed\n"
        "from kechuang.office.ground.models import AuditEvent, AuditHead\n"
        f"with removed(connection): {act}",
    )


@pytest.mark.parametrize(
    ("breaking", "at", "after"),
    # A head that was set back is put right by the next line; the lines themselves are whole.
    [
        pytest.param(_rewritten, 3, 1, id="rewritten"),
        pytest.param(_removed, 3, 1, id="removed"),
        pytest.param(_cut_short, 5, 0, id="cut short"),
    ],
)
@BOTH
@pytest.mark.slow
def test_a_trail_that_was_broken_before_the_backup_is_restored_only_where_that_is_accepted(
    breaking: Callable[[Path], None],
    at: int,
    after: int,
    source: Path,
    tmp_path: Path,
    database: str,
) -> None:
    broken, archive = tmp_path / "broken", tmp_path / "broken.tar.gz"
    shutil.copytree(source, broken)
    breaking(broken)
    python(
        broken,
        "import django; django.setup()\n"
        "from pathlib import Path\n"
        "from unittest import mock\n"
        "from kechuang.office.site import archive\n"
        "with mock.patch('kechuang.office.site.archive.writing._tell'):\n"
        f"    archive.write(Path({str(archive)!r}))",
    )
    target = tmp_path / "target"
    refused = kechuang(target, "restore", archive, database=database)
    assert (refused.returncode, stands(target)) == (4, [])
    assert "--accept-broken-trail" in refused.stderr
    assert f"第{at}条" in refused.stderr
    done = kechuang(target, "restore", archive, "--accept-broken-trail", database=database)
    assert done.returncode == 0, done.stderr
    assert "--accept-broken-trail" in done.stderr
    last = trail(target, database)[-1]
    assert (last["action"], last["changes"]["broken_at"]) == ("backup.restored", [None, at])
    assert last["reason"]
    verified = kechuang(target, "audit", "verify", database=database)
    assert verified.returncode == after, verified.stderr


@BOTH
def test_a_backup_brought_back_has_the_same_tables_files_seals_and_keys(
    source: Path, backup: Path, tmp_path: Path, database: str
) -> None:
    target = tmp_path / "target"
    done = kechuang(target, "restore", backup, database=database)
    assert done.returncode == 0, done.stderr
    assert tables(target, database) == tables(source)
    for folder in ("files", "seals", "keys"):
        there = {p.relative_to(source): p.read_bytes() for p in (source / folder).rglob("*.*")}
        assert there == {
            p.relative_to(target): p.read_bytes() for p in (target / folder).rglob("*.*")
        }
    verified = kechuang(target, "audit", "verify", database=database)
    assert verified.returncode == 0, verified.stderr
    phone = python(
        target,
        "import django; django.setup()\n"
        "from kechuang.office.accounts.models import User\n"
        "print(User.objects.get(username='jingban').phone)",
        database,
    )
    assert phone == "13800000000\n"


@BOTH
@pytest.mark.slow
def test_work_goes_on_after_a_restore_and_a_backup_of_it_is_whole(
    backup: Path, tmp_path: Path, database: str
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert kechuang(first, "restore", backup, database=database).returncode == 0
    python(
        first,
        "import django; django.setup()\n"
        "from kechuang.office.ground.actors import SYSTEM\n"
        "from kechuang.office.parties.services import PartyFacts, create_all\n"
        "create_all(SYSTEM, [PartyFacts('school-9', '示例学院', 'institution', '990100')])",
        database,
    )
    again = tmp_path / "again.tar.gz"
    assert kechuang(first, "backup", again, database=database).returncode == 0
    assert kechuang(second, "restore", again).returncode == 0
    assert tables(first, database) == tables(second)


def test_a_backup_can_leave_the_keys_out(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"
    done = kechuang(source, "backup", target, "--without-keys")
    assert (done.returncode, "没有密钥" in done.stderr) == (0, True)
    assert [name for name in unpacked(target) if name.startswith("keys/")] == []


def test_a_backup_is_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_restore_needs_an_empty_place(source: Path, backup: Path) -> None:
    before = python(source, TABLES)
    done = kechuang(source, "restore", backup)
    assert (done.returncode, done.stderr.startswith("恢复只能在空的数据文件夹")) == (6, True)
    assert python(source, TABLES) == before


def test_a_backup_that_cannot_be_written_leaves_nothing(source: Path, tmp_path: Path) -> None:
    before = stands(source)
    done = kechuang(source, "backup", tmp_path / "no" / "backup.tar.gz")
    assert (done.returncode, done.stderr.startswith("备份没有写成")) == (5, True)
    assert stands(source) == before


def _told(members: Members, change: Callable[[Any], None]) -> Members:
    manifest = json.loads(members["manifest.json"])
    change(manifest)
    return members | {"manifest.json": json.dumps(manifest).encode()}


def _altered_table(members: Members) -> Members:
    name = "tables/parties.party.jsonl"
    return members | {name: members[name].replace("示例大学".encode(), "示例小学".encode())}


def _without_a_table(members: Members) -> Members:
    return {key: value for key, value in members.items() if "parties.party" not in key}


def _outside(members: Members) -> Members:
    members = _told(
        members,
        lambda manifest: manifest["members"].update({"../outside": {"size": 1, "sha256": "0"}}),
    )
    return members | {"../outside": b"x"}


def _unlisted(members: Members) -> Members:
    return members | {"tables/more.jsonl": b"{}"}


def _another_version(members: Members) -> Members:
    return _told(members, lambda manifest: manifest["migrations"].append("parties.0009_later"))


def _another_format(members: Members) -> Members:
    return _told(members, lambda manifest: manifest.update(format="something"))


def _no_manifest(members: Members) -> Members:
    return {key: value for key, value in members.items() if key != "manifest.json"}


def _digest_of_another_table(members: Members) -> Members:
    return _told(
        members, lambda manifest: manifest["tables"]["parties.party"].update(digest="0" * 64)
    )


@pytest.mark.parametrize(
    ("breaking", "sentence"),
    [
        (_altered_table, "备份里的“tables/parties.party.jsonl”内容与清单的摘要不符"),
        SLOWLY(_without_a_table, "备份里缺少“tables/parties.party.jsonl”等1项"),
        SLOWLY(_outside, "备份的清单不合格式"),
        SLOWLY(_unlisted, "备份里的“tables/more.jsonl”与清单不符"),
        (_another_version, "备份是另一个版本的"),
        SLOWLY(_another_format, "这不是 kechuang backup 写出的备份文件"),
        SLOWLY(_no_manifest, "这不是 kechuang backup 写出的备份文件"),
        pytest.param(_digest_of_another_table, "恢复后“parties.party”与备份不一致", marks=BOTH),
    ],
    ids=lambda value: getattr(value, "__name__", "") if callable(value) else "",
)
def test_a_backup_that_was_changed_is_refused_and_nothing_is_left(
    breaking: Callable[[Members], Members],
    sentence: str,
    backup: Path,
    tmp_path: Path,
    database: str,
) -> None:
    broken = packed(breaking(unpacked(backup)), tmp_path / "broken.tar.gz")
    _refused(broken, sentence, tmp_path / "target", database)


def _refused(broken: Path, sentence: str, target: Path, database: str) -> None:
    done: subprocess.CompletedProcess[str] = kechuang(target, "restore", broken, database=database)
    assert (done.returncode, done.stderr[: len(sentence)]) == (4, sentence)
    assert stands(target) == []
    if database:
        tables = (
            "import django; django.setup()\n"
            "from django.db import connection\n"
            "print(connection.introspection.table_names())"
        )
        assert python(target, tables, database) == "[]\n"


@pytest.mark.parametrize("share", [SLOWLY(0.01), 0.5, SLOWLY(0.999)])
def test_a_backup_that_was_cut_off_is_refused(
    share: float, backup: Path, tmp_path: Path, database: str
) -> None:
    content = backup.read_bytes()
    broken = tmp_path / "cut.tar.gz"
    broken.write_bytes(content[: int(len(content) * share)])
    _refused(broken, "备份文件不完整或已损坏", tmp_path / "target", database)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, database: str) -> None:
    broken = tmp_path / "report.tar.gz"
    broken.write_bytes(b"PK\x03\x04 no archive")
    _refused(broken, "备份文件不完整或已损坏", tmp_path / "target", database)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = kechuang(tmp_path / "target", "restore", tmp_path / "none.tar.gz")
    assert (done.returncode, done.stderr.startswith("没有找到备份文件")) == (3, True)

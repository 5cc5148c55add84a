"""The commands of the office answer wrong use with a sentence and an exit code."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from installations import kechuang, made_once, python

FOUND = ("found", "--region", "990100", "--name", "示例市科学技术局")
FOUND_HERE = (*FOUND, "--regions", "区划.csv")


REGIONS = (
    "code,name,parent,level,short_name,aliases\n"
    "990000,示例省,,province,示例,\n"
    "990100,示例市,990000,prefecture,示例,\n"
    "990101,甲县,990100,county,甲县,\n"
)


def _found(folder: Path) -> None:
    """Found an office in a folder; say whom it lets in first."""
    (folder / "区划.csv").write_text(REGIONS, encoding="utf-8")
    done = kechuang(folder / "data", *FOUND_HERE)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [(line[0], line[2]) for line in lines] == [
        ("xitong", "系统管理员"),
        ("anquan", "安全管理员"),
    ]
    passwords = {line[1] for line in lines}
    assert (len(passwords), min(map(len, passwords)) >= 12) == (2, True)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that the tests only look at."""
    return made_once(tmp_path_factory, "founded", _found) / "data"


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office of one's own, to break."""
    return made_once(tmp_path_factory, "founded", _found) / "data"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_founded_office_has_one_who_sets_up_and_one_who_grants(founded: Path) -> None:
    printed = python(
        founded,
        "import django; django.setup()\n"
        "from kechuang.office.accounts.models import Membership\n"
        "for each in Membership.objects.order_by('pk'):\n"
        "    print(each.user.username, each.role, each.user.must_change_password)",
    )
    assert printed == ("xitong system_administrator True\nanquan security_administrator True\n")


def test_a_founded_office_is_well(founded: Path) -> None:
    done = kechuang(founded, "check")
    assert (done.returncode, done.stderr) == (0, "全部正常。\n")
    assert {line[:2] for line in done.stdout.splitlines()} == {"正常"}


def test_a_founded_office_is_well_in_production_too(founded: Path) -> None:
    done = kechuang(
        founded, "check", KECHUANG_MODE="production", KECHUANG_HOSTS="office.example.gov.cn"
    )
    assert (done.returncode, done.stderr) == (0, "全部正常。\n"), done.stdout


def test_production_needs_the_names_of_its_hosts(founded: Path) -> None:
    done = kechuang(founded, "check", KECHUANG_MODE="production")
    assert done.returncode != 0
    assert "KECHUANG_HOSTS 未填" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("demo",), 6, "数据文件夹里已经有单位，示例市只能建在空的里"),
        (("demo", "--if-empty"), 0, "示例市已在，沿用原来的数据和口令"),
        (FOUND_HERE, 6, "数据文件夹里已经有单位，不能再建"),
        (("demo", "--reports", "none"), 2, "Usage: kechuang demo"),
        (("up", "--port", "0"), 2, "Usage: kechuang up"),
        (("up", "--port", "word"), 2, "Usage: kechuang up"),
        (("backup",), 2, "Usage: kechuang backup"),
        (("backup", "."), 2, "Usage: kechuang backup"),
        (("restore", "none.tar.gz"), 3, "没有找到备份文件"),
        (("found", "--name", "示例市科学技术局"), 2, "Usage: kechuang found"),
        (("check", "--lang", "fr"), 2, "Usage: kechuang check"),
        (("worker", "more"), 2, "Usage: kechuang worker"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_use_is_told(
    arguments: tuple[str, ...], code: int, sentence: str, founded: Path
) -> None:
    done = kechuang(founded, *arguments)
    assert (done.returncode, done.stderr[: len(sentence)]) == (code, sentence)


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        (("check",), 3, "这里还没有建立数据库"),
        (("backup", "b.tar.gz"), 3, "这里还没有建立数据库"),
        (("worker",), 3, "这里还没有建立数据库"),
        (FOUND, 4, "没有代码为 990100 的区划"),
        ((*FOUND, "--regions", "none.csv"), 3, "没有找到区划文件“none.csv”"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_missing_is_told(
    command: tuple[str, ...], code: int, sentence: str, tmp_path: Path
) -> None:
    done = kechuang(tmp_path / "data", *command)
    assert (done.returncode, done.stderr[: len(sentence)]) == (code, sentence)


def test_a_port_that_is_taken_is_told(founded: Path, taken: int) -> None:
    done = kechuang(founded, "up", "--port", taken)
    sentence = f"不能在 127.0.0.1:{taken} 提供网页"
    assert (done.returncode, done.stderr[: len(sentence)]) == (1, sentence)


def _no_trigger(folder: Path) -> None:
    python(
        folder,
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "connection.cursor().execute('DROP TRIGGER audit_event_update')",
    )


def _changed_line(folder: Path) -> None:
    python(
        folder,
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "from kechuang.office.ground import audit_triggers\n"
        "from kechuang.office.ground.models import AuditEvent\n"
        "with audit_triggers.removed(connection):\n"
        "    AuditEvent.objects.filter(sequence=1).update(reason='other')",
    )


def _open_key(folder: Path) -> None:
    (folder / "keys" / "field.key").chmod(0o644)


def _behind(folder: Path) -> None:
    python(
        folder,
        "import django; django.setup()\n"
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "MigrationRecorder.Migration.objects.filter(app='parties').delete()",
    )


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        pytest.param(_no_trigger, "有误  数据库的触发器", id="no trigger"),
        pytest.param(_changed_line, "有误  审计记录与封存", id="changed", marks=pytest.mark.slow),
        pytest.param(_open_key, "有误  密钥只有本账号能读", id="open key", marks=pytest.mark.slow),
        pytest.param(_behind, "有误  数据库是本版本的", id="behind", marks=pytest.mark.slow),
    ],
)
def test_a_check_names_what_is_wrong(fault: Callable[[Path], None], line: str, own: Path) -> None:
    fault(own)
    done = kechuang(own, "check")
    assert done.returncode == 1
    assert [each[: len(line)] for each in done.stdout.splitlines() if each[:2] == "有误"][
        -1
    ] == line


def _no_trigger_at_all(folder: Path) -> None:
    python(
        folder,
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "from kechuang.office.accounts.guards import NAMES\n"
        "from kechuang.office.ground.audit_triggers import remove\n"
        "remove(connection)\n"
        "for name in NAMES: connection.cursor().execute(f'DROP TRIGGER {name}')",
    )


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("up", "--port", "TAKEN"), id="up", marks=pytest.mark.slow),
        pytest.param(FOUND_HERE, id="found"),
        pytest.param(("demo", "--if-empty"), id="demo", marks=pytest.mark.slow),
    ],
)
def test_triggers_that_a_migration_dropped_are_made_anew_by_the_command_itself(
    command: tuple[str, ...], own: Path, taken: int
) -> None:
    _no_trigger_at_all(own)
    assert "缺失或被改动" in kechuang(own, "audit", "verify").stderr
    done = kechuang(own, *(str(taken) if each == "TAKEN" else each for each in command))
    assert "触发器" not in done.stderr  # no check stands in the way before they are made anew
    checked = kechuang(own, "check")
    assert "正常  数据库的触发器" in checked.stdout, checked.stdout

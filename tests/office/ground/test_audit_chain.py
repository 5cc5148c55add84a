"""Whatever is done to the trail behind the program's back, the first broken link is named."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.office.ground import audit, audit_triggers
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.audit_chain import Broken, Verified, verify
from kechuang.office.ground.audit_seals import NAME, QuietSeals, Seals, seal, seal_if_due
from kechuang.office.ground.models import AuditEvent, AuditHead, Job
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.worker import run_worker

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

SOMEBODY = Actor("zhang", "张三", "officer", "/990000/990100/", "bureau-990100", address="::1")
LINES = [
    audit.Line(
        "thing.changed", SourceRef("thing", str(number)), name="东西", changes={"a": (1, number)}
    )
    for number in range(1, 6)
]
OTHER: dict[str, object] = {
    "sequence": 99,
    "at": "2026-01-01 00:00:00",
    "changes": '{"a": [1, 3]}',
}


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)  # type: ignore[arg-type]


@pytest.fixture
def trail(db: None) -> None:
    """Five lines, and nothing that guards them."""
    audit.record_all(SOMEBODY, LINES)
    audit_triggers.remove(connection)


def broken_at() -> int | None:
    found = verify()
    return found.sequence if isinstance(found, Broken) else None


def forge(first: int) -> None:
    """Make the chain and its head right again from a line on, as somebody would who knows how."""
    previous = AuditEvent.objects.filter(sequence__lt=first).order_by("sequence").last()
    digest = previous.digest if previous else ""
    for event in AuditEvent.objects.filter(sequence__gte=first).order_by("sequence"):
        event.previous = digest
        event.digest = digest = audit.digest_of(event)
        event.save()
    AuditHead.objects.update(count=AuditEvent.objects.count(), digest=digest)


def test_an_empty_trail_is_whole() -> None:
    assert verify() == Verified(0, "", 0, 0, None)


def test_an_untouched_trail_is_whole(trail: None) -> None:
    assert verify() == Verified(5, AuditHead.objects.get().digest, 0, 0, None)


@pytest.mark.parametrize("column", [each.column for each in AuditEvent._meta.concrete_fields])
def test_an_altered_column_is_found(trail: None, column: str) -> None:
    execute(
        f'UPDATE ground_auditevent SET "{column}" = %s WHERE sequence = 2',  # noqa: S608
        OTHER.get(column, "x"),
    )
    assert broken_at() == 2


def test_values_that_were_changed_for_others_of_the_same_length_are_found(trail: None) -> None:
    execute("UPDATE ground_auditevent SET actor_name = '李四' WHERE sequence = 5")
    assert verify() == Broken(5, "这一条的内容与它的摘要不符，已被改写。")


@pytest.mark.requires_sqlite
@pytest.mark.parametrize(
    ("column", "value"),
    [("changes", "{"), ("changes", b"\xff"), ("at", "soon"), ("at", 7), ("actor_name", b"\xff")],
)
def test_a_value_that_cannot_be_read_is_found(trail: None, column: str, value: object) -> None:
    if column == "changes":
        execute("PRAGMA ignore_check_constraints = ON")
    execute(f"UPDATE ground_auditevent SET {column} = %s WHERE sequence = 4", value)  # noqa: S608
    assert broken_at() == 4


@pytest.mark.parametrize("sequence", [1, 2, 5])
def test_a_removed_line_is_found(trail: None, sequence: int) -> None:
    execute("DELETE FROM ground_auditevent WHERE sequence = %s", sequence)
    assert broken_at() == sequence


def test_a_trail_that_was_emptied_is_found(trail: None) -> None:
    execute("DELETE FROM ground_auditevent")
    assert verify() == Broken(1, "第1条起已被删去：末尾记录写明有5条。")


@pytest.mark.parametrize("sequence", [0, 6])
def test_an_inserted_line_is_found(trail: None, sequence: int) -> None:
    last = AuditEvent.objects.get(sequence=5)
    added = AuditEvent.objects.get(sequence=2)
    added.sequence, added.previous = sequence, last.digest
    added.digest = audit.digest_of(added)
    added.save(force_insert=True)
    assert broken_at() == sequence


def test_a_line_inserted_between_is_found(trail: None) -> None:
    for number in (5, 4, 3):
        execute(
            "UPDATE ground_auditevent SET sequence = %s WHERE sequence = %s", number + 1, number
        )
    added = AuditEvent.objects.get(sequence=2)
    added.sequence = 3
    added.digest = audit.digest_of(added)
    added.save(force_insert=True)
    assert broken_at() == 3


def test_a_rewritten_line_breaks_the_link_after_it(trail: None) -> None:
    event = AuditEvent.objects.get(sequence=2)
    event.reason = "另一个理由"
    event.digest = audit.digest_of(event)
    event.save()
    assert broken_at() == 3


@pytest.mark.parametrize(
    ("sql", "sequence"),
    [
        ("UPDATE ground_audithead SET count = 4", 5),
        ("UPDATE ground_audithead SET count = 6", 6),
        ("UPDATE ground_audithead SET digest = 'x'", 5),
        ("DELETE FROM ground_audithead", 6),
    ],
)
def test_a_changed_head_is_found(trail: None, sql: str, sequence: int) -> None:
    execute(sql)
    assert broken_at() == sequence


# --- seals


def test_a_trail_that_was_forged_as_a_whole_is_found_by_its_seal(trail: None) -> None:
    seal()
    AuditEvent.objects.filter(sequence=2).update(reason="另一个理由")
    forge(2)
    assert broken_at() == 5


def test_without_a_seal_it_would_not_be_found(trail: None) -> None:
    AuditEvent.objects.filter(sequence=2).update(reason="另一个理由")
    forge(2)
    assert broken_at() is None


def test_last_lines_removed_with_their_head_are_found_by_a_seal(trail: None) -> None:
    seal()
    AuditEvent.objects.filter(sequence__gte=4).delete()
    forge(4)
    assert broken_at() == 4


def test_a_trail_emptied_with_its_head_is_found_by_a_seal(trail: None) -> None:
    seal()
    AuditEvent.objects.all().delete()
    AuditHead.objects.update(count=0, digest="")
    assert broken_at() == 1


def test_removed_lines_are_found_after_they_were_sealed_anew(trail: None) -> None:
    seal()
    AuditEvent.objects.filter(sequence__gte=4).delete()
    forge(4)
    seal()
    audit_triggers.create(connection)
    audit.record_all(SOMEBODY, LINES)
    assert broken_at() == 5


def test_seals_of_every_length_fit(db: None) -> None:
    last = seal()
    for line in LINES:
        audit.record(SOMEBODY, line)
        last = seal()
    assert verify() == Verified(5, AuditHead.objects.get().digest, 6, 5, last.at)


Damage = Callable[[list[bytes]], list[bytes]]
DAMAGES: dict[str, Damage] = {
    "a digit of a count": lambda lines: [lines[0], lines[1].replace(b'"count": 2', b'"count": 1')],
    "a line taken out": lambda lines: [lines[0], *lines[2:]],
    "the first line taken out": lambda lines: lines[1:],
    "two lines changed about": lambda lines: [lines[1], lines[0], *lines[2:]],
    "a line twice": lambda lines: [lines[0], lines[0], *lines[1:]],
    "a line cut off": lambda lines: [*lines[:-1], lines[-1][:40]],
    "no end of the line": lambda lines: [*lines[:-1], lines[-1].rstrip()],
    "another line": lambda lines: [*lines, b"{}\n"],
    "no json": lambda lines: [*lines, b"\xff\n"],
    "a blank": lambda lines: [*lines[:-1], b" " + lines[-1]],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_seal_file_is_told(tmp_path: Path, damage: Damage) -> None:
    for line in LINES[:3]:
        audit.record(SOMEBODY, line)
        seal(tmp_path)
    path = tmp_path / NAME
    path.write_bytes(b"".join(damage(path.read_bytes().splitlines(keepends=True))))
    found = verify(tmp_path)
    assert isinstance(found, Broken)
    assert found.why.startswith("封存文件第")


def test_half_a_line_of_a_power_cut_gives_way_to_the_next_seal(tmp_path: Path) -> None:
    audit.record(SOMEBODY, LINES[0])
    seal(tmp_path)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes() + b'{"at": "2026')
    seal(tmp_path)
    assert isinstance(verify(tmp_path), Verified)


def test_seals_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    seal(tmp_path / "seals")
    file = tmp_path / "seals" / NAME
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sealed_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        seal()


def test_a_seal_is_due_after_a_day(tmp_path: Path) -> None:
    now = timezone.now()
    first = seal_if_due(now, tmp_path)
    assert first is not None
    assert seal_if_due(first.at + timedelta(hours=23, minutes=59), tmp_path) is None
    assert seal_if_due(first.at + timedelta(hours=24), tmp_path) is not None
    assert len(list(Seals(tmp_path).read())) == 2


def test_a_worker_goes_on_where_nothing_can_be_sealed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "seals").write_text("in the way")
    seals = QuietSeals()
    seals.seal()
    seals.seal(only_if_due=True)
    assert [each.message for each in caplog.records] == [
        f"the audit trail could not be sealed: look at the folder {tmp_path / 'seals'}"
    ]


@pytest.mark.django_db(transaction=True)
def test_a_worker_seals_after_each_job_and_daily(tmp_path: Path) -> None:
    Job.objects.create(kind="nobody knows it", name="任务")
    stop = threading.Event()

    def work() -> None:
        run_worker(stop, poll=0.01)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait = threading.Event()
    while not AuditEvent.objects.exists():
        wait.wait(0.01)
    stop.set()
    worker.join()
    counts = [each.count for each in Seals(tmp_path / "seals").read()]
    assert (counts[0], counts[-1]) == (0, AuditHead.objects.get().count)


def test_a_copy_kept_elsewhere_finds_what_the_forged_file_hides(
    trail: None, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    seal()
    seal(copy)
    AuditEvent.objects.filter(sequence=2).update(reason="另一个理由")
    forge(2)
    (tmp_path / "seals" / NAME).unlink()
    seal()
    assert isinstance(verify(), Verified)
    assert isinstance(verify(copy), Broken)


# --- many at once


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_keep_one_chain() -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                audit.record_all(SOMEBODY, LINES[:2])
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for each in writers:
        each.start()
    while any(each.is_alive() for each in writers):
        assert isinstance(verify(), Verified)  # reading goes on beside writing
    for each in writers:
        each.join()
    assert failures == []
    assert verify() == Verified(80, AuditHead.objects.get().digest, 0, 0, None)


def test_what_was_undone_leaves_no_line(db: None) -> None:
    with transaction.atomic():
        audit.record(SOMEBODY, LINES[0])
        transaction.set_rollback(True)
    audit.record(SOMEBODY, LINES[1])
    assert isinstance(verify(), Verified)
    assert AuditHead.objects.get().count == 1


# --- odd text

TEXT = st.text(st.characters(codec=None), max_size=30)
VALUE = st.none() | st.booleans() | st.integers() | TEXT


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
@given(
    texts=st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT),
    changes=st.dictionaries(TEXT, st.tuples(VALUE, VALUE), max_size=3),
)
def test_any_text_comes_back_as_it_was_digested(
    db: None, texts: tuple[str, ...], changes: dict[str, tuple[audit.Plain, audit.Plain]]
) -> None:
    code, name, action, kind, key, reason, region = texts
    actor = replace(SOMEBODY, code=code, name=name, role=name, address=key)
    line = audit.Line(
        action, SourceRef(kind, key), key, Place(region, name), changes=changes, reason=reason
    )
    written = audit.record(actor, line)
    kept = AuditEvent.objects.get(sequence=written.sequence)
    assert audit.digest_of(kept) == kept.digest == written.digest


@pytest.mark.parametrize(
    "text",
    ["\ud800", "\x00", "\r\n", "\u202e" * 600, "𠀀" * 9000, "\ufffe", "　", "🙂", "\U000323af"],
)
def test_odd_and_very_long_text_is_kept_in_one_piece(text: str) -> None:
    actor = Actor(text, text, text, text, text, address=text)
    line = audit.Line(text, SourceRef(text, text), text, changes={text: (text, text)}, reason=text)
    audit.record(actor, line)
    assert isinstance(verify(), Verified)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("甲\n乙", "甲�乙"),
        ("甲\u202e乙", "甲�乙"),
        ("甲　乙", "甲　乙"),
        ("\U000323af\ue000", "\U000323af\ue000"),
    ],
)
def test_what_would_look_like_another_line_is_replaced(text: str, kept: str) -> None:
    line = audit.Line("thing.changed", SourceRef("thing", "1"), reason=text)
    assert audit.record(SOMEBODY, line).reason == kept


def test_of_a_very_long_value_the_beginning_and_the_digest_are_kept() -> None:
    line = audit.Line("thing.changed", SourceRef("thing", "1"), changes={"a": ("甲" * 2001, "乙")})
    kept = AuditEvent.objects.get(sequence=audit.record(SOMEBODY, line).sequence)
    digest = "b7fc5a3ab9199f7a37e99b6e527a2116ce331bcaa65d239eb824505ee0a6945e"
    assert kept.changes == {"a": ["甲" * 2000 + f"…（共2001字，SHA-256 {digest}）", "乙"]}

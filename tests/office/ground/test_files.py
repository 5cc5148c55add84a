"""Files: kept whole and once, handed out to whoever may, removed when nobody tells of them."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.file_sweeping import UNTOUCHED, drop_expired, sweep
from kechuang.office.ground.files import (
    FileMissing,
    FileTooLarge,
    blob_path,
    clean_name,
    open_file,
    store,
)
from kechuang.office.ground.models import AuditEvent, StoredFile

CONTENT = "甲县科技局".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()
COUNTY = Place("/990000/990100/990101/")

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A store of the test's own."""
    place = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(place), "file_permissions_mode": 0o600},
        },
    }
    return place


def keep(content: bytes = CONTENT, name: str = "甲县.txt", **more: Any) -> StoredFile:
    return store(SYSTEM, name, io.BytesIO(content), "text/plain", COUNTY, **more)


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# --- keeping


def test_a_file_lies_under_its_digest_and_its_row_says_whose_it_is(folder: Path) -> None:
    stored = keep()
    assert (stored.digest, stored.size, stored.name, stored.region) == (
        DIGEST,
        len(CONTENT),
        "甲县.txt",
        COUNTY.region,
    )
    path = folder / blob_path(DIGEST)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (CONTENT, 0o600)
    with open_file(stored) as file:
        assert file.read() == CONTENT
    line = AuditEvent.objects.get(action="file.store")
    assert line.changes == {"sha256": [None, DIGEST], "size": [None, len(CONTENT)]}


def test_the_same_bytes_are_kept_once(folder: Path) -> None:
    first, second = keep(), keep(name="又一份.txt")
    assert (lying(folder), first.pk != second.pk) == ([DIGEST], True)


def test_bytes_that_were_damaged_are_mended_when_they_come_again(folder: Path) -> None:
    keep()
    (folder / blob_path(DIGEST)).write_bytes(b"damaged")
    keep()
    assert (folder / blob_path(DIGEST)).read_bytes() == CONTENT


@pytest.mark.parametrize(("limit", "kept"), [(len(CONTENT), True), (len(CONTENT) - 1, False)])
def test_a_file_above_the_limit_is_not_kept_at_all(folder: Path, limit: int, kept: bool) -> None:
    if kept:
        keep(limit=limit)
    else:
        with pytest.raises(FileTooLarge, match=r"“甲县\.txt”超过1 MB的限制"):
            keep(limit=limit)
    assert (StoredFile.objects.count(), bool(lying(folder))) == (int(kept), kept)


def test_a_stream_that_breaks_off_leaves_nothing(folder: Path) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(min(size or 1, 3))

    with pytest.raises(ConnectionResetError):
        store(SYSTEM, "甲县.txt", Breaking(CONTENT), "text/plain", COUNTY)
    assert (StoredFile.objects.count(), lying(folder)) == (0, [])


def test_a_large_file_is_taken_in_pieces(folder: Path) -> None:
    class Endless(io.RawIOBase):
        left = 9

        def read(self, size: int = -1, /) -> bytes:
            assert 0 < size <= 1 << 20
            self.left -= 1
            return b"a" * size if self.left >= 0 else b""

    stored = store(SYSTEM, "大.txt", Endless(), "text/plain", COUNTY)
    assert stored.size == 9 << 20
    assert stored.digest == hashlib.sha256(b"a" * (9 << 20)).hexdigest()


NAMES = {
    "a path of Windows": ("C:\\报表\\甲县.docx", "甲县.docx"),
    "a path that climbs": ("../../etc/甲县.docx", "甲县.docx"),
    "a line break": ("甲\n县.docx", "甲县.docx"),
    "a turned direction": ("甲县\u202excod.exe", "甲县xcod.exe"),
    "nothing": ("  ", "未命名"),
    "the folder above": ("..", "未命名"),
    "too long": ("甲" * 300 + ".docx", "甲" * 250 + ".docx"),
}


@pytest.mark.parametrize(("name", "clean"), NAMES.values(), ids=NAMES)
def test_a_name_is_its_last_part_without_what_cannot_be_seen(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_a_store_without_paths_gets_each_object_once(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    first, second = keep(), keep()
    assert default_storage.listdir(f"sha256/{DIGEST[:2]}") == ([], [DIGEST])
    with open_file(second) as file:
        assert (file.read(), first.digest) == (CONTENT, second.digest)


# --- clearing


def test_bytes_without_a_row_are_removed_and_others_stay(folder: Path) -> None:
    keep()
    gone = keep(b"gone")
    gone.delete()
    sweep()
    assert lying(folder) == [DIGEST]
    assert AuditEvent.objects.get(action="file.swept").changes == {"count": [None, 1]}
    sweep()
    assert AuditEvent.objects.filter(action="file.swept").count() == 1


def test_bytes_stay_as_long_as_one_row_tells_of_them(folder: Path) -> None:
    keep().delete()
    keep()
    sweep()
    assert lying(folder) == [DIGEST]


def test_a_store_that_holds_nothing_yet_is_swept() -> None:
    sweep()
    assert not AuditEvent.objects.exists()


def test_drafts_are_removed_when_they_were_left_behind(folder: Path) -> None:
    (folder / "incoming").mkdir(parents=True)
    for name, age in (("new", timedelta(0)), ("old", UNTOUCHED + timedelta(hours=1))):
        path = folder / "incoming" / name
        path.write_bytes(b"half")
        moment = (timezone.now() - age).timestamp()
        os.utime(path, (moment, moment))
    sweep()
    assert lying(folder) == ["new"]


def test_a_file_whose_time_is_over_goes_with_its_bytes(folder: Path) -> None:
    now = timezone.now()
    keep(b"late", expires_at=now - timedelta(seconds=1))
    keep(expires_at=now + timedelta(hours=1))
    drop_expired()
    sweep()
    assert [each.digest for each in StoredFile.objects.all()] == [DIGEST]
    assert lying(folder) == [DIGEST]
    assert AuditEvent.objects.get(action="file.expired").subject_name == "甲县.txt"


@pytest.mark.django_db(transaction=True)
def test_sweeping_waits_for_a_file_that_is_just_being_kept(folder: Path) -> None:
    keep(b"left").delete()
    left = hashlib.sha256(b"left").hexdigest()
    started = threading.Event()

    def clear() -> None:
        started.set()
        sweep()
        connections.close_all()

    thread = threading.Thread(target=clear)
    with transaction.atomic():
        keep(b"left")
        thread.start()
        started.wait()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join()
    assert lying(folder) == [left]


# --- handing out


def test_a_file_is_handed_out_to_be_saved_and_never_shown(
    signed_in: Callable[..., Client],
) -> None:
    stored = store(SYSTEM, "甲县 报告.html", io.BytesIO(b"<b>x</b>"), "text/html", COUNTY)
    response = signed_in("officer", "990101").get(f"/files/{stored.pk}/")
    assert b"".join(response) == b"<b>x</b>"  # type: ignore[arg-type]
    told = ("Content-Disposition", "Content-Type", "X-Content-Type-Options",
            "Content-Security-Policy", "Content-Length")  # fmt: skip
    assert [response.headers[name] for name in told] == [
        "attachment; filename*=utf-8''%E7%94%B2%E5%8E%BF%20%E6%8A%A5%E5%91%8A.html",
        "application/octet-stream",
        "nosniff",
        "default-src 'none'; sandbox",
        "8",
    ]
    line = AuditEvent.objects.get(action="file.download")
    assert (line.subject_key, line.subject_name) == (str(stored.pk), "甲县 报告.html")


def test_a_file_out_of_reach_is_not_found(signed_in: Callable[..., Client]) -> None:
    stored = keep()
    assert signed_in("officer", "990102").get(f"/files/{stored.pk}/").status_code == 404


def test_a_file_whose_time_is_over_is_not_found(signed_in: Callable[..., Client]) -> None:
    stored = keep(expires_at=timezone.now() - timedelta(seconds=1))
    assert signed_in("officer", "990101").get(f"/files/{stored.pk}/").status_code == 404


def test_a_file_that_the_store_lost_says_what_to_do(
    signed_in: Callable[..., Client], folder: Path
) -> None:
    stored = keep()
    (folder / blob_path(DIGEST)).unlink()
    with pytest.raises(FileMissing):
        open_file(stored)
    response = signed_in("officer", "990101").get(f"/files/{stored.pk}/")
    assert response.status_code == 410
    assert "“甲县.txt”在文件库中找不到。请联系系统管理员从备份恢复。" in response.content.decode()

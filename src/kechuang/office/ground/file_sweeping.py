"""Clearing the store: exports that have had their time, bytes that no row tells of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.files import BLOBS, INCOMING, blob_path
from kechuang.office.ground.models import AuditHead, StoredFile
from kechuang.office.ground.slots import SourceRef

AT_A_TIME: Final = 500
UNTOUCHED: Final = timedelta(days=1)
"""How long a draft may lie before it was surely left behind by a process that ended."""


def drop_expired() -> None:
    """Remove the rows of files whose time is over; `sweep` removes their bytes."""
    for stored in StoredFile.objects.filter(expires_at__lt=timezone.now()).order_by("pk"):
        subject = SourceRef("file", str(stored.pk))
        place = Place(stored.region, stored.party, stored.owner)
        try:
            with transaction.atomic():
                stored.delete()
                audit.record(SYSTEM, audit.Line("file.expired", subject, stored.name, place))
        except ProtectedError:
            continue  # a record still stands on it


def sweep() -> None:
    """Remove bytes that no row tells of, and drafts that were left behind.

    `store` holds the lock on the head of the trail from before it moves bytes into place until its
    row is kept. Whoever holds that lock therefore sees every row whose bytes lie in the store.
    """
    told = set(StoredFile.objects.values_list("digest", flat=True).distinct())
    left = [digest for digest in _digests() if digest not in told]
    for start in range(0, len(left), AT_A_TIME):
        _remove(left[start : start + AT_A_TIME])
    oldest = timezone.now() - UNTOUCHED
    for name in _names(INCOMING):
        path = f"{INCOMING}/{name}"
        if default_storage.get_modified_time(path) < oldest:
            default_storage.delete(path)


def _remove(digests: list[str]) -> None:
    with transaction.atomic():
        AuditHead.objects.select_for_update().get(pk=1)
        told = set(StoredFile.objects.filter(digest__in=digests).values_list("digest", flat=True))
        left = [digest for digest in digests if digest not in told]
        for digest in left:
            default_storage.delete(blob_path(digest))
        changes = {"count": (None, len(left))}
        line = audit.Line("file.swept", SourceRef("file", ""), place=Place("/"), changes=changes)
        audit.record(SYSTEM, line)


def _digests() -> Iterator[str]:
    for folder in _folders(BLOBS):
        yield from _names(f"{BLOBS}/{folder}")


def _names(folder: str) -> list[str]:
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def _folders(folder: str) -> list[str]:
    return default_storage.listdir(folder)[0] if default_storage.exists(folder) else []

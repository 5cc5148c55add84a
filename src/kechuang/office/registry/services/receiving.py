"""Files that come into the registry: which kinds, how large, refused as a mistake of a form."""

from __future__ import annotations

from typing import Final

from kechuang.office.ground import uploads
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.uploads import MIB, SCAN_KINDS, TABLE_KINDS, CheckedUpload, Incoming

KINDS: Final = (*SCAN_KINDS, "docx", *TABLE_KINDS)
MOST_BYTES: Final = 20 * MIB


def received(actor: Actor, place: Place, field: str, file: Incoming) -> CheckedUpload:
    """A file after the check of its content.

    Raises `ValidationError` for a field of the form where it must not come in; a line in the
    trail says so.
    """
    return uploads.received(actor, place, field, file, KINDS, MOST_BYTES)

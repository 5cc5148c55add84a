"""The hidden sheet of a workbook that was sent out: which collection, part and version it is of."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SHEET: Final = "_collection"
MADE_BY: Final = "kechuang"
WARNING: Final = "本页供系统识别回表，请勿修改、删除。"


class MarkerError(ValueError):
    """A hidden sheet that does not say what we wrote: `code` is `missing`, `altered`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Marker:
    """Of which collection, part and version a workbook is, and how many rows it was given."""

    collection: str
    part: str
    version: int
    rows: int

    def lines(self, key: bytes) -> list[tuple[str, str]]:
        """What stands on the hidden sheet; the seal tells when any of it was altered."""
        said = {
            "made_by": MADE_BY,
            "collection": self.collection,
            "part": self.part,
            "version": str(self.version),
            "rows": str(self.rows),
        }
        return [(WARNING, ""), *said.items(), ("seal", _seal(said, key))]


def read_marker(lines: Mapping[str, str], key: bytes) -> Marker:
    """What a hidden sheet says, by its first and second column.

    Raises `MarkerError`: `missing` where it is none of ours, `altered` where the seal is wrong.

    >>> marker = Marker("12", "甲镇", 1, 3)
    >>> read_marker(dict(marker.lines(b"key")), b"key") == marker
    True
    """
    said = {name: lines.get(name, "") for name in ("made_by", "collection", "part")}
    said |= {name: lines.get(name, "") for name in ("version", "rows")}
    if said["made_by"] != MADE_BY:
        raise MarkerError("missing")
    if not hmac.compare_digest(_seal(said, key), lines.get("seal", "")):
        raise MarkerError("altered")
    return Marker(said["collection"], said["part"], int(said["version"]), int(said["rows"]))


def _seal(said: Mapping[str, str], key: bytes) -> str:
    text = "\n".join(f"{name}={value}" for name, value in said.items())
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

"""Workbooks of before 2007 and of WPS, looked through as bytes before anything opens them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from kechuang.office.ground.uploads.model import UploadRefused
from kechuang.office.ground.uploads.names import macro

_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_SECRET: Final = "密".encode("utf-16-le")
AROUND: Final = 80
"""Bytes before and behind the telling character of a mark; an even number."""


def check_old(name: str, content: bytes) -> None:
    """Refuse an encrypted workbook, and one that carries a program."""
    if is_locked(content):
        raise locked(name)
    if _MACROS in content:
        raise macro(name)


def is_locked(content: bytes) -> bool:
    """Whether a document is encrypted as a whole."""
    return _LOCKED in content


def locked(name: str) -> UploadRefused:
    """The refusal of a file that asks for a password."""
    told = _("“%(name)s”设有打开密码。请输入密码打开，另存一份不加密的再上传。")
    return UploadRefused("encrypted", told % {"name": name})


def old_text(content: bytes) -> str:
    """The text around what might be a classification mark: there a letter has two bytes."""
    found: list[str] = []
    at = content.find(_SECRET)
    while at >= 0:
        start = max(at % 2, at - AROUND)
        found.append(content[start : at + AROUND].decode("utf-16-le", errors="ignore"))
        at = content.find(_SECRET, at + 2)
    return "\n".join(found)

"""File names that come from outside, made harmless or refused."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import gettext as _

from kechuang.office.ground.showing import enumerated
from kechuang.office.ground.uploads.model import KINDS, Kind, UploadRefused

LONGEST_NAME: Final = 150
MACRO_ENDINGS: Final = frozenset(
    {".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".xlam", ".pptm", ".potm", ".ppsm", ".ppam"}
)


def safe_name(name: str) -> str:
    r"""The last part of a name, on one line, without control characters.

    Raises `UploadRefused` for a name that climbs out of its folder, is empty or too long.

    >>> safe_name("C:\\文件\\甲县 2024.docx")
    '甲县 2024.docx'
    """
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    shown = "".join(each for each in parts[-1] if unicodedata.category(each)[0] != "C").strip()
    if ".." in parts or not shown.strip("."):
        raise UploadRefused("name", _("文件名指向别的文件夹或是空的，没有收下。请改名后再上传。"))
    if len(shown) > LONGEST_NAME:
        raise UploadRefused(
            "name",
            _("文件名有%(length)d个字，最多%(limit)d个。请改短后再上传。")
            % {"length": len(shown), "limit": LONGEST_NAME},
        )
    return shown


def kind_of(name: str, accepted: tuple[str, ...]) -> Kind:
    """The accepted kind that a name's ending tells, or a refusal that lists what is accepted."""
    ending = PurePosixPath(name).suffix.lower()
    if ending in MACRO_ENDINGS:
        raise macro(name)
    for code in accepted:
        if ending in KINDS[code].extensions:
            return KINDS[code]
    endings = enumerated(each for code in accepted for each in KINDS[code].extensions)
    raise UploadRefused(
        "extension",
        _("“%(name)s”的类型（%(found)s）不收。请另存为 %(endings)s 后再上传。")
        % {"name": name, "found": ending or _("没有扩展名"), "endings": endings},
    )


def macro(name: str) -> UploadRefused:
    """The refusal of a file that carries a program."""
    return UploadRefused(
        "macro",
        _("“%(name)s”带有宏程序，没有收下。请另存为不带宏的文件（如 .docx、.xlsx）后再上传。")
        % {"name": name},
    )

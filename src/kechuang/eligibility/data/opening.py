"""Whether a file is what its extension says, before anything reads it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, Literal

from kechuang.eligibility.data.errors import Place
from kechuang.eligibility.data.raw import refused

Form = Literal["csv", "xlsx", "xls", "parquet"]
FORMS: Final[dict[str, Form]] = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".et": "xls",
    ".parquet": "parquet",
}
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
_OFFICE: Final = frozenset({".ods", ".xlsb", ".numbers"})
_HEAD: Final = 1 << 16


def form_of(path: Path) -> Form | None:
    """The form that a file's extension says, or None where it is none of ours."""
    return FORMS.get(path.suffix.lower())


def opened(path: Path) -> Form:
    """The form of a file whose content agrees with its extension.

    Raises:
        RefusedError: it cannot be read, with the reason.
    """
    place = Place(path.name)
    form = form_of(path)
    if form is None:
        why = f"“{path.suffix or '没有扩展名'}”不是能读的格式"
        remedy = (
            "用表格软件另存为 .xlsx 或 .csv" if path.suffix.lower() in _OFFICE else "换成这些格式"
        )
        raise refused(
            "unsupported", place, "不能读", f"{why}，能读 .csv .xlsx .xls .parquet", remedy
        )
    head = _head(path, place)
    found = _content(head)
    if form in {"xlsx", "xls"} and found == "ole":
        with path.open("rb") as stream:
            has_password = _PASSWORD in stream.read()
        if has_password:
            remedy = "输入密码打开，另存一份不加密的副本"
            raise refused("encrypted", place, "打不开", "设有打开密码", remedy)
        if form == "xls":
            return form
        why = "内容是旧版 xls 表格"
        raise refused("mismatch", place, "不是 xlsx", why, "把扩展名改成 .xls，或另存为 .xlsx")
    if (found or "csv") != form:
        if found is None:
            code, why = "broken", f"没有 {form} 文件应有的文件头"
        else:
            code, why = "mismatch", f"内容像是 {'旧版 Office 文件' if found == 'ole' else found}"
        remedy = "改成相符的扩展名，或用原软件另存后再读"
        raise refused(code, place, f"不是 {form} 文件", why, remedy)
    return form


def _head(path: Path, place: Place) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise refused("unsupported", place, "不能读", "不是普通文件", "换成文件")
        if not status.st_size:
            raise refused("empty", place, "是空的", "文件里一个字节也没有", "重新导出或复制")
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise refused("missing", place, "找不到", "没有这个文件", "核对路径和文件名") from error
    except PermissionError as error:
        raise no_permission(place) from error
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        why = os.strerror(number) if number else "路径无效"
        raise refused("broken", place, "打不开", why, "重新复制后再读") from error


def no_permission(place: Place) -> Exception:
    """The error of a file or folder that may not be read."""
    remedy = "请管理者开放读取权限，或复制到自己的文件夹"
    return refused("permission", place, "不能读", "没有读取权限", remedy)


def _content(head: bytes) -> str | None:
    """What the first bytes tell of, None where they may be text."""
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLE):
        return "ole"
    return "parquet" if head.startswith(_PARQUET) else None

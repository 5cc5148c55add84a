"""Bytes of a text file to text: which encoding, decided strictly and stated."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
    ("\ufeff".encode("gb18030"), "gb18030", "gb18030"),
)
HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
STRANGE: Final = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
READABLE: Final = re.compile("[\t\n\r\x20-\x7e\xa0-\u024f\u2000-\u206f\u2100-\u22ff\u2460-\u25ff"
                             "\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")  # fmt: skip
SAMPLE: Final = 200_000


class UndecodableError(ValueError):
    """No encoding that reports come in fits these bytes; the argument says why, in Chinese."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data` and the name of its encoding; the byte order mark is dropped.

    A mark decides; else UTF-8, UTF-16 and GB18030 are tried in this order, and each must decode
    without one error and give text that people write. Newlines stay as they are.

    >>> decode("增长44.79%".encode("gb18030"))
    ('增长44.79%', 'gb18030')

    Raises:
        UndecodableError: the bytes are no text, or of another encoding.
    """
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            text = _strictly(data[len(mark) :], codec)
            if text is None:
                raise UndecodableError(f"文件头标明 {codec.upper()}，内容却不是")
            return _checked(text), name
    text = _strictly(data, "utf-8")
    if text is not None and "\0" not in text:
        return _checked(text), "utf-8"
    for codec in ("utf-16-le", "utf-16-be"):
        wide = _strictly(data, codec)
        if wide is not None and _readable(wide):
            return wide, codec
    if text is not None:
        return _checked(text), "utf-8"
    text = _strictly(data, "gb18030")
    if text is None or not _common(text):
        raise UndecodableError("不是 UTF-8、UTF-16，也不是 GB18030")
    return _checked(text), "gb18030"


@cache
def _thresholds() -> Mapping[str, float]:
    return tomllib.loads(files("kechuang.files").joinpath("encodings.toml").read_text("utf-8"))


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _share(pattern: re.Pattern[str], text: str) -> float:
    sample = text[:SAMPLE]
    return sum(1 for _ in pattern.finditer(sample)) / len(sample) if sample else 0.0


def _checked(text: str) -> str:
    """The text, unless so much of it is control characters that it is a binary file."""
    if _share(CONTROL, text) > _thresholds()["control_share"]:
        raise UndecodableError("含大量控制字符，像是程序或数据文件")
    return text


def _readable(text: str) -> bool:
    return _share(READABLE, text) >= _thresholds()["readable_share"] and _common(text)


def _common(text: str) -> bool:
    """Whether the Han characters are mostly everyday ones, as in Chinese read as what it is.

    Big5, Shift-JIS and Latin letters often decode as something without error, but into rare ones.
    """
    sample = text[:SAMPLE]
    if STRANGE.search(sample):
        return False
    han = HAN.findall(sample)
    if len(han) < _thresholds()["common_minimum"]:
        return True
    return sum(map(_everyday, han)) >= _thresholds()["common_share"] * len(han)


def _everyday(character: str) -> bool:
    """Whether a character stands in level 1 of GB 2312, in either script's common form."""
    code = character.encode("gb18030")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1

"""Whether a text looks like the name of a firm, a head of a column, a code, a sign for ditto."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kechuang.matching.names.cleaning import readings
from kechuang.reference.credit_codes import SHAPE

LONGEST: Final = 80
"""Characters of a name at most, notes around it included."""
SHORTEST: Final = 4
_HAN: Final = re.compile("[\u3400-\u9fff]")
_COUNTED_UP: Final = re.compile("[、，,；;]")
_COUNT: Final = re.compile(
    r"[（(]?(?:以上|全市|全县|全区)?(?:总?共(?:计|有)?|合计)?[\d一二三四五六七八九十百千]+[家户个项](?:企业|单位)?[。)）]?"
)
"""How many a list holds: 共8家."""
_SPACE: Final = re.compile(r"\s+")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("kechuang.matching.lists").joinpath("words.toml").read_text("utf-8"))


def is_name(text: str) -> bool:
    """Whether a text looks like a firm's name, with numbers and notes around it.

    >>> is_name("1. 示例轴承有限公司（高企）"), is_name("附件1"), is_name("关于公布企业名单的通知")
    (True, False, False)
    """
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        return False
    ends = tuple(_words()["ends"])
    return any(
        len(name) >= SHORTEST and name.endswith(ends) and not _has_marks(name)
        for name in (_SPACE.sub("", each.name) for each in readings(text))
    )


def counted_up(text: str) -> list[str]:
    """The names of a line that counts some up; none where it names at most one.

    >>> counted_up("示例轴承有限公司、样本电子有限公司等。")
    ['示例轴承有限公司', '样本电子有限公司']
    """
    pieces = [each.strip(" 。.等") for each in _COUNTED_UP.split(text) if each.strip(" 。.等")]
    names = [each for each in pieces if is_name(each)]
    return names if len(names) > 1 and len(names) * 2 >= len(pieces) else []


def is_short_line(text: str) -> bool:
    """Whether a line may be a short name that somebody typed: some Han, no sentence, no heading.

    >>> is_short_line("示例轴承"), is_short_line("拟入库科技型中小企业名单"), is_short_line("共8家")
    (True, False, False)
    """
    name = text.strip()
    no_name = name.endswith(tuple(_words()["headings"])) or is_total(name) or _has_marks(name)
    return 2 <= len(name) <= 30 and bool(_HAN.search(name)) and not no_name


def _has_marks(text: str) -> bool:
    return any(each in _words()["not_in_names"] for each in text)


def is_head(text: str) -> bool:
    """Whether a text is the head of a column of names."""
    plain = _plain(text)
    return plain in _words()["headers"] or plain.endswith(("企业名称", "单位名称", "公司名称"))


def is_other_head(text: str) -> bool:
    """Whether a text is the head of a column of other units than the ones listed."""
    return _plain(text) in _words()["other_headers"]


def is_total(text: str) -> bool:
    """Whether a text is the head of a row of totals or remarks, or says how many there are.

    >>> is_total("合计"), is_total("共8家"), is_total("9家"), is_total("共享装备")
    (True, True, True, False)
    """
    plain = _plain(text)
    return plain.startswith(tuple(_words()["totals"])) or bool(_COUNT.fullmatch(plain))


def is_ditto(text: str) -> bool:
    """Whether a text is a sign for what stands above it."""
    return text.strip() in _words()["ditto"]


def code_in(text: str) -> str:
    """The credit code that a cell holds, empty where it holds none."""
    plain = _plain(text).upper()
    return plain if SHAPE.fullmatch(plain) else ""


def _plain(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).strip("*:：")

"""The word lists of the reading rules, read once from `patterns.toml` and made into patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _tables() -> dict[str, dict[str, dict[str, list[str] | str]]]:
    return tomllib.loads(files("kechuang.reading").joinpath("patterns.toml").read_text("utf-8"))


def pattern(name: str) -> re.Pattern[str]:
    """The pattern of one list, named `module.list`: any of its words, then what must follow.

    >>> bool(pattern("kinds.stock_money").search("基金规模"))
    True
    """
    module, key = name.split(".")
    table = _tables()[module][key]
    return re.compile(f"(?:{'|'.join(table['words'])}){table.get('after', '')}")

"""Many names at once taken apart into plain form, regions, core, legal form and what follows."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Final, Protocol, cast

import opencc_pyo3
import polars as pl

from kechuang.matching.names.places import Places
from kechuang.matching.names.words import name_words

BRACKETS: Final = "()[]{}<>《》〈〉【】〔〕「」『』﹙﹚"
PUNCTUATION: Final = "\\s·•.,，。、;；:：'\"‘’“”\\-—–−_/\\\\|*＊★☆#&\u200b\ufeff\u00a0"
_NOT_WRITTEN: Final = f"[{PUNCTUATION}]+"
_BRACKETS: Final = f"[{re.escape(BRACKETS)}]+"
_FORMS: Final = "|".join(name_words().forms)
_PARTS: Final = f"^(?P<head>.+?)(?P<form>{_FORMS})(?P<tail>.*)$"
_BRANCH: Final = f"(?:{'|'.join(name_words().branch_ends)})$"
_BRANCH_WORD: Final = f"(?:第?[一二三四五六七八九十0-9]+)?{_BRANCH}"
_SHORTEST_CORE: Final = 2


class _Converter(Protocol):
    def convert(self, input_text: str, punctuation: bool) -> str: ...


@cache
def _converter() -> _Converter:
    return cast(_Converter, opencc_pyo3.OpenCC("t2s"))


@cache
def simplified(character: str) -> str:
    """A character in its simplified form."""
    found = _converter().convert(character, False)
    return found if len(found) == 1 else character


@cache
def sound(character: str) -> str:
    """How a character is said, without its tone; itself where it is no Han character."""
    # Its dictionary takes a third of a second to load, and few processes need it.
    pypinyin = import_module("pypinyin")
    (said,) = pypinyin.lazy_pinyin(character, style=pypinyin.Style.NORMAL)
    return said


def translated(names: pl.Series, table: dict[int, str]) -> pl.Series:
    """Names with characters replaced; those that hold none of them are not touched."""
    if not table:
        return names
    if not len(names):
        return names
    joined = "\n".join(names).translate(table)
    return pl.Series(names.name, joined.split("\n"), dtype=pl.String)


def plain(names: pl.Series) -> pl.Series:
    """Names in half width, small letters and simplified characters, spaces and marks gone.

    Brackets stay, in half width.

    >>> plain(pl.Series(["示例 （ＡＢ）電子·有限公司"])).to_list()
    ['示例(ab)电子有限公司']
    """
    text = names.str.normalize("NFKC").str.to_lowercase().str.replace_all(_NOT_WRITTEN, "")
    characters = set("".join(text.to_list()))
    changed = {ord(each): simplified(each) for each in characters if simplified(each) != each}
    return translated(text, changed)


def parsed(names: pl.Series, places: Places) -> pl.DataFrame:
    """One row a name, in order.

    `plain`; `bare` is plain without brackets; `regions` are the regions it begins with, joined by
    a space; `core` what is left before the legal form, with what follows it; `stem` the same with
    the regions; `form` the legal form as written, `tail` what follows it.
    """
    text = plain(names.alias("plain"))
    bare = text.str.replace_all(_BRACKETS, "").alias("bare")
    frame = pl.DataFrame([text, bare]).with_columns(
        pl.col("bare").str.extract_groups(_PARTS).alias("parts")
    )
    whole = pl.col("parts").struct
    is_part = whole.field("form") == "分公司"
    frame = frame.with_columns(
        head=pl.coalesce(whole.field("head"), "bare"),
        form=pl.when(is_part).then(pl.lit("")).otherwise(whole.field("form")).fill_null(""),
        tail=pl.when(is_part)
        .then(pl.concat_str(pl.lit("分公司"), whole.field("tail")))
        .otherwise(whole.field("tail"))
        .fill_null(""),
    ).drop("parts")
    frame = frame.with_columns(_prefixes(frame["head"], places))
    return frame.with_columns(
        core=pl.concat_str(pl.col("head").str.slice(pl.col("taken")), "tail"),
        stem=pl.concat_str("head", "tail"),
    )


def _prefixes(heads: pl.Series, places: Places) -> list[pl.Series]:
    """The regions that each head begins with, and how many characters they take."""
    lengths = sorted({len(name) for name in places.lines}, reverse=True)
    by_length = {
        length: pl.Series([name for name in places.lines if len(name) == length])
        for length in lengths
    }
    rest, taken = heads, pl.Series("taken", [0] * len(heads), dtype=pl.UInt32)
    for _round in range(3):
        step = pl.Series("step", [0] * len(heads), dtype=pl.UInt32)
        for length, names in by_length.items():
            hit = rest.str.slice(0, length).is_in(names.implode()) & (step == 0)
            step = step.zip_with(~hit, pl.Series([length], dtype=pl.UInt32))
        if not (step > 0).any():
            break
        taken = taken + step
        rest = pl.DataFrame([rest.alias("r"), step]).select(pl.col("r").str.slice(pl.col("step")))[
            "r"
        ]
    prefixes = pl.DataFrame([heads.alias("head"), taken]).select(
        prefix=pl.col("head").str.slice(0, pl.col("taken")),
        long=pl.col("head").str.len_chars(),
    )
    read = {each: places.read(each) for each in prefixes["prefix"].unique().to_list()}
    known = prefixes.join(
        pl.DataFrame(
            {
                "prefix": pl.Series(list(read), dtype=pl.String),
                "regions": pl.Series(
                    [" ".join(names) for names, _ in read.values()], dtype=pl.String
                ),
                "taken": pl.Series([place for _, place in read.values()], dtype=pl.UInt32),
            }
        ),
        on="prefix",
        how="left",
        maintain_order="left",
    )
    whole = known["long"] < known["taken"] + _SHORTEST_CORE
    return [
        known.select(pl.when(whole).then(pl.lit("")).otherwise("regions").alias("regions"))[
            "regions"
        ],
        known.select(pl.when(whole).then(0).otherwise("taken").cast(pl.UInt32).alias("taken"))[
            "taken"
        ],
    ]


def firm_of_branch(bare: str) -> str:
    """The firm that a branch belongs to; empty where the name is no branch's.

    >>> firm_of_branch("示例轴承有限公司甲县分公司"), firm_of_branch("示例轴承厂第一分厂")
    ('示例轴承有限公司', '示例轴承厂')
    """
    if not re.search(_BRANCH, bare):
        return ""
    found = re.match(_PARTS, bare)
    if found and found["tail"] and found["form"] != "分公司":
        return f"{found['head']}{found['form']}"
    return re.sub(_BRANCH_WORD, "", bare)


def sounds(names: pl.Series) -> pl.Series:
    """Names with one character for all that sound alike, so that those that do are equal."""
    first: dict[str, str] = {}
    table: dict[int, str] = {}
    for each in sorted(set("".join(names.to_list()))):
        if "\u3400" <= each <= "\u9fff":
            table[ord(each)] = first.setdefault(sound(each), each)
    return translated(names, table)

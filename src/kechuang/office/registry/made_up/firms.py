"""Who made-up firms are: code, name, place, industry, size, age, address."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from kechuang.office.registry.made_up.draw import Draw
from kechuang.office.registry.made_up.words import (
    AGAIN,
    COUNTIES,
    FIRST,
    FORMS,
    SECOND,
    SHARES,
    THIRD,
    TRADES,
)
from kechuang.office.registry.names import initials
from kechuang.reference.credit_codes import LETTERS, WEIGHTS

PLACES: Final = 6
LETTER_COUNT: Final = 31
LONGEST_LIVED: Final = 30
SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"


def firms(draw: Draw, today: date) -> pl.DataFrame:
    """One row a firm: what the party and the organisation say, and what its facts are made from.

    The last columns (`head`, `research`, `field`, `staff`) are of no table.
    """
    place = draw.weighted("place", SHARES)
    trade = draw.below("trade", len(TRADES))
    frame = pl.DataFrame(
        {
            "number": draw.numbers,
            "code": credit_codes(place, draw.numbers),
            "region": place,
            "trade": trade,
            "word": draw.one_of("first", FIRST)
            + draw.one_of("second", SECOND)
            + draw.one_of("third", THIRD),
            "form": draw.weighted("form", FORMS),
            "founded_on": _founded(draw, today),
            "staff": _staff(draw),
        }
    ).with_columns(
        *(
            pl.Series(name, [getattr(each, source) for each in TRADES]).gather(trade).alias(name)
            for name, source in (
                ("trade_name", "name"),
                ("industry_code", "industry"),
                ("main_business", "products"),
                ("research", "research"),
                ("head", "head"),
                ("field", "field"),
            )
        )
    )
    frame = _named(frame)
    return frame.with_columns(
        _size(),
        (pl.col("staff") >= 45).alias("above_designated_size"),
        pl.Series("registered_capital", draw.below("capital", 40) + 1) * 50 * 1_000_000,
        pl.format("{}{}", pl.col("region").replace_strict(COUNTIES), _street(draw)).alias(
            "address"
        ),
        pl.Series("contact_name", draw.one_of("contact", SURNAMES) + "经理"),
        _status(draw),
    )


def credit_codes(place: pl.Series, numbers: pl.Series) -> pl.Series:
    """Codes of the right shape and check character in regions that do not exist.

    >>> credit_codes(pl.Series(["990101"]), pl.Series([1])).to_list()
    ['91990101MA0000001Y']
    """
    letters = pl.Series(list(LETTERS))
    digits = [
        (numbers.cast(pl.Int64) // LETTER_COUNT**power % LETTER_COUNT)
        for power in range(PLACES - 1, -1, -1)
    ]
    fixed = {code: _weight(f"91{code}MA0") for code in COUNTIES}
    total = place.replace_strict(fixed, return_dtype=pl.Int64)
    body = "91" + place + "MA0"
    for digit, weight in zip(digits, WEIGHTS[-PLACES:], strict=True):
        total = total + digit * weight
        body = body + letters.gather(digit)
    last = (LETTER_COUNT - total % LETTER_COUNT) % LETTER_COUNT
    return (body + letters.gather(last)).alias("code")


def _weight(text: str) -> int:
    return sum(LETTERS.index(each) * weight for each, weight in zip(text, WEIGHTS, strict=False))


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The name with what it is found by; a name that comes again gets a mark of its own."""
    short = {code: name.rstrip("县区市") for code, name in COUNTIES.items()}
    again = pl.Series(["", *AGAIN])
    county = pl.col("region").replace_strict(short)
    stem = ["region", "word", "trade_name", "form"]
    frame = frame.with_columns(
        pl.int_range(pl.len()).over(stem).alias("nth"), county.alias("county")
    )
    frame = frame.with_columns(again.gather(frame["nth"].clip(0, len(AGAIN))).alias("mark"))
    parts = ("county", "word", "mark", "trade_name", "form")
    key = pl.concat_str("county", "word", "mark", "trade_name")
    whole = pl.concat_str(*parts)
    letters = pl.concat_str(
        *(_letters(frame, part) for part in parts),
    )
    return frame.with_columns(
        whole.alias("name"),
        pl.when(pl.col("form") == "厂").then(whole).otherwise(key).alias("name_key"),
        letters.alias("initials"),
    ).drop("nth", "county", "mark", "word", "form", "trade_name")


def _letters(frame: pl.DataFrame, part: str) -> pl.Expr:
    """The initials of a part of the name; parts are few, so each is read once."""
    known = {word: initials(word) for word in frame[part].unique()}
    return pl.col(part).replace_strict(known, return_dtype=pl.String)


def _founded(draw: Draw, today: date) -> pl.Series:
    """Most are young: the age is a share of thirty years, squared."""
    days = draw.share("age") ** 1.7 * (LONGEST_LIVED * 365) + 40
    return (today.toordinal() - date(1970, 1, 1).toordinal() - days).cast(pl.Int32).cast(pl.Date)


def _staff(draw: Draw) -> pl.Series:
    """Heads: half have fewer than 25, a few over a thousand."""
    return (draw.normal("staff") * 1.15 + 3.15).exp().clip(2, 3_000).cast(pl.Int64)


def _size() -> pl.Expr:
    staff = pl.col("staff")
    return (
        pl.when(staff < 20)
        .then(pl.lit("micro"))
        .when(staff < 300)
        .then(pl.lit("small"))
        .when(staff < 1_000)
        .then(pl.lit("medium"))
        .otherwise(pl.lit("large"))
        .alias("size_class")
    )


def _street(draw: Draw) -> pl.Series:
    street = draw.one_of(
        "street", ("创业路", "工业大街", "科技路", "示例大道", "园区三路", "北环路")
    )
    return street + (draw.below("house", 398) + 1).cast(pl.String) + "号"


def _status(draw: Draw) -> pl.Series:
    gone = {"active": 955, "closed": 12, "deregistered": 22, "revoked": 5, "moved_out": 6}
    return draw.weighted("status", gone).alias("status")

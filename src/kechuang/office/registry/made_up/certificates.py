"""Titles and intellectual property of made-up firms, as their figures would earn them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from kechuang.office.registry.made_up.draw import Draw

TITLES: Final = (
    # title, level, recognition, issuer, years, share among firms that research, heads at least
    ("hnte", "national", "recognised", "示例省科学技术厅", 3, 0.42, 12),
    ("tech_sme_national", "national", "admitted", "示例省科学技术厅", 1, 0.55, 3),
    ("tech_sme_provincial", "provincial", "recognised", "示例省科学技术厅", 3, 0.38, 3),
    ("innovative_sme", "provincial", "recognised", "示例省工业和信息化厅", 3, 0.22, 10),
    ("srdi_sme", "provincial", "recognised", "示例省工业和信息化厅", 3, 0.13, 25),
    ("srdi_little_giant", "national", "recognised", "工业和信息化部", 3, 0.02, 80),
    ("st_leading_enterprise", "provincial", "recognised", "示例省科学技术厅", 3, 0.008, 150),
    ("gazelle", "municipal", "recognised", "示例市科学技术局", 2, 0.02, 20),
)
MARKS: Final = {
    "hnte": "GR", "tech_sme_national": "", "tech_sme_provincial": "KX", "innovative_sme": "CX",
    "srdi_sme": "ZJ", "srdi_little_giant": "XJR", "st_leading_enterprise": "LJ", "gazelle": "DL",
}  # fmt: skip
IP_KINDS: Final = {"invention": 2, "utility_model": 9, "design": 2, "software": 5}
IP_NAMES: Final = (
    "一种自动定位装置",
    "一种检测方法",
    "控制软件V1.0",
    "一种节能结构",
    "数据采集系统",
    "一种密封组件",
)
LIVES: Final = {"invention": 20, "utility_model": 10, "design": 15, "software": 50}


def titles_of(firms: pl.DataFrame, draw: Draw, researches: pl.Series, today: date) -> pl.DataFrame:
    """One row a certificate: some expire within 180 days, some are over and wait for the next."""
    made = [_titles(firms, draw, researches, today, *each) for each in TITLES]
    return pl.concat(made)


_STANDING: Final = (
    pl.exclude("held", "over", "awaits", "cancelled"),
    pl.when("cancelled")
    .then(pl.lit("cancelled"))
    .when(pl.col("over") & pl.col("awaits"))
    .then(pl.lit("awaiting"))
    .when("over")
    .then(pl.lit("expired"))
    .otherwise(pl.lit("valid"))
    .alias("status"),
    pl.when(pl.col("over") & pl.col("awaits") & ~pl.col("cancelled"))
    .then(pl.format("示科高〔{}〕12号", pl.col("expires_on").dt.year()))
    .otherwise(pl.lit(""))
    .alias("awaiting_document"),
    pl.lit("certificate").alias("source"),
    pl.col("issued_on").alias("as_of"),
)
"""The columns of a title: the drawn ones but the marks, how it stands, and where it comes from."""


def _titles(
    firms: pl.DataFrame,
    draw: Draw,
    researches: pl.Series,
    today: date,
    title: str,
    level: str,
    recognition: str,
    issuer: str,
    years: int,
    share: float,
    heads: int,
) -> pl.DataFrame:
    held = draw.holds(f"{title} held", share) & researches & (firms["staff"] >= heads)
    held &= firms["founded_on"].dt.year() < today.year - 1
    if title == "tech_sme_national":
        issued = draw.day(f"{title} issued", date(today.year - 1, 4, 1), today)
        expires = issued.dt.year().cast(pl.Int32)
        expires = pl.DataFrame({"year": expires}).select(pl.date("year", 12, 31)).to_series()
    else:
        oldest = today - timedelta(days=365 * years + 150)
        issued = draw.day(f"{title} issued", oldest, today)
        expires = issued.dt.offset_by(f"{years}y").dt.offset_by("-1d")
    over, awaits = expires < today, draw.holds(f"{title} awaits", 0.5)
    cancelled = draw.holds(f"{title} cancelled", 0.01)
    number = MARKS[title] + issued.dt.year().cast(pl.String) + firms["code"].str.slice(2, 6)
    return (
        pl.DataFrame(
            {
                "code": firms["code"],
                "title": pl.Series([title]).new_from_index(0, firms.height),
                "level": pl.Series([level]).new_from_index(0, firms.height),
                "number": number + firms["number"].cast(pl.String).str.zfill(7),
                "recognition": pl.Series([recognition]).new_from_index(0, firms.height),
                "issuer": pl.Series([issuer]).new_from_index(0, firms.height),
                "issued_on": issued,
                "expires_on": expires,
                "batch_name": issued.dt.year().cast(pl.String)
                + "年第"
                + draw.one_of(f"{title} batch", ("一", "二", "三"))
                + "批",
                "held": held,
                "over": over,
                "awaits": awaits,
                "cancelled": cancelled,
            }
        )
        .filter("held")
        .select(*_STANDING)
    )


def rights_of(
    firms: pl.DataFrame, draw: Draw, researches: pl.Series, seed: int, today: date
) -> pl.DataFrame:
    """Intellectual property: firms that research own up to a dozen rights, others rarely one."""
    many = (draw.share("rights") ** 2.2 * 12).cast(pl.Int64)
    count = many * researches.cast(pl.Int64) + draw.holds("one right", 0.08).cast(pl.Int64)
    owners = firms.select("code", "number", "founded_on").with_columns(count.alias("count"))
    rows = owners.select(
        pl.col("code", "number", "founded_on").repeat_by("count").explode(),
    ).drop_nulls("code")
    rows = rows.with_columns(pl.int_range(pl.len()).over("code").alias("nth"))
    chance = Draw(rows["number"] * 64 + rows["nth"].cast(pl.UInt64), seed)
    kind = chance.weighted("kind", IP_KINDS)
    granted = chance.day("granted", date(today.year - 8, 1, 1), today)
    pending = chance.holds("pending", 0.08)
    years = kind.replace_strict(LIVES, return_dtype=pl.Int64)
    first_class = kind == "invention"
    return rows.select(
        "code",
        pl.format("ZL{}{}{}", granted.dt.year(), pl.col("number"), pl.col("nth")).alias("number"),
        chance.one_of("ip name", IP_NAMES).alias("name"),
        kind.alias("kind"),
        pl.when(first_class).then(pl.lit("I")).otherwise(pl.lit("II")).alias("ip_class"),
        granted.dt.offset_by("-500d").alias("applied_on"),
        pl.when(pending).then(None).otherwise(granted).alias("granted_on"),
        pl.when(pending)
        .then(None)
        .otherwise(pl.date(pl.lit(granted.dt.year() + years), pl.lit(granted.dt.month()), 28))
        .alias("expires_on"),
        pl.when(pending)
        .then(pl.lit("pending"))
        .when(chance.holds("lapsed", 0.05))
        .then(pl.lit("lapsed"))
        .otherwise(pl.lit("valid"))
        .alias("status"),
        chance.weighted("acquired", {"own": 17, "transfer": 3}).alias("acquired_by"),
        pl.lit("certificate").alias("source"),
        pl.lit(today).alias("as_of"),
    )

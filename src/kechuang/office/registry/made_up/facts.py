"""Three years of figures that move sensibly, said by several sources, with the usual mistakes."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from kechuang.office.registry.made_up.draw import Draw

WAN: Final = 1_000_000
PERSON: Final = 10_000
YEARS: Final = 3
OFFICIAL_SINCE: Final = 2_000

STATED: Final = (
    "staff_total_quarterly", "technical_staff_quarterly", "staff_year_end", "college_staff",
    "rd_staff", "revenue", "main_income", "total_income", "hightech_income", "total_cost",
    "total_assets", "total_liabilities", "net_assets", "net_profit", "rd_expense_deduction",
    "rd_expense_hnte", "taxes_paid", "conversions",
)  # fmt: skip
TAXED: Final = (
    "revenue", "total_income", "total_cost", "net_profit", "taxes_paid", "rd_expense_deduction",
    "total_assets", "staff_total_quarterly",
)  # fmt: skip
REPORTED: Final = (
    "revenue", "total_income", "hightech_income", "total_assets", "net_assets", "net_profit",
    "rd_expense_hnte", "rd_expense_hnte_domestic", "staff_total_monthly",
    "technical_staff_monthly", "rd_staff",
)  # fmt: skip
VISITED: Final = ("revenue", "total_assets", "total_cost", "staff_total_quarterly", "output_value")
FLAGS: Final = {
    "resident_enterprise": 0.995, "books_assessed": 0.94, "rd_collected": 0.72,
    "industry_allowed": 0.97, "accident_free": 0.985, "environment_clean": 0.985,
    "integrity_clean": 0.995, "products_allowed": 0.98, "own_brand": 0.35, "unlisted": 0.99,
}  # fmt: skip


def years_of(firms: pl.DataFrame, draw: Draw, today: date, years: int = YEARS) -> pl.DataFrame:
    """What is true of each firm and year since it was founded: a row with every figure."""
    last = today.year - 1
    state = _at_first(firms, draw, last - years + 1)
    made: list[pl.DataFrame] = []
    for year in range(last - years + 1, last + 1):
        if made:
            state = _a_year_later(state, draw, year)
        made.append(_figures(state, draw, year))
    return pl.concat(made).filter(pl.col("founded_on").dt.year() <= pl.col("year"))


def _at_first(firms: pl.DataFrame, draw: Draw, year: int) -> pl.DataFrame:
    head = firms["head"] * (draw.normal("head") * 0.35).exp() * WAN
    staff = firms["staff"].cast(pl.Float64)
    research = draw.holds("research", firms["research"])
    intensity = (draw.normal("intensity") * 0.55 - 3.2).exp().clip(0.004, 0.30)
    small = pl.Series((120 / (staff + 20)).clip(0.8, 2.2))
    return firms.select("code", "founded_on", "field").with_columns(
        staff.alias("staff"),
        (head * staff).alias("revenue"),
        pl.when(research).then(intensity * small).otherwise(0.0).alias("intensity"),
        draw.between("assets", 0.55, 1.7).alias("assets_share"),
        draw.between("debts", 0.15, 0.72).alias("debts_share"),
        draw.between("technical", 0.08, 0.42).alias("technical_share"),
        draw.between("degree", 0.15, 0.65).alias("degree_share"),
    )


def _a_year_later(state: pl.DataFrame, draw: Draw, year: int) -> pl.DataFrame:
    """Income grows by some per cent, in one firm of fifty much more; heads follow slowly."""
    growth = draw.normal(f"growth {year}") * 0.14 + 0.065
    leap = draw.holds(f"leap {year}", 0.02)
    growth = growth + leap.cast(pl.Float64) * draw.between(f"leap by {year}", 0.5, 1.6)
    growth = growth.clip(-0.6, 2.5)
    return state.with_columns(
        (pl.col("revenue") * (growth + 1.0)).alias("revenue"),
        (pl.col("staff") * (growth * 0.35 + 1.0)).clip(2.0).alias("staff"),
        (pl.col("intensity") * draw.between(f"research {year}", 0.85, 1.22)).alias("intensity"),
    )


def _figures(state: pl.DataFrame, draw: Draw, year: int) -> pl.DataFrame:
    margin = draw.normal(f"margin {year}") * 0.06 + 0.055
    revenue = pl.col("revenue")
    money = {
        "revenue": revenue,
        "main_income": revenue * draw.between(f"main {year}", 0.92, 1.0),
        "total_income": revenue * draw.between(f"total {year}", 1.0, 1.03),
        "total_cost": revenue * (1.0 - margin).clip(0.6, 1.35),
        "total_assets": revenue * pl.col("assets_share"),
        "total_liabilities": revenue * pl.col("assets_share") * pl.col("debts_share"),
        "taxes_paid": revenue * draw.between(f"taxes {year}", 0.008, 0.055),
        "rd_expense_deduction": revenue * pl.col("intensity"),
        "output_value": revenue * draw.between(f"output {year}", 0.95, 1.12),
    }
    technical = (pl.col("staff") * pl.col("technical_share")).ceil()
    out = state.select(
        "code",
        "founded_on",
        pl.lit(year, dtype=pl.Int64).alias("year"),
        pl.col("intensity") > 0,
        (pl.col("field") != "none").alias("is_hightech"),
        pl.col("staff").round(0).alias("heads"),
        technical.alias("technical"),
        (pl.col("staff") * pl.col("degree_share")).round(0).cast(pl.Int64).alias("college_staff"),
        *(_wan(value).alias(name) for name, value in money.items()),
    )
    rd = pl.col("rd_expense_deduction")
    hightech = (
        pl.when("is_hightech").then(draw.between(f"hightech {year}", 0.5, 0.96)).otherwise(0.0)
    )
    return out.with_columns(
        (pl.col("heads") * PERSON).cast(pl.Int64).alias("staff_total_quarterly"),
        (pl.col("technical") * PERSON).cast(pl.Int64).alias("technical_staff_quarterly"),
        pl.col("heads").cast(pl.Int64).alias("staff_year_end"),
        pl.when("intensity")
        .then(pl.col("technical"))
        .otherwise(0)
        .cast(pl.Int64)
        .alias("rd_staff"),
        (pl.col("total_assets") - pl.col("total_liabilities")).alias("net_assets"),
        _cut((pl.col("total_income") - pl.col("total_cost")) * 0.8).alias("net_profit"),
        _cut(rd * draw.between(f"hnte {year}", 0.95, 1.18)).alias("rd_expense_hnte"),
        _cut(pl.col("main_income") * hightech).alias("hightech_income"),
        pl.Series("conversions", draw.below(f"conversions {year}", 7)),
    ).with_columns(
        _cut(pl.col("rd_expense_hnte") * 0.96).alias("rd_expense_hnte_domestic"),
        (pl.col("staff_total_quarterly") // 4 * 4).alias("staff_total_monthly"),
        pl.col("technical_staff_quarterly").alias("technical_staff_monthly"),
    )


def _wan(value: pl.Expr) -> pl.Expr:
    """Whole 千元 in 分, as reports are written."""
    return (value / 100_000).round(0).cast(pl.Int64) * 100_000


def _cut(value: pl.Expr) -> pl.Expr:
    return (value / 100_000).round(0).cast(pl.Int64) * 100_000


# --- what sources say


def said_of(figures: pl.DataFrame, draw: Draw, last: int) -> pl.DataFrame:
    """What each source says of a firm and a year: columns code, year, source, as_of, and facts.

    `draw` is over the rows of `figures`. Of the last year a tenth of the firms have said nothing
    yet. Where a firm's own statement and its tax return differ, it is by a few per cent.
    """
    late = (figures["year"] == last) & draw.holds("late", 0.11)
    stated = draw.holds("stated", 0.82) & ~late
    taxed = draw.holds("taxed", 0.38) & ~late
    reported = draw.holds("reported", 0.5) & figures["intensity"] & figures["is_hightech"] & ~late
    visited = ~stated & ~taxed & draw.holds("visited", 0.75) & ~late
    differs = draw.holds("differs", 0.3)
    by = pl.Series(draw.normal("differs by") * 0.02 + 1.0).clip(0.9, 1.1)
    firm = figures.with_columns(
        pl.when(differs).then(_cut(pl.col(name) * by)).otherwise(name).alias(name)
        for name in ("revenue", "main_income", "total_income", "hightech_income", "total_cost")
    )
    firm = _mistaken(firm, draw, last)
    gaps = draw.holds("gap", 0.04)
    firm = firm.with_columns(
        pl.when(gaps).then(None).otherwise(name).alias(name)
        for name in ("total_cost", "rd_expense_deduction", "technical_staff_quarterly")
    )
    parts = (
        ("firm_statement", firm.filter(stated), STATED, (4, 20)),
        ("tax_copy", figures.filter(taxed), TAXED, (5, 31)),
        ("title_annual_report", figures.filter(reported), REPORTED, (5, 20)),
        ("survey", figures.filter(visited), VISITED, (6, 15)),
    )
    return pl.concat(
        [
            rows.select(
                "code",
                "year",
                pl.lit(source).alias("source"),
                pl.date(pl.col("year") + 1, *day).alias("as_of"),
                *columns,
            )
            for source, rows, columns, day in parts
        ],
        how="diagonal",
    )


def _mistaken(firm: pl.DataFrame, draw: Draw, last: int) -> pl.DataFrame:
    """The mistakes that people make: numbers swapped, units mixed, a digit too many."""
    is_last = firm["year"] == last
    swapped = draw.holds("swapped", 0.006)
    units = draw.holds("units", 0.004) & firm["intensity"]
    digit = draw.holds("digit", 0.004) & is_last
    unbalanced = draw.holds("unbalanced", 0.006)
    return firm.with_columns(
        pl.when(swapped)
        .then("technical_staff_quarterly")
        .otherwise("staff_total_quarterly")
        .alias("staff_total_quarterly"),
        pl.when(swapped)
        .then("staff_total_quarterly")
        .otherwise("technical_staff_quarterly")
        .alias("technical_staff_quarterly"),
        pl.when(units & (pl.col("rd_expense_deduction") < 10**10))
        .then(pl.col("rd_expense_deduction") * 10_000)
        .otherwise("rd_expense_deduction")
        .alias("rd_expense_deduction"),
        pl.when(digit & (pl.col("total_assets") < 10**13))
        .then(pl.col("total_assets") * 100)
        .otherwise("total_assets")
        .alias("total_assets"),
        pl.when(unbalanced)
        .then(_cut(pl.col("net_assets") * 1.4))
        .otherwise("net_assets")
        .alias("net_assets"),
    )


def standing_of(firms: pl.DataFrame, draw: Draw, today: date) -> pl.DataFrame:
    """What firms say without a year; one firm of all stands on the list of abnormal operation."""
    said = draw.holds("standing", 0.7)
    flags = [draw.holds(f"flag {name}", share).alias(name) for name, share in FLAGS.items()]
    listed = firms["number"].cast(pl.Int64) != 17
    return firms.select(
        "code",
        pl.lit("firm_statement").alias("source"),
        pl.lit(date(today.year, 4, 20) if today.month > 4 else date(today.year - 1, 4, 20)).alias(
            "as_of"
        ),
        *flags,
        listed.alias("not_listed_abnormal"),
        pl.col("field").alias("hightech_field"),
    ).filter(said | ~listed)

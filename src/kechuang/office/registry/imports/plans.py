"""What an import would do to tables: rows to put in, rows to change with what stood there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from django.utils.translation import gettext as _

from kechuang.office.ground.secrets import decrypt, masked
from kechuang.office.registry.imports.bulk import PK, fetch, is_secret
from kechuang.office.registry.imports.checking import ROW
from kechuang.office.registry.imports.faults import in_words
from kechuang.office.registry.imports.purposes import MODELS, Column, Purpose
from kechuang.office.registry.imports.staging import CHANGED, CONFLICT, ERROR, NEW, SAME
from kechuang.office.registry.sources import Source, load_sources

SOURCED: Final = (
    "source", "rank", "document", "as_of", "confirmed_by", "confirmed_name", "changed_at",
    "batch_id",
)  # fmt: skip
MARKS: Final = ("changed_at", "batch_id")
OLD: Final = "__old"


@dataclass(frozen=True, slots=True)
class Import:
    """What is imported: where the rows come from, how far they reach, who imports them when.

    `is_preview` says that nothing is written: what only the database needs is left out.
    """

    batch: int
    purpose: Purpose
    source: Source
    as_of: date
    document: str
    region: int
    region_path: str
    region_level: str
    year: int | None
    confirmed_by: str
    confirmed_name: str
    now: datetime
    is_preview: bool = False

    def sourced(self) -> dict[str, Any]:
        """The columns of `Sourced` that it writes."""
        return {
            "source": self.source.code,
            "rank": self.source.rank,
            "document": self.document,
            "as_of": self.as_of,
            "confirmed_by": self.confirmed_by,
            "confirmed_name": self.confirmed_name,
            "changed_at": self.now,
            "batch_id": self.batch,
        }


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What is done to one table.

    `inserts` are columns of the table and `__row`; where `link` is empty for a row, it is the key
    of the row's new record. `updates` hold `__row`, `__pk` and the new values, `before` the old
    values under the same names.
    """

    table: str
    inserts: pl.DataFrame
    updates: pl.DataFrame
    before: pl.DataFrame
    link: str = ""

    def only(self, rows: pl.Series) -> TablePlan:
        """What of it belongs to these rows of the file."""
        wanted = pl.DataFrame({ROW: rows})
        kept = self.updates[ROW].is_in(rows.implode()) if self.updates.height else None
        return TablePlan(
            self.table,
            self.inserts.join(wanted, on=ROW, how="semi", maintain_order="left"),
            self.updates if kept is None else self.updates.filter(kept),
            self.before if kept is None else self.before.filter(kept),
            self.link,
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row is not written: `error` or `conflict`, a code, its title, and the sentence."""

    state: str
    code: str
    title: str
    why: str


@dataclass(slots=True)
class Compared:
    """Rows of a slice beside the database.

    `primary` is the table whose new row makes a row of the file new. `merged` says of rows about a
    record that was merged where they go. `touched` says by row when the
    records it would change were changed last, and by whom: what is looked at again when it is
    written.
    """

    rows: pl.DataFrame
    primary: str
    plans: list[TablePlan] = field(default_factory=list[TablePlan])
    troubles: dict[int, Trouble] = field(default_factory=dict[int, Trouble])
    merged: dict[int, str] = field(default_factory=dict[int, str])
    touched: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    changes: dict[int, list[tuple[str, str, str]]] = field(
        default_factory=dict[int, list[tuple[str, str, str]]]
    )

    def trouble(self, rows: Iterable[int], state: str, code: str, title: str, why: str) -> None:
        """Say of rows why they are not written; the first reason stays."""
        for row in rows:
            self.troubles.setdefault(int(row), Trouble(state, code, title, why))

    def conflict(self, row: int, code: str, title: str, why: str) -> None:
        """Say of one row what it is in conflict with."""
        self.troubles.setdefault(row, Trouble(CONFLICT, code, title, why))

    def error(self, row: int, code: str, title: str, why: str) -> None:
        """Say of one row what it lacks."""
        self.troubles.setdefault(row, Trouble(ERROR, code, title, why))

    def states(self) -> dict[int, str]:
        """What becomes of each row."""
        found = dict.fromkeys(self.rows[ROW].to_list(), SAME)
        fresh: set[int] = set()
        for plan in self.plans:
            if plan.table == self.primary:
                fresh.update(plan.inserts[ROW])
            else:
                found.update(dict.fromkeys(plan.inserts[ROW], CHANGED))
        found.update(dict.fromkeys(fresh, NEW))
        for plan in self.plans:
            found.update(dict.fromkeys(plan.updates[ROW], CHANGED))
        for row, trouble in self.troubles.items():
            found[row] = trouble.state
        return found

    def seen(self) -> dict[int, str]:
        """By row, what of the database it was compared with: its records and their last change."""
        found: dict[int, str] = {}
        for part in self.touched:
            texts = part.select(
                ROW, pl.concat_str(pl.col(PK), pl.col("changed_at").dt.epoch("us"), separator=":")
            )
            for row, text in texts.drop_nulls().iter_rows():
                found[row] = f"{found[row]} {text}" if row in found else text
        return found

    def last_touch(self) -> dict[int, tuple[datetime, str]]:
        """By row, when a record it would change was changed last, and by whom."""
        found: dict[int, tuple[datetime, str]] = {}
        for part in self.touched:
            for row, at, name in part.select(ROW, "changed_at", "confirmed_name").iter_rows():
                if at is not None and (row not in found or at > found[row][0]):
                    found[row] = (at, name or "")
        return found


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of a file as rows of one table: `keys` find the record, `attributes` are compared."""

    table: str
    frame: pl.DataFrame
    keys: tuple[str, ...]
    attributes: tuple[str, ...]
    link: str = ""
    is_sourced: bool = True
    columns: Mapping[str, Column] = field(default_factory=dict[str, Column])
    """The column of each attribute, for telling what changes."""
    is_record: bool = False
    """Whether a new row is put in even where the file says nothing but whom it is about."""
    repeats: bool = False
    """Whether several rows may be about one record as long as only one changes it."""


def compare_table(
    compared: Compared,
    what: Import,
    rows: TableRows,
    old: pl.DataFrame,
    *,
    keeps_source: bool = False,
) -> pl.DataFrame:
    """Add to `compared` what a table would get; gives the rows joined with what stands there.

    A cell that is empty in the file says nothing. `old` has `__pk`, the keys, the attributes and
    the columns of `Sourced`. `keeps_source` leaves where a record as a whole comes from.
    """
    attributes = [name for name in rows.attributes if name in rows.frame.columns]
    marks = [name for name in SOURCED if name in old.columns]
    renamed = old.rename({name: f"{name}{OLD}" for name in (*attributes, *marks)})
    keyed = renamed.select(PK, *rows.keys, *(f"{n}{OLD}" for n in (*attributes, *marks)))
    joined = rows.frame.join(keyed, on=list(rows.keys), how="left", maintain_order="left")
    joined = _with_kept_secrets(joined, rows.table, attributes)
    differs = [
        (pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(f"{name}{OLD}"))).alias(
            f"{name}__differs"
        )
        for name in attributes
    ]
    joined = _once(compared, joined.with_columns(differs), rows)
    is_new = joined[PK].is_null()
    says = (
        joined.select(pl.any_horizontal(pl.col(attributes).is_not_null())).to_series()
        if attributes and not rows.is_record
        else pl.Series([True] * joined.height, dtype=pl.Boolean)
    )
    changed = (
        joined.select(pl.any_horizontal(pl.col(f"{name}__differs") for name in attributes))
        .to_series()
        .fill_null(value=False)
        if attributes
        else pl.Series([False] * joined.height, dtype=pl.Boolean)
    )
    constants = what.sourced() if rows.is_sourced else {}
    extra = [name for name in rows.frame.columns if name not in attributes]
    inserts = (
        joined.filter(is_new & says).select(*extra, *attributes).with_columns(_literals(constants))
    )
    updates, before = _updates(
        joined.filter(~is_new & changed), attributes, marks, constants, keeps_source
    )
    compared.plans.append(TablePlan(rows.table, inserts, updates, before, rows.link))
    if marks:
        touched = joined.filter(~is_new).select(
            ROW, PK, *(pl.col(f"{n}{OLD}").alias(n) for n in ("changed_at", "confirmed_name"))
        )
        compared.touched.append(touched)
    _tell_changes(compared, joined.filter(~is_new & changed), rows.table, attributes, rows.columns)
    return joined


def _once(compared: Compared, joined: pl.DataFrame, rows: TableRows) -> pl.DataFrame:
    """The rows without those whose record an earlier row of the file is about already.

    They come to it by another code or name, so that nothing in the file itself tells it.
    """
    known = pl.col(PK).is_not_null()
    keyed = pl.all_horizontal(pl.col(rows.keys).is_not_null())
    counted = pl.any_horizontal(f"{n}__differs" for n in rows.attributes) if rows.repeats else True
    again = (
        known & counted & ~pl.struct(PK, (known & counted).alias("counted")).is_first_distinct()
    ) | (~known & keyed & ~pl.struct(rows.keys).is_first_distinct())
    for row in joined.filter(again)[ROW].unique().sort():
        why = _("与前面的一行是同一条记录，只留一行")
        compared.error(row, "key_twice", _("表里重复"), why)
    return joined.filter(~again)


def _with_kept_secrets(joined: pl.DataFrame, table: str, attributes: Sequence[str]) -> pl.DataFrame:
    """Secrets that say what is kept already stand as they are kept: each encryption differs."""
    secret = [name for name in attributes if is_secret(MODELS[table], name)]
    return joined.with_columns(
        pl.Series(
            name,
            [
                kept if new and kept and decrypt(new) == decrypt(kept) else new
                for new, kept in joined.select(name, f"{name}{OLD}").iter_rows()
            ],
            pl.String,
        )
        for name in secret
    )


def _updates(
    joined: pl.DataFrame,
    attributes: Sequence[str],
    marks: Sequence[str],
    constants: Mapping[str, Any],
    keeps_source: bool,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    written = [name for name in marks if not keeps_source or name in MARKS]
    new = joined.select(
        ROW, PK, *(pl.coalesce(name, f"{name}{OLD}").alias(name) for name in attributes)
    ).with_columns(_literals({name: constants[name] for name in written}))
    old = joined.select(
        ROW, PK, *(pl.col(f"{name}{OLD}").alias(name) for name in (*attributes, *written))
    )
    return new, old


def _literals(values: Mapping[str, Any]) -> list[pl.Expr]:
    return [
        pl.lit(
            value, dtype=pl.Datetime("us", "UTC") if isinstance(value, datetime) else None
        ).alias(name)
        for name, value in values.items()
    ]


MOST_TOLD: Final = 50


def _tell_changes(
    compared: Compared,
    joined: pl.DataFrame,
    table: str,
    attributes: Sequence[str],
    columns: Mapping[str, Column],
) -> None:
    """Keep what changes in the first rows, for the preview."""
    for row in joined.head(MOST_TOLD).iter_rows(named=True):
        told = compared.changes.setdefault(row[ROW], [])
        told += [
            (
                columns[name].header(),
                _shown(columns[name], row[f"{name}{OLD}"]),
                _shown(columns[name], row[name]),
            )
            for name in attributes
            if name in columns and row[f"{name}__differs"]
        ]


def _shown(column: Column, value: Any) -> str:
    if column.is_secret:
        return masked("phone", decrypt(value)) if value else ""
    return in_words(value, column.field)


def outranked(compared: Compared, what: Import, joined: pl.DataFrame, name: str = "") -> None:
    """Put rows in conflict that would change what comes from a surer source or is newer.

    The rule is that of `sources.yaml`: the smaller rank counts, and of equal ranks the newer day.
    """
    differs = [each for each in joined.columns if each.endswith("__differs")]
    if not differs or not joined.height:
        return
    changed = joined.filter(pl.col(PK).is_not_null() & pl.any_horizontal(differs))
    worse = changed.filter(
        (pl.col(f"rank{OLD}") < what.source.rank)
        | ((pl.col(f"rank{OLD}") == what.source.rank) & (pl.col(f"as_of{OLD}") > what.as_of))
    )
    for row in worse.iter_rows(named=True):
        source = load_sources()[row[f"source{OLD}"]]
        compared.conflict(row[ROW], *outranked_told(source, row[f"as_of{OLD}"], name))


def outranked_told(source: Source, as_of: date, name: str = "") -> tuple[str, str, str]:
    """Code, title and sentence of a row that a surer source stands against."""
    code = "official" if source.official else "outranked"
    title = _("现有数据的来源更可靠或更新")
    why = _("现有的值%(name)s来自“%(source)s”（截至 %(as_of)s），按来源次序先于这次导入")
    return (
        code,
        title,
        why
        % {
            "name": f"（{name}）" if name else "",
            "source": source.name,
            "as_of": as_of.isoformat(),
        },
    )


# --- columns of staged rows


def table_frame(
    what: Import, rows: pl.DataFrame, table: str, extra: Sequence[pl.Expr] = ()
) -> tuple[pl.DataFrame, tuple[str, ...], dict[str, Column]]:
    """The columns of a table that the rows hold, under its own names; not the yearly ones."""
    columns = [each for each in what.purpose.of_table(table) if each.code in rows.columns]
    frame = rows.select(ROW, *extra, *(pl.col(each.code).alias(each.attribute) for each in columns))
    return (
        frame,
        tuple(each.attribute for each in columns),
        {each.attribute: each for each in columns},
    )


def yearly_frame(
    what: Import, rows: pl.DataFrame, table: str, link: str
) -> tuple[pl.DataFrame, tuple[str, ...], dict[str, Column]]:
    """The yearly columns, a row for each year: `__row`, the link, `year` and the attributes."""
    columns = {each.code: each for each in what.purpose.of_table(table) if each.is_yearly}
    years: dict[int, list[tuple[str, Column]]] = {}
    for name in rows.columns:
        code, _at, year = name.partition("@")
        if year and code in columns:
            years.setdefault(int(year), []).append((name, columns[code]))
    by_row = (
        pl.col("facts_year").fill_null(what.year or 0)
        if "facts_year" in rows.columns
        else pl.lit(what.year or 0, pl.Int64)
    )
    parts = [
        rows.select(
            ROW,
            link,
            (by_row if year == 0 else pl.lit(year, pl.Int64)).alias("year"),
            *(pl.col(name).alias(column.attribute) for name, column in named),
        )
        for year, named in sorted(years.items())
    ]
    if not parts:
        return pl.DataFrame(), (), {}
    frame = pl.concat(parts, how="diagonal")
    names = tuple(dict.fromkeys(c.attribute for named in years.values() for _name, c in named))
    return frame, names, {each.attribute: each for each in columns.values()}


def existing(
    table: str, names: Sequence[str], where: str, values: Iterable[Any], **more: Any
) -> pl.DataFrame:
    """The rows of a table as `compare_table` takes them."""
    found = fetch(MODELS[table], ["pk", *dict.fromkeys(names)], where, values, **more)
    return found.rename({"pk": PK})


def with_missing(frame: pl.DataFrame, **dtypes: pl.DataType) -> pl.DataFrame:
    """The frame with these columns, empty where it lacks them."""
    return frame.with_columns(
        pl.lit(None, dtype).alias(name)
        for name, dtype in dtypes.items()
        if name not in frame.columns
    )


def required(
    compared: Compared, what: Import, frame: pl.DataFrame, names: Mapping[str, str]
) -> pl.DataFrame:
    """The rows that have what a new record must have; the others are wrong.

    `names` gives for each column of the frame the code of the purpose's column.
    """
    for name, code in names.items():
        said = with_missing(frame, **{name: pl.String()})
        told = _("缺少“%(name)s”") % {"name": what.purpose.columns[code].field.name}
        for row in said.filter(pl.col(name).is_null())[ROW]:
            compared.error(row, "required", told, _("%(told)s，填上后再导入") % {"told": told})
    return frame.filter(
        pl.all_horizontal(pl.col(n).is_not_null() for n in names if n in frame.columns)
    )


def with_defaults(compared: Compared, table: str, **values: str) -> None:
    """What new rows of a table say where the file says nothing."""
    compared.plans = [
        replace(plan, inserts=_filled(plan.inserts, values)) if plan.table == table else plan
        for plan in compared.plans
    ]


def _filled(frame: pl.DataFrame, values: Mapping[str, str]) -> pl.DataFrame:
    return frame.with_columns(
        (pl.col(name).fill_null(value) if name in frame.columns else pl.lit(value)).alias(name)
        for name, value in values.items()
    )

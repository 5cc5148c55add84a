"""Our engine, in a process of its own: `python -m bench.eligibility_ours FOLDER WHAT`.

`complete` and `gaps` serve the runs on enterprises whose certificates are counted already, `frames`
those that count them too; `one` times single enterprises, `rulebook` every rule one after another.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from bench.eligibility_peers.server import load, peak_mib, serve
from bench.enterprises import AMOUNTS, AS_OF, COUNTS, FLAGS, FRAMES
from bench.every_fact import rules_of
from kechuang.eligibility.batch import results_of, run
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.lowered import Lowered
from kechuang.eligibility.polars_target import CHUNK, with_nodes
from kechuang.eligibility.shape import Shape
from kechuang.eligibility.single import Single
from kechuang.rulebook.library import load_rulebook

RULE: Final = "tech_sme_national"
COUNTED: Final = {
    "ip": ("ip_i", "ip_ii"),
    "titles": ("hnte",),
    "honours": ("honours_led",),
    "institutions": ("institutions_upper",),
    "standards": ("standards_led",),
}
"""Our counts of each frame, in the order in which the rule asks for them."""
OPEN: Final = 1_000_000
"""How many more rows there may be where a count is missing."""
ONES: Final = 2_000


def lowered_for(folder: Path, *, gaps: bool) -> Lowered:
    """The rule for enterprises in a folder, or in one beside it where anything may be missing."""
    columns = {
        name: dict.fromkeys(pl.read_parquet_schema(folder.parent / name / "0000.parquet"), gaps)
        for name in FRAMES
    }
    columns["enterprises"] = dict.fromkeys((*FLAGS, *AMOUNTS), gaps)
    book = load_rulebook()
    return lower_rule(book.find(RULE, AS_OF), book, AS_OF, Shape(columns))


def counted(lowered: Lowered) -> list[pl.Expr]:
    """The counts under the names that the lowered rule has for them."""
    left = {frame: list(names) for frame, names in COUNTED.items()}
    latest: dict[str, pl.Expr] = {}
    made: list[pl.Expr] = []
    for row in lowered.rows:
        if row.op == "sure":
            latest[row.frame] = pl.col(left[row.frame].pop(0))
            made.append(latest[row.frame].fill_null(0).alias(row.name))
        else:
            missing = latest[row.frame].is_null().cast(pl.Int64)
            made.append((missing * OPEN).alias(row.name))
    return made


def serve_counted(folder: Path, *, gaps: bool) -> None:
    """Serve the rule, with and without trace, where certificates are counted already."""
    pl.Config.set_streaming_chunk_size(CHUNK)
    lowered = lowered_for(folder, gaps=gaps)
    frame = load(folder, [*FLAGS, *AMOUNTS, *COUNTS])
    frame = frame.select(*FLAGS, *AMOUNTS, *counted(lowered)).rechunk()
    runs: dict[str, Callable[[], pl.DataFrame]] = {}
    for name, trace in (("plain", False), ("trace", True)):
        results = results_of(lowered, trace=trace)
        plan = with_nodes(frame.lazy(), results).select(list(results))
        runs[name] = partial(plan.collect, engine="streaming")
    serve(runs, partial(named, gaps=gaps))


def named(out: pl.DataFrame, *, gaps: bool) -> pl.DataFrame:
    """Results under the names that the bench compares."""
    if gaps:
        return out.select("verdict", low="least_score", high="most_score")
    assert out["least_score"].equals(out["most_score"])
    return out.select("verdict", score="least_score")


def serve_frames(folder: Path) -> None:
    """Serve the rule on enterprises and the frames of their certificates."""
    book = load_rulebook()
    rule = book.find(RULE, AS_OF)
    frames = {name: load(folder / name) for name in FRAMES}
    frames["enterprises"] = load(folder / "complete", ["enterprise_code", *FLAGS, *AMOUNTS])
    serve({"plain": partial(run, rule, book, frames, AS_OF)}, partial(named, gaps=False))


def one(folder: Path) -> dict[str, Any]:
    """The medians of the seconds for an enterprise with gaps, among the first of the folder."""
    facts = pl.scan_parquet(folder / "gaps" / "0000.parquet").head(ONES).collect()
    codes = facts["enterprise_code"]
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {
        code: {name: [] for name in FRAMES} for code in codes
    }
    for name in FRAMES:
        owned = pl.scan_parquet(folder / name / "0000.parquet")
        for row in (
            owned.filter(pl.col("enterprise_code").is_in(codes.implode())).collect().to_dicts()
        ):
            rows[row["enterprise_code"]][name].append(row)
    enterprises = facts.select("enterprise_code", *FLAGS, *AMOUNTS).to_dicts()
    book = load_rulebook()
    single = Single(book.find(RULE, AS_OF), book, AS_OF)
    timed: dict[str, Any] = {"rows": len(enterprises)}
    for name, call in (("seconds", single.values), ("named", single.outcome)):
        seconds: list[float] = []
        for enterprise in enterprises:
            related = rows[enterprise["enterprise_code"]]
            began = time.perf_counter()
            call(enterprise, related)
            seconds.append(time.perf_counter() - began)
        timed[name], timed[f"{name}_mean"] = statistics.median(seconds), statistics.fmean(seconds)
    return timed


def rulebook(folder: Path) -> dict[str, Any]:
    """Every rule that judges enterprises, one after another; the verdicts are kept."""
    book = load_rulebook()
    frames = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    rules, verdicts = rules_of(book), list[pl.Series]()
    began = time.perf_counter()
    for rule in rules:
        verdicts.append(run(rule, book, frames, AS_OF)["verdict"].alias(rule.key))
    seconds = time.perf_counter() - began
    rows, columns = frames["enterprises"].shape
    return {
        "seconds": seconds,
        "peak_mib": peak_mib(),
        "rules": len(verdicts),
        "rows": rows,
        "columns": columns,
    }


def main() -> None:
    """Serve or time what is asked for."""
    folder, what = Path(sys.argv[1]), sys.argv[2]
    if what in {"complete", "gaps"}:
        serve_counted(folder, gaps=what == "gaps")
    elif what == "frames":
        serve_frames(folder)
    else:
        print(json.dumps(one(folder) if what == "one" else rulebook(folder)))


if __name__ == "__main__":
    main()

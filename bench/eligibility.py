"""The technology SME rule over many enterprises: our engine, its peers, and who is right."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from bench.eligibility_peers.environment import ROOT, peers_python
from bench.workers import Runner, Worker, alternate, once

Rows = list[tuple[str, str]]
CACHE = ROOT / ".cache" / "bench-enterprises"
POLARS, OPENFISCA = "eligibility_peers.polars_peer", "eligibility_peers.openfisca_peer"
OURS, EXACT = "eligibility_ours", "eligibility_peers.exact"
RULEBOOK_ROWS, QUICK_ROWS, FULL_ROWS = 1_000_000, 200_000, 10_000_000


@dataclass(frozen=True)
class Run:
    """What every measurement needs: the data, a folder for results, the peers and the rounds."""

    data: Path
    results: Path
    peers: Path
    rounds: int


def measure(rows: int, seed: int, rounds: int) -> Iterator[tuple[str, Rows]]:
    """Every measurement, each as soon as it is done.

    Seconds are medians with the extremes in brackets, `×` is the median of the rounds' own ratios,
    and memory is the most that the process held, with the data.
    """
    began = time.perf_counter()
    data, kept = enterprises(rows, seed)
    made = "kept from before" if kept else f"made in {time.perf_counter() - began:.0f} s"
    yield "Enterprises", [("rows", f"{rows:,}, {made}")]
    with TemporaryDirectory() as folder:
        run = Run(data, Path(folder), peers_python(), rounds)
        yield "Technology SME rule, no fact missing", complete(run)
        yield "The same with 3 % of every fact missing", gaps(run)
        yield "Counting the certificates too", frames(run)
        yield "One enterprise", one(run)
    yield "The whole rulebook", rulebook(min(rows, RULEBOOK_ROWS), seed)


def enterprises(rows: int, seed: int) -> tuple[Path, bool]:
    """The folder of the data, and whether it was there already. Data of older code go."""
    source = Path(__file__).with_name("enterprises.py").read_bytes()
    folder = CACHE / hashlib.sha256(source).hexdigest()[:12] / f"{rows}-{seed}"
    if (folder / "ready").exists():
        return folder, True
    if CACHE.exists():
        for old in CACHE.iterdir():
            if old != folder.parent:
                shutil.rmtree(old)
    command = [sys.executable, "-m", "bench.enterprises", str(folder)]
    subprocess.run([*command, "--rows", str(rows), "--seed", str(seed)], check=True, cwd=ROOT)
    return folder, False


def complete(run: Run) -> Rows:
    """Ours, with and without trace, beside Polars by hand and OpenFisca."""
    data = run.data / "complete"
    with ExitStack() as stack:
        hand = stack.enter_context(Worker(POLARS, data))
        ours = stack.enter_context(Worker(OURS, data, "complete"))
        fisca = stack.enter_context(Worker(OPENFISCA, data, python=run.peers))
        cast = stack.enter_context(Worker(OPENFISCA, data, "--cast", python=run.peers))
        plain = Runner("ours", ours, "plain")
        runners = [
            plain,
            Runner("Polars by hand, whole numbers", hand, "integers"),
            Runner("Polars by hand, divided floats", hand, "floats"),
            Runner("OpenFisca", fisca, "rule"),
            Runner("OpenFisca, columns cast before", cast, "rule"),
        ]
        alternate(runners, run.rounds)
        right = _saved(hand, "integers", run.results)
        out = [("right by whole numbers", _checked(data, right))]
        out += [_line(runner, plain, right) for runner in runners]
    with ExitStack() as stack:
        ours = stack.enter_context(Worker(OURS, data, "complete"))
        double = stack.enter_context(Worker(OPENFISCA, data, "--double", python=run.peers))
        again, trace = Runner("ours once more", ours, "plain"), Runner("its trace", ours, "trace")
        changed = Runner("OpenFisca changed to 64 bits", double, "rule")
        alternate([again, trace, changed], run.rounds)
        out += [_line(runner, again, right) for runner in (again, trace, changed)]
    return [*out, ("aims", "OpenFisca ≥ 30 × ours, Polars by hand ≥ 0.67 ×, trace ≤ 3 ×")]


def gaps(run: Run) -> Rows:
    """Ours in three values, beside two hand-written expressions and OpenFisca, which has two."""
    data, full = run.data / "gaps", run.data / "complete"
    with ExitStack() as stack:
        ours = stack.enter_context(Worker(OURS, data, "gaps"))
        hand = stack.enter_context(Worker(POLARS, full))
        three = stack.enter_context(Worker(POLARS, data))
        fisca = stack.enter_context(Worker(OPENFISCA, full, python=run.peers))
        plain, trace = Runner("ours", ours, "plain"), Runner("its trace", ours, "trace")
        by_hand = Runner("Polars by hand, three values", three, "gaps")
        two = [
            Runner("Polars by hand, two values", hand, "integers"),
            Runner("OpenFisca, two values", fisca, "rule"),
        ]
        alternate([plain, trace, by_hand, *two], run.rounds)
        right = _saved(three, "gaps", run.results)
        out = [("right by whole numbers", _checked(data, right))]
        out += [_line(runner, plain, right) for runner in (plain, trace, by_hand)]
        out += [_line(runner, plain) for runner in two]
    return [*out, ("aims", "OpenFisca ≥ 15 × ours, Polars of two values ≥ 0.33 ×, trace ≤ 3 ×")]


def frames(run: Run) -> Rows:
    """Ours from the frames of certificates themselves."""
    with Worker(OURS, run.data, "frames") as ours, Worker(POLARS, run.data / "complete") as hand:
        right = _saved(hand, "integers", run.results)
        runner = Runner("ours", ours, "plain")
        alternate([runner], run.rounds)
        return [_line(runner, runner, right)]


def one(run: Run) -> Rows:
    """One enterprise at a time, in process."""
    data = run.data / "complete"
    zen_file = run.results / "zen.parquet"
    zen = once("eligibility_peers.zen_peer", data, zen_file, python=run.peers)
    fisca = once(OPENFISCA, data, "--one", python=run.peers)
    with Worker(POLARS, data) as hand:
        hand.run("integers")
        right = pl.read_parquet(_saved(hand, "integers", run.results)).head(zen["rows"])
    wrong = _wrong(pl.read_parquet(zen_file), right)
    ours = once(OURS, run.data, "one")
    traced, outcome = ours["seconds"] * 1e6, ours["named"] * 1e6
    return [
        ("ours, three values, trace", f"{traced:.1f} µs, mean {ours['seconds_mean'] * 1e6:.1f} µs"),
        ("ours, conditions by their names", f"{outcome:.1f} µs"),
        ("GoRules zen", f"{zen['seconds'] * 1e6:.0f} µs, wrong: {wrong} in {zen['rows']:,}"),
        ("OpenFisca", f"{fisca['seconds'] * 1e6:.0f} µs"),
        ("aim", "ours with trace ≤ 10 µs"),
    ]


def rulebook(rows: int, seed: int) -> Rows:
    """Every rule that judges enterprises, over enterprises with gaps in every fact."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.every_fact", folder]
        subprocess.run([*command, "--rows", str(rows), "--seed", str(seed)], check=True, cwd=ROOT)
        told = once(OURS, folder, "rulebook")
    return [
        ("rules", f"{told['rules']} on {told['rows']:,} enterprises of {told['columns']} columns"),
        ("time", f"{told['seconds']:.1f} s"),
        ("memory", f"{told['peak_mib']:,.0f} MiB, with the data"),
        ("aims", "1,000,000 enterprises ≤ 60 s and ≤ 6,144 MiB"),
    ]


def _line(runner: Runner, base: Runner, right: Path | None = None) -> tuple[str, str]:
    """Its time, its time beside another's, its memory, and how many of its results are wrong."""
    spread = f"{min(runner.seconds):.3f} to {max(runner.seconds):.3f}"
    said = f"{runner.median:.3f} s ({spread})"
    if runner is not base:
        said += f", {runner.beside(base):.2f} × {base.name}"
    said += f", {runner.worker.peak_mib:,.0f} MiB"
    if right is not None:
        runner.worker.run(runner.what)
        given = runner.worker.save(right.with_name("given.parquet"))
        said += f", wrong: {_wrong(pl.read_parquet(given), pl.read_parquet(right))}"
    return runner.name, said


def _saved(worker: Worker, what: str, folder: Path) -> Path:
    worker.run(what)
    return worker.save(folder / f"{what}.parquet")


def _checked(data: Path, right: Path) -> str:
    """What Python's whole numbers say of the results that the others are compared with."""
    told = once(EXACT, data, right)
    return (
        f"wrong: {told['scores']} scores and {told['verdicts']} verdicts in {told['rows']:,} rows, "
        "every row at or beside an edge among them"
    )


def _wrong(given: pl.DataFrame, right: pl.DataFrame) -> str:
    scores = [name for name in right.columns if name != "verdict"]
    differing = [given[name].ne_missing(right[name]).sum() for name in (*scores, "verdict")]
    return f"{max(differing[:-1]):,} scores and {differing[-1]:,} verdicts"

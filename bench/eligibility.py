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
    """Every measurement, each as soon as it is done."""
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
        runners = [
            Runner("ours", ours, "plain"),
            Runner("Polars by hand, whole numbers", hand, "integers"),
            Runner("Polars by hand, divided floats", hand, "floats"),
            Runner("OpenFisca", fisca, "rule"),
        ]
        alternate(runners, run.rounds)
        right = _saved(hand, "integers", run.results)
        out = _beside(runners, "aims: OpenFisca ≥ 30 ×, Polars ≥ 0.67 ×")
        out += [_memory(runner) for runner in (runners[0], runners[1], runners[3])]
        out.append(("checked by whole numbers", _checked(data, right)))
        out += [
            _differing(runner, right, run.results) for runner in runners if runner.worker != hand
        ]
        traced = [Runner("ours", ours, "plain"), Runner("ours with trace", ours, "trace")]
        alternate(traced, run.rounds)
        out += _beside(traced, "aim ≤ 3 × the time")
        out.append(_differing(traced[1], right, run.results))
    with Worker(OPENFISCA, data, "--double", python=run.peers) as double:
        runner = Runner("OpenFisca changed to 64 bits", double, "rule")
        alternate([runner], run.rounds)
        out.append((runner.name, f"{runner.median:.3f} s, {double.peak_mib:,.0f} MiB at most"))
        out.append(_differing(runner, right, run.results))
    return out


def gaps(run: Run) -> Rows:
    """Ours in three values, beside two hand-written expressions and OpenFisca, which has two."""
    data, full = run.data / "gaps", run.data / "complete"
    with ExitStack() as stack:
        ours = stack.enter_context(Worker(OURS, data, "gaps"))
        hand = stack.enter_context(Worker(POLARS, full))
        three = stack.enter_context(Worker(POLARS, data))
        fisca = stack.enter_context(Worker(OPENFISCA, full, python=run.peers))
        runners = [
            Runner("ours", ours, "plain"),
            Runner("ours with trace", ours, "trace"),
            Runner("Polars by hand, three values", three, "gaps"),
            Runner("Polars by hand, two values", hand, "integers"),
            Runner("OpenFisca, two values", fisca, "rule"),
        ]
        alternate(runners, run.rounds)
        out = _beside(runners, "aims: OpenFisca ≥ 15 ×, Polars of two values ≥ 0.33 ×")
        right = _saved(three, "gaps", run.results)
        out.append(("checked by whole numbers", _checked(data, right)))
        return out + [_differing(runner, right, run.results) for runner in runners[:2]]


def frames(run: Run) -> Rows:
    """Ours from the frames of certificates themselves."""
    with Worker(OURS, run.data, "frames") as ours, Worker(POLARS, run.data / "complete") as hand:
        hand.run("integers")
        right = _saved(hand, "integers", run.results)
        runner = Runner("ours", ours, "plain")
        alternate([runner], run.rounds)
        return [
            (runner.name, f"{runner.median:.3f} s, {ours.peak_mib:,.0f} MiB at most"),
            _differing(runner, right, run.results),
        ]


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
    return [
        ("ours, three values, trace", f"{ours['seconds'] * 1e6:.1f} µs (aim ≤ 10)"),
        ("ours, with the sentences", f"{ours['sentences'] * 1e6:.0f} µs"),
        ("GoRules zen", f"{zen['seconds'] * 1e6:.0f} µs, {wrong} in {zen['rows']:,}"),
        ("OpenFisca", f"{fisca['seconds'] * 1e6:.0f} µs"),
    ]


def rulebook(rows: int, seed: int) -> Rows:
    """Every rule over enterprises that have every fact."""
    told = once(OURS, str(rows), "rulebook", str(seed))
    return [
        ("rules", f"{told['rules']} over {rows:,} enterprises"),
        ("time", f"{told['seconds']:.1f} s (aim ≤ 60 for 1,000,000)"),
        ("memory", f"{told['peak_mib']:,.0f} MiB at most (aim ≤ 6,144)"),
    ]


def _beside(runners: list[Runner], aims: str) -> Rows:
    base = runners[0].median
    out = [(runners[0].name, f"{base:.3f} s   ({aims})")]
    for runner in runners[1:]:
        spread = f"{min(runner.seconds):.3f} to {max(runner.seconds):.3f}"
        out.append(
            (runner.name, f"{runner.median:.3f} s ({spread}), {runner.median / base:.2f} × ours")
        )
    return out


def _memory(runner: Runner) -> tuple[str, str]:
    return f"{runner.name}: memory", f"{runner.worker.peak_mib:,.0f} MiB at most, with the data"


def _saved(worker: Worker, what: str, folder: Path) -> Path:
    worker.run(what)
    return worker.save(folder / f"{what}.parquet")


def _checked(data: Path, right: Path) -> str:
    told = once(EXACT, data, right)
    return (
        f"{told['rows']:,} rows, all that stand on or beside an edge among them: "
        f"{told['scores']} wrong scores, {told['verdicts']} wrong verdicts"
    )


def _differing(runner: Runner, right: Path, folder: Path) -> tuple[str, str]:
    runner.worker.run(runner.what)
    given = pl.read_parquet(runner.worker.save(folder / "given.parquet"))
    return f"{runner.name}: wrong", f"{_wrong(given, pl.read_parquet(right))} in {given.height:,}"


def _wrong(given: pl.DataFrame, right: pl.DataFrame) -> str:
    scores = [name for name in right.columns if name != "verdict"]
    differing = [given[name].ne_missing(right[name]).sum() for name in (*scores, "verdict")]
    return f"{max(differing[:-1])} scores and {differing[-1]} verdicts"

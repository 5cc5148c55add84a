"""Print the measurements as a table. Nothing here passes or fails: figures are for people."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from bench import (
    collected,
    eligibility,
    evaluation,
    names,
    office,
    peers,
    policies,
    reading,
    registry,
    registry_import,
)

FULL_BYTES, QUICK_BYTES = 20_000_000, 1_000_000
FULL_STRINGS, QUICK_STRINGS = 5_000, 500
FULL_ROUNDS, QUICK_ROUNDS = 7, 3
FULL_PAGES, QUICK_PAGES = 20, 4
Rows = list[tuple[str, str]]


def measured_reading(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """How fast and how alike reports are read."""
    yield "Reading", reading.throughput(QUICK_BYTES if options.quick else FULL_BYTES, options.seed)
    yield "Growth", reading.growth(2_000_000, options.seed)
    yield "Peers", peers.compare(QUICK_STRINGS if options.quick else FULL_STRINGS, options.seed)
    yield "Start", reading.start_up()


def measured_eligibility(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """How fast and how right rules are decided."""
    rows = options.rows or (eligibility.QUICK_ROWS if options.quick else eligibility.FULL_ROWS)
    return eligibility.measure(rows, options.seed, QUICK_ROUNDS if options.quick else FULL_ROUNDS)


def measured_office(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """How the site stands many readers, and what its lists cost."""
    return office.measure(QUICK_PAGES if options.quick else FULL_PAGES)


def measured_registry(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """What pages of the registry cost with many enterprises."""
    return registry.measure(options.rows or (registry.QUICK if options.quick else registry.FULL))


def measured_import(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """What an import of a large workbook costs beside reading and writing it at all."""
    if options.cells:
        return registry_import.measure_cells(options.cells)
    quick = registry_import.QUICK if options.quick else registry_import.FULL
    return registry_import.measure(options.rows or quick)


def measured_names(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """How right and how fast names are compared with a register."""
    return names.measure(
        options.rows or (names.QUICK if options.quick else names.FULL), options.seed
    )


def measured_collections(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """What it costs to send a form out in parts and to merge what comes back."""
    return collected.measure(*(collected.QUICK if options.quick else collected.FULL))


def measured_policies(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """What a run of every rule costs beside the bare work, the ladder, and the pages on it."""
    return policies.measure(options.rows or (policies.QUICK if options.quick else policies.FULL))


def measured_evaluation(options: argparse.Namespace) -> Iterator[tuple[str, Rows]]:
    """How fast uncertainty is simulated, beside the bare products and sorts."""
    quick = evaluation.QUICK if options.quick else evaluation.FULL
    return evaluation.measure(*quick, options.seed)


PARTS = {
    "reading": measured_reading,
    "eligibility": measured_eligibility,
    "office": measured_office,
    "registry": measured_registry,
    "import": measured_import,
    "policies": measured_policies,
    "evaluation": measured_evaluation,
    "names": measured_names,
    "collections": measured_collections,
}


def main() -> None:
    """Run the measurements and print them with their seed and the machine."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="only this part (all)")
    parser.add_argument("--quick", action="store_true", help="1 MB of text, 200,000 enterprises")
    parser.add_argument("--rows", type=int, help="enterprises (10,000,000)")
    parser.add_argument("--cells", type=int, help="import: the memory that so many cells take")
    parser.add_argument("--seed", type=int, default=20240101)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {processor()}, ", end="")
    print(f"load {os.getloadavg()[0]:.1f} before the start, seed {options.seed}")
    for part in [options.part] if options.part else PARTS:
        for title, rows in PARTS[part](options):
            print(f"\n{title}", flush=True)
            for name, value in rows:
                print(f"  {name:<34} {value}", flush=True)


def processor() -> str:
    """What the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")


if __name__ == "__main__":
    main()

"""OpenFisca-core over a folder of blocks: `python -m …openfisca_peer FOLDER`.

It is given the frame's columns as they lie in memory, and casts them to its own types; with
`--cast` that is done before the clock runs.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any

import polars as pl
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from bench.eligibility_peers import openfisca_rule as rule
from bench.eligibility_peers.server import load, serve

ROWS_ONE_BY_ONE = 200
INPUTS = (*rule.CLEAR, *rule.NUMBERS, *rule.COUNTS)


def evaluate(system: TaxBenefitSystem, columns: Mapping[str, Any], rows: int) -> tuple[Any, Any]:
    """Score and eligibility of every row."""
    simulation = SimulationBuilder().build_default_simulation(system, rows)
    for name, values in columns.items():
        simulation.set_input(name, rule.PERIOD, values)
    eligible = simulation.calculate("eligible", rule.PERIOD)
    return simulation.calculate("score", rule.PERIOD), eligible


def one_row(system: TaxBenefitSystem, columns: Mapping[str, Any]) -> float:
    """The median of the seconds for one enterprise."""
    seconds: list[float] = []
    for row in range(ROWS_ONE_BY_ONE):
        one = {name: values[row : row + 1] for name, values in columns.items()}
        began = time.perf_counter()
        evaluate(system, one, 1)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def main() -> None:
    """Serve the runs of a folder; `--double` with 64 bits, `--one` one row at a time."""
    system = rule.system(double="--double" in sys.argv)
    frame = load(sys.argv[1], list(INPUTS))
    rows, columns = frame.height, {name: frame[name].to_numpy() for name in INPUTS}
    del frame
    if "--cast" in sys.argv:
        for name in INPUTS:
            columns[name] = columns[name].astype(system.get_variable(name).dtype)
    if "--one" in sys.argv:
        print(json.dumps({"seconds": one_row(system, columns)}))
        return
    serve(
        {"rule": lambda: evaluate(system, columns, rows)},
        lambda out: pl.DataFrame({"score": out[0], "verdict": out[1]}),
    )


if __name__ == "__main__":
    main()

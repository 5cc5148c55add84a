"""GoRules zen, one enterprise at a time: `python -m …zen_peer FOLDER RESULT`.

The rule is a decision of four tables between two nodes of expressions. The result holds the first
rows of the folder, and one line of JSON says the seconds for a row: the median.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import zen

from bench.enterprises import AMOUNTS, COUNTS, FLAGS, TWO_HUNDRED_MILLION

ROWS = 2_000
STAFF, TECHNICAL, REVENUE, ASSETS, COST, SPENT = AMOUNTS
STAFF_BANDS = {"0.3": 20, "0.25": 16, "0.2": 12, "0.15": 8, "0.1": 4}
REVENUE_BANDS = {"0.06": 50, "0.05": 40, "0.04": 30, "0.03": 20, "0.02": 10}
COST_BANDS = {"0.3": 50, "0.25": 40, "0.2": 30, "0.15": 20, "0.1": 10}
Lines = list[tuple[tuple[str, ...], int]]


def shares(bands: dict[str, int]) -> Lines:
    """The lines of a table of shares, highest first."""
    return [((f">= {least}",), points) for least, points in bands.items()]


def table(name: str, fields: tuple[str, ...], lines: Lines) -> dict[str, Any]:
    """A table that gives points by the first line that holds, else none."""
    rules = [*lines, (("",) * len(fields), 0)]
    return {
        "id": name,
        "name": name,
        "type": "decisionTableNode",
        "content": {
            "hitPolicy": "first",
            "inputs": [{"id": field, "name": field, "field": field} for field in fields],
            "outputs": [{"id": "out", "name": name, "field": name}],
            "rules": [
                {"_id": str(number), **dict(zip(fields, tests, strict=True)), "out": str(points)}
                for number, (tests, points) in enumerate(rules)
            ],
            "passThrough": True,
            "executionMode": "single",
        },
    }


def formulas(name: str, values: dict[str, str], *, keep: bool) -> dict[str, Any]:
    """A node of expressions; `keep` hands on what came in."""
    expressions = [{"id": key, "key": key, "value": value} for key, value in values.items()]
    content = {"expressions": expressions, "passThrough": keep, "executionMode": "single"}
    return {"id": name, "name": name, "type": "expressionNode", "content": content}


def decision() -> str:
    """The rule in JSON."""
    results: Lines = [((">= 1", ""), 30)]
    results += [(("", f">= {least}"), 6 * least) for least in (4, 3, 2, 1)]
    merit = " or ".join(f"{name} >= 1" for name in COUNTS[2:])
    score = "staff_score + max([by_revenue, by_cost]) + ip_score"
    limits = f"{REVENUE} <= {TWO_HUNDRED_MILLION} and {ASSETS} <= {TWO_HUNDRED_MILLION}"
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        formulas(
            "shares",
            {
                "staff_share": f"{STAFF} > 0 ? {TECHNICAL} / {STAFF} : 0",
                "revenue_share": f"{REVENUE} > 0 ? {SPENT} / {REVENUE} : 0",
                "cost_share": f"{COST} > 0 ? {SPENT} / {COST} : 0",
            },
            keep=True,
        ),
        table("staff_score", ("staff_share",), shares(STAFF_BANDS)),
        table("by_revenue", ("revenue_share",), shares(REVENUE_BANDS)),
        table("by_cost", ("cost_share",), shares(COST_BANDS)),
        table("ip_score", ("ip_i", "ip_ii"), results),
        formulas(
            "decide",
            {
                "score": score,
                "verdict": f"{' and '.join(FLAGS)} and {STAFF} <= 5000000 and {limits} and "
                f"(({score} >= 60 and staff_score > 0) or {merit})",
            },
            keep=False,
        ),
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ]
    names = [str(node["id"]) for node in nodes]
    edges = [
        {"id": f"{one}-{two}", "type": "edge", "sourceId": one, "targetId": two}
        for one, two in pairwise(names)
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def main() -> None:
    """Decide the first rows, write them and say how long a row took."""
    scan = pl.scan_parquet(Path(sys.argv[1]) / "*.parquet")
    rows = scan.select(*FLAGS, *AMOUNTS, *COUNTS).head(ROWS).collect().to_dicts()
    rule = zen.ZenEngine().create_decision(decision())
    rule.evaluate(rows[0])
    answers: list[dict[str, Any]] = []
    seconds: list[float] = []
    for row in rows:
        began = time.perf_counter()
        told = rule.evaluate(row)
        seconds.append(time.perf_counter() - began)
        answers.append(told["result"])
    made = pl.DataFrame(
        {
            "score": [int(answer["score"]) for answer in answers],
            "verdict": [bool(answer["verdict"]) for answer in answers],
        }
    )
    made.write_parquet(Path(sys.argv[2]))
    print(json.dumps({"rows": len(rows), "seconds": statistics.median(seconds)}))


if __name__ == "__main__":
    main()

"""The processes of the measurement of evaluations; each answers one line of JSON."""

from __future__ import annotations

import hashlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from kechuang.evaluation.aggregation import Aggregation
from kechuang.evaluation.alternatives import Alternatives
from kechuang.evaluation.arrays import Array
from kechuang.evaluation.choices import Choices, Draws, draws_of
from kechuang.evaluation.evaluating import evaluate, evaluate_panel
from kechuang.evaluation.normalisation import Normalisation, normalise
from kechuang.evaluation.placing import ranks_of, threads
from kechuang.evaluation.problems import problem_of
from kechuang.evaluation.quantiles import quantiles
from kechuang.evaluation.scheme import Scheme
from kechuang.evaluation.scoring import scores_of
from kechuang.evaluation.table import panel_of
from kechuang.evaluation.trees import Joint, Tree
from kechuang.evaluation.uncertainty import Problem, simulate, simulate_draws

MIB = 1024
ROUNDS = 5
LOOPED, PLAIN = 100, 20
SHARES = (0.05, 0.5, 0.95)
SCALES = (
    Normalisation(low=1),
    Normalisation("z_score", centre=10, spread=2),
    Normalisation("percentile_rank"),
    Normalisation("distance_to_best"),
)
MEANS = (Aggregation(), Aggregation("geometric"))
BRANCHES = (4, 4, 3, 3, 3)


def asem(shared: str, folder: str, seed: int) -> dict[str, Any]:
    """A thousand draws from the raw data on, and the same draws without any shortcut."""
    sys.path.insert(0, str(Path("tests", "evaluation").resolve()))
    made = import_module("asem")
    scheme, data = made.asem_scheme(Path(shared), Path(folder)), made.asem_data(Path(shared))
    alternatives = Alternatives(
        points=(1, 2, 3, 4, 5), normalisations=SCALES[:2], aggregations=MEANS, noise=0.25
    )
    begun = time.process_time()
    panel = panel_of(scheme, data)
    problem = problem_of(evaluate_panel(scheme, panel), panel, alternatives)
    scales = time.process_time() - begun
    simulate(problem, 1000, seed).intervals()
    processor = time.process_time() - begun
    columns = sum(problem.choices.inputs(problem.tree).values())
    points = np.random.default_rng(seed).random((1000, columns))
    draws = draws_of(points, problem.tree, problem.choices)
    scores = simulate_draws(problem, draws).scores
    begun = time.process_time()
    looped = np.array([_by_tree(problem, draws, row) for row in range(1000)])
    loop = time.process_time() - begun
    begun = time.process_time()
    plain = [evaluate(_drawn(scheme, alternatives, draws, row), data).total for row in range(PLAIN)]
    took = time.process_time() - begun
    apart = max(
        np.abs(scores / looped - 1).max(), np.abs(scores[:PLAIN] / np.array(plain) - 1).max()
    )
    return {
        "processor": processor,
        "scales": scales,
        "draws": processor - scales,
        "loop": loop,
        "plain": took * 1000 / PLAIN,
        "sample": PLAIN,
        "apart": float(apart),
    }


def _by_tree(problem: Problem, draws: Draws, row: int) -> Array:
    """One draw over scores of indicators that are already there, branch by branch."""
    factors = draws.multipliers[row]
    weights = [
        (np.array(joint.weights) * factors[list(joint.parts)]).tolist()
        for joint in problem.tree.joints
    ]
    mean = MEANS[int(draws.aggregations[row, 0])]
    tree = problem.tree.with_weights(weights).with_aggregations([mean] * len(weights))
    return tree.total(problem.matrices[int(draws.scales[row])])


def _drawn(scheme: Scheme, alternatives: Alternatives, draws: Draws, row: int) -> Scheme:
    """One draw as a scheme of its own."""
    at, normalisation = divmod(int(draws.scales[row]), len(alternatives.normalisations))
    places = [*scheme.indicators, *scheme.branches[::-1]]
    factors = dict(zip((each.code for each in places), draws.multipliers[row], strict=True))
    mean = MEANS[int(draws.aggregations[row, 0])]
    return replace(
        scheme,
        indicators=tuple(
            replace(
                each,
                weight=each.weight * factors[each.code],
                treatment=each.treatment and replace(
                    each.treatment, points=alternatives.points[at]
                ),
                normalisation=alternatives.normalisations[normalisation],
            )
            for each in scheme.indicators
        ),
        branches=tuple(
            replace(each, weight=each.weight * factors[each.code], aggregation=mean)
            for each in scheme.branches
        ),
    )  # fmt: skip


def made_up(counties: int, seed: int, means: tuple[Aggregation, ...] = ()) -> Problem:
    """Counties under five branches, on four scales, which are positive for geometric means."""
    random = np.random.default_rng(seed)
    raw = np.exp(random.normal(size=(counties, sum(BRANCHES))))
    scales = SCALES[:1] * len(SCALES) if means else SCALES
    matrices = [normalise(raw, scale) for scale in scales]
    joints, start = list[Joint](), 0
    for count in BRANCHES:
        weights = random.uniform(0.5, 1.5, count).tolist()
        joints.append(Joint(tuple(range(start, start + count)), tuple(weights), Aggregation()))
        start += count
    top = tuple(range(start, start + len(BRANCHES)))
    joints.append(Joint(top, tuple(random.uniform(0.5, 1.5, len(top)).tolist()), Aggregation()))
    tree = Tree(start, tuple(joints), (*(1 for _ in BRANCHES), 0))
    choices = Choices({"normalisation": len(scales)}, means, noise=0.25)
    units = [str(row) for row in range(counties)]
    return Problem(units, tree, matrices[0], matrices, choices, 9)


def counties(count: int, number: int, seed: int) -> dict[str, Any]:
    """Each step beside what it cannot do without, in turn."""
    problem, halves = made_up(count, seed), made_up(count, seed, MEANS)
    draws, of_halves = (_draws(each, number, seed) for each in (problem, halves))
    matrices = [np.ascontiguousarray(each.T) for each in problem.matrices]
    weights = np.random.default_rng(seed).random((len(matrices), number // len(matrices), 17))
    scores = scores_of(problem.tree, problem.matrices, (), draws)
    ranks = ranks_of(scores, problem.decimals)
    nobody = np.zeros(count, dtype=np.bool_)

    def products() -> None:
        found = np.empty((number, count))
        for at, matrix in enumerate(matrices):
            rows = slice(at * weights.shape[1], (at + 1) * weights.shape[1])
            np.matmul(weights[at], matrix, out=found[rows])

    def argsort(start: int) -> None:
        np.argsort(scores[start : start + 256], axis=1)

    def argsort_shared() -> None:
        with ThreadPoolExecutor(threads()) as pool:
            list(pool.map(argsort, range(0, number, 256)))

    def both() -> None:
        quantiles(ranks_of(scores, problem.decimals), SHARES, nobody)

    took = _in_turn(
        {
            "products": products,
            "scores": lambda: scores_of(problem.tree, problem.matrices, (), draws),
            "argsort": lambda: [argsort(start) for start in range(0, number, 256)],
            "argsort_shared": argsort_shared,
            "ranks": lambda: ranks_of(scores, problem.decimals),
            "both": both,
            "intervals": lambda: quantiles(ranks, SHARES, nobody),
            "geometric": lambda: scores_of(halves.tree, halves.matrices, MEANS, of_halves),
        }
    )
    told: dict[str, Any] = {name: statistics.median(times) for name, times in took.items()}
    for ours, bare in (
        ("scores", "products"), ("ranks", "argsort_shared"), ("both", "argsort_shared"),
    ):  # fmt: skip
        pairs = zip(took[ours], took[bare], strict=True)
        told[f"{ours} / {bare}"] = statistics.median(one / other for one, other in pairs)
    begun = time.perf_counter()
    for row in range(LOOPED):
        _looped(problem, draws, row)
    loop = (time.perf_counter() - begun) * number / LOOPED
    return told | {"loop": loop, "threads": threads()}


def _draws(problem: Problem, number: int, seed: int) -> Draws:
    columns = sum(problem.choices.inputs(problem.tree).values())
    points = np.random.default_rng(seed).random((number, columns))
    return draws_of(points, problem.tree, problem.choices)


def _looped(problem: Problem, draws: Draws, row: int) -> Array:
    """One draw as one writes it at first: each branch's weighted mean, then places by argsort."""
    values = [*problem.matrices[int(draws.scales[row])].T]
    for joint in problem.tree.joints:
        weights = np.array(joint.weights) * draws.multipliers[row][list(joint.parts)]
        values.append(np.average([values[part] for part in joint.parts], axis=0, weights=weights))
    return np.argsort(np.argsort(-values[-1])) + 1


def _in_turn(steps: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """The seconds of each in every round; a first one warms up."""
    took: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(ROUNDS + 1):
        for name, act in steps.items():
            begun = time.perf_counter()
            act()
            if turn:
                took[name].append(time.perf_counter() - begun)
    return took


def memory(count: int, number: int, seed: int) -> dict[str, Any]:
    """The whole by itself: its peak, and what its bytes are."""
    found = simulate(made_up(count, seed), number, seed)
    intervals = found.intervals()
    digest = hashlib.sha256()
    for each in (found.scores, found.places, intervals.low, intervals.median, intervals.high):
        digest.update(np.ascontiguousarray(each).data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return {"peak": peak, "digest": digest.hexdigest()}


def main() -> None:
    """Answer one question."""
    what, *arguments = sys.argv[1:]
    if what == "asem":
        shared, folder, seed = arguments
        told = asem(shared, folder, int(seed))
    else:
        told = {"counties": counties, "memory": memory}[what](*map(int, arguments))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()

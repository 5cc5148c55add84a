"""How fast uncertainty is simulated, beside plain NumPy, and whether the numbers are the same."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.workers import once

Rows = list[tuple[str, str]]
FULL, QUICK = (2_900, 10_000), (2_900, 1_000)


def measure(counties: int, draws: int, seed: int) -> Iterator[tuple[str, Rows]]:
    """The index of 51 countries where its data are here, then many counties."""
    shared = os.environ.get("KECHUANG_SHARED")
    if shared and Path(shared, "data", "asem").is_dir():
        with tempfile.TemporaryDirectory(prefix="bench-evaluation") as folder:
            told = once("evaluation_worker", "asem", shared, folder, str(seed))
        yield "1,000 draws of the ASEM index (5 × 2 scales, weights ± 25 %, 2 means)", _asem(told)
    arguments = (str(counties), str(draws), str(seed))
    speed = once("evaluation_worker", "counties", *arguments)
    memory = [once("evaluation_worker", "memory", *arguments) for _ in range(2)]
    title = f"{draws:,} draws of {counties:,} counties × 17 indicators (4 scales, weights ± 25 %)"
    yield title, _counties(speed, memory)


def _asem(told: dict[str, Any]) -> Rows:
    return [
        ("all of it, of the processor", f"{told['processor']:.2f} s (aim 1.45)"),
        ("of it the ten scales", f"{told['scales']:.2f} s"),
        ("of it draws and intervals", f"{told['draws']:.2f} s"),
        (
            "a plain loop over the same scales",
            f"{told['loop']:.2f} s, {told['loop'] / told['draws']:.0f} × as long as the draws",
        ),
        (
            "each draw evaluated from the data",
            f"{told['plain']:.1f} s ({told['sample']} of them, scaled up)",
        ),
        ("scores beside these, relatively", f"at most {told['apart']:.1e} apart (aim 1e-9)"),
    ]


def _counties(speed: dict[str, Any], memory: list[dict[str, Any]]) -> Rows:
    same = len({each["digest"] for each in memory}) == 1
    return [
        ("bare matrix products, float64", f"{speed['products']:.2f} s"),
        ("scores", f"{_beside(speed, 'scores', 'products')} (aim 3)"),
        ("bare blocked argsort", f"{speed['argsort']:.2f} s"),
        ("the same on all threads", f"{speed['argsort_shared']:.2f} s"),
        ("ranks", f"{_beside(speed, 'ranks', 'argsort_shared')} (aim 1.3)"),
        ("rank intervals from the ranks", f"{speed['intervals']:.2f} s"),
        ("ranks and intervals", f"{_beside(speed, 'both', 'argsort_shared')}"),
        ("a plain NumPy loop, ranks included", f"{speed['loop']:.1f} s (scaled up)"),
        ("with half of the draws geometric", f"scores {speed['geometric']:.2f} s"),
        ("peak memory of the whole", f"{memory[0]['peak']:.0f} MiB (aim 572, 600 MB)"),
        ("bytes of two runs of one seed", "equal" if same else "NOT EQUAL"),
        ("threads", str(speed["threads"])),
    ]


def _beside(speed: dict[str, Any], ours: str, bare: str) -> str:
    """The median, and the median of how many times as long as what ran just before it."""
    return f"{speed[ours]:.2f} s, {speed[f'{ours} / {bare}']:.2f} ×"

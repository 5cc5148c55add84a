"""How fast and how right names are compared, beside plain equality and a plain edit distance."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.eligibility_peers.environment import ROOT
from bench.name_pairs import Pair, pairs, register
from kechuang.matching.names import Firm, Match, Register, Verdict, match

Rows = list[tuple[str, str]]
FULL, QUICK = 200_000, 20_000
LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Quality:
    """How right the answers are.

    `precision` is the share of what is called 一致 that is right, `recall` the share of the firms
    meant that are found as 一致 or among those of 疑似, `decided` the share found as 一致.
    `doubted` is the share of entries of no firm that are offered one all the same.
    """

    precision: float
    recall: float
    decided: float
    doubted: float
    missed: Counter[str]
    wrong: Counter[str]


def quality(answers: Sequence[tuple[Verdict, Sequence[str]]], asked: Sequence[Pair]) -> Quality:
    """What these answers are worth: the verdict of each entry and the codes of its candidates."""
    same = right = found = decided = doubted = 0
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for (verdict, codes), pair in zip(answers, asked, strict=True):
        if verdict is Verdict.SAME:
            same += 1
            right += codes[0] == pair.truth
            wrong[pair.way] += codes[0] != pair.truth
        if pair.truth is None:
            doubted += verdict is not Verdict.UNKNOWN
        else:
            found += pair.truth in codes
            decided += verdict is Verdict.SAME and codes[0] == pair.truth
            missed[pair.way] += pair.truth not in codes
    meant = sum(pair.truth is not None for pair in asked)
    return Quality(
        right / same if same else 1.0,
        found / meant,
        decided / meant,
        doubted / max(1, len(asked) - meant),
        +missed,
        +wrong,
    )


def ours(firms: Sequence[Firm], asked: Sequence[Pair]) -> list[tuple[Verdict, Sequence[str]]]:
    """The answers of the matcher."""
    found = match([pair.entry for pair in asked], Register(firms))
    return [_told(each) for each in found]


def _told(found: Match) -> tuple[Verdict, Sequence[str]]:
    return found.verdict, [each.code for each in found.candidates]


def equality(firms: Sequence[Firm], asked: Sequence[Pair]) -> list[tuple[Verdict, Sequence[str]]]:
    """What a look-up in a spreadsheet answers."""
    by_name = {firm.name: firm.code for firm in firms}
    found = [by_name.get(pair.entry.name) for pair in asked]
    return [(Verdict.SAME, [code]) if code else (Verdict.UNKNOWN, []) for code in found]


def edit_distance(
    firms: Sequence[Firm], asked: Sequence[Pair]
) -> list[tuple[Verdict, Sequence[str]]]:
    """What a plain edit distance answers: at most two slips, the nearest firm is taken for it."""
    names = [(firm.name, firm.code) for firm in firms]
    answers: list[tuple[Verdict, Sequence[str]]] = []
    for pair in asked:
        best, codes = 3, []
        for name, code in names:
            if abs(len(name) - len(pair.entry.name)) < best:
                steps = _steps(pair.entry.name, name, best)
                if steps < best:
                    best, codes = steps, [code]
                    if not steps:
                        break
        answers.append((Verdict.SAME, codes) if codes else (Verdict.UNKNOWN, []))
    return answers


def _steps(one: str, other: str, most: int) -> int:
    """The edit distance, or `most` where it is no less."""
    row = list(range(len(other) + 1))
    for at, each in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, character in enumerate(other, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (each != character)),
            )
        if min(row) >= most:
            return most
    return min(row[-1], most)


Matcher = Callable[[Sequence[Firm], Sequence[Pair]], list[tuple[Verdict, Sequence[str]]]]


def measure(rows: int, seed: int) -> Iterator[tuple[str, Rows]]:
    """Quality on 2,000 pairs beside the peers, then time and memory with many firms."""
    firms, asked = pairs(seed)
    table: Rows = []
    peers: dict[str, Matcher] = {
        "kechuang": ours, "plain equality": equality, "edit distance ≤ 2": edit_distance,
    }  # fmt: skip
    some = asked[:300]
    for name, matcher in peers.items():
        of = some if matcher is edit_distance else asked
        start = time.perf_counter()
        found = quality(matcher(firms, of), of)
        took = time.perf_counter() - start
        entries = f" ({len(of)} of them)" if of is some else ""
        table.append(
            (
                f"{name}{entries}",
                f"precision {found.precision:.4f}, recall {found.recall:.4f}, decided "
                f"{found.decided:.4f}, doubted in vain {found.doubted:.3f}, {took:.1f} s",
            )
        )
    yield f"{len(asked):,} names against {len(firms):,} firms", table
    told = subprocess.run(
        [sys.executable, "-m", "bench.names", str(rows), str(seed)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    many = json.loads(told.stdout)
    yield (
        f"{LISTED:,} names against {rows:,} firms",
        [
            ("index and match", f"{many['seconds']:.1f} s (aim 5)"),
            ("of it the index", f"{many['index']:.1f} s"),
            ("of the processor, all cores", f"{many['processor']:.1f} s"),
            ("memory above the firms themselves", f"{many['memory']:.0f} MiB"),
        ],
    )


def main() -> None:
    """One run with many firms, in a process of its own so that its memory can be told."""
    rows, seed = int(sys.argv[1]), int(sys.argv[2])
    firms = register(rows, seed)
    _, asked = pairs(seed, firms=LISTED * 3, count=LISTED, dirty=500, near=100)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, worked = time.perf_counter(), time.process_time()
    built = Register(firms)
    index = time.perf_counter() - start
    match([pair.entry for pair in asked], built)
    seconds = time.perf_counter() - start
    processor = time.process_time() - worked
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = (after - before) / 1024
    told = {"seconds": seconds, "index": index, "processor": processor, "memory": memory}
    print(json.dumps(told))


if __name__ == "__main__":
    main()

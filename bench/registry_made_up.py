"""The made-up city as frames, block by block: `python -m bench.registry_made_up 2000000`."""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from datetime import date

from kechuang.office.registry.made_up import blocks

SEED = 20240101
TODAY = date(2026, 7, 1)


def main() -> None:
    """Make so many firms and say how many rows there are, how long it took, and the most memory."""
    count = int(sys.argv[1])
    rows: Counter[str] = Counter()
    start, busy = time.perf_counter(), time.process_time()
    for block in blocks(count, seed=SEED, today=TODAY):
        rows.update({name: frame.height for name, frame in block.items()})
    passed, worked = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = ", ".join(f"{many:,} {name}" for name, many in rows.items())
    sys.stdout.write(f"rows\t{told}\n")
    sys.stdout.write(f"time\t{passed:.0f} s, of the processor {worked:.0f} s\n")
    sys.stdout.write(f"peak memory\t{peak:,.0f} MiB\n")


if __name__ == "__main__":
    main()

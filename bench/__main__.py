"""Print the measurements as a table. Nothing here passes or fails: figures are for people."""

from __future__ import annotations

import argparse
import os
import platform

from bench import peers, reading

FULL_BYTES, QUICK_BYTES = 20_000_000, 1_000_000
FULL_STRINGS, QUICK_STRINGS = 5_000, 500


def main() -> None:
    """Run every measurement and print it with its seed and the machine."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1 MB instead of 20 MB")
    parser.add_argument("--seed", type=int, default=20240101)
    options = parser.parse_args()
    size = QUICK_BYTES if options.quick else FULL_BYTES
    strings = QUICK_STRINGS if options.quick else FULL_STRINGS
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, seed {options.seed}")
    for title, rows in (
        ("Reading", reading.throughput(size, options.seed)),
        ("Growth", reading.growth(2_000_000, options.seed)),
        ("Peers", peers.compare(strings, options.seed)),
        ("Start", reading.start_up()),
    ):
        print(f"\n{title}")
        for name, value in rows:
            print(f"  {name:<30} {value}")


if __name__ == "__main__":
    main()

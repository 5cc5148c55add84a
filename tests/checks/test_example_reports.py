"""The example reports were written without contradictions, so the checks have little to say."""

from __future__ import annotations

import csv
from pathlib import Path

from kechuang.reading.checks import check
from kechuang.reading.model import About, Reading
from kechuang.reading.reader import read_text

MOST_FALSE_FINDINGS = 2


def example_readings(folder: Path) -> list[Reading]:
    with (folder / "about.csv").open(encoding="utf-8", newline="") as rows:
        return [
            read_text(
                (folder / row["file"]).read_bytes().decode("utf-8"),
                doc=Path(row["file"]).stem,
                about=About(row["region"] or None, _year(row["year"]), row["genre"] or None),
            )
            for row in csv.DictReader(rows)
        ]


def _year(written: str) -> int | None:
    return int(written[:4]) if written[:4].isdigit() else None


def test_example_reports_give_next_to_no_findings(project_root: Path) -> None:
    readings = example_readings(project_root / "examples" / "reports")
    found = [finding.message for finding in check(readings)]

    assert len(readings) > 20
    assert len(found) <= MOST_FALSE_FINDINGS, found

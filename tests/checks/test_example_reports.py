"""One example report holds three contradictions; of the others there is little to say."""

from __future__ import annotations

import csv
from pathlib import Path

from kechuang.reading.checks import check
from kechuang.reading.model import About, Reading
from kechuang.reading.reader import read_text

MOST_FALSE_FINDINGS = 2
DRAFT = "27-geng-county-draft-2024"


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
    findings = check([reading for reading in readings if reading.doc != DRAFT])
    found = [finding.message for finding in findings]

    assert len(readings) > 20
    assert len(found) <= MOST_FALSE_FINDINGS, found


def test_the_draft_among_the_examples_shows_its_three_slips(project_root: Path) -> None:
    readings = example_readings(project_root / "examples" / "reports")
    findings = check([reading for reading in readings if reading.doc == DRAFT])

    assert [finding.check for finding in findings] == [
        "growth_against_levels",
        "points_against_shares",
        "share_against_part_and_whole",
    ]

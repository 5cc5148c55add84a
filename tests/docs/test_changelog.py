"""The changelog keeps the form of Keep a Changelog."""

from __future__ import annotations

import re

from tracked import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_versions_are_dated_and_the_newest_comes_first() -> None:
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)

    assert headings[0] == "[Unreleased]"
    assert all(
        re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", text) for text in headings[1:]
    )


def test_sections_have_the_usual_names() -> None:
    sections = re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)

    assert sections != []
    assert set(sections) <= SECTIONS

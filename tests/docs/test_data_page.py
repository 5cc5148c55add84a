"""The page on data files names every code of a problem or note with its meaning."""

from __future__ import annotations

import pytest

from kechuang.eligibility.data import CODES, NOTE_CODES
from tracked import ROOT

PAGE = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", [*CODES, *NOTE_CODES])
def test_code_is_explained(code: str) -> None:
    assert f"| `{code}` | {(CODES | NOTE_CODES)[code]} |" in PAGE

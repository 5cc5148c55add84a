"""How sure a reading is: each doubt takes its share off certainty."""

from __future__ import annotations

from kechuang.reading.drafts import Draft


def grade(draft: Draft) -> float:
    """A number between 0 and 1; from 0.9 on a reading is meant to be right."""
    confidence = 0.97
    if draft.measure is None:
        confidence -= 0.3
    elif len(draft.measure) < 3 or len(draft.measure) > 24:
        confidence -= 0.1
    if draft.quantity.form == "words":
        confidence -= 0.1
    elif draft.quantity.form in ("bare", "ratio"):
        confidence -= 0.15
    if draft.period is None:
        confidence -= 0.05
    if draft.doubts:
        confidence -= 0.05
    return round(max(confidence, 0.05), 2)

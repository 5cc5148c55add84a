"""An error of each kind in made-up texts is found; the same texts without it are left alone."""

from __future__ import annotations

from collections import Counter

import pytest
from made_up import Sample, samples
from marked import reading_of

from kechuang.reading.checks import CHECKS, check

SEED = 20260102
SAMPLES = list(samples(SEED))


def findings(texts: tuple[str, ...], sample: Sample) -> list[str]:
    readings = [
        reading_of(text, sample.region, doc=f"report {number}") for number, text in enumerate(texts)
    ]
    return [found.check for found in check(readings)]


def test_there_are_two_hundred_texts_and_25_of_each_kind() -> None:
    kinds = Counter(sample.check for sample in SAMPLES)

    assert kinds == {one_check.__name__: 25 for one_check in CHECKS}


@pytest.mark.parametrize("kind", [one_check.__name__ for one_check in CHECKS])
def test_injected_error_is_found(kind: str) -> None:
    of_kind = [sample for sample in SAMPLES if sample.check == kind]
    missed = [
        (sample.form, sample.wrong)
        for sample in of_kind
        if kind not in findings(sample.wrong, sample)
    ]

    assert len(missed) <= len(of_kind) // 20, (SEED, missed)


def test_text_without_error_gives_no_finding() -> None:
    told = [
        (sample.form, sample.right, found)
        for sample in SAMPLES
        if (found := findings(sample.right, sample))
    ]

    assert told == [], SEED

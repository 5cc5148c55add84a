"""An error of each kind in made-up texts is found; the same texts without it are left alone.

Once with figures marked by hand, which tests the checks alone, and once as the reader reads them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from made_up import YEAR, Sample, samples
from marked import reading_of, text_of

from kechuang.reading.checks import CHECKS, check
from kechuang.reading.model import About, Reading
from kechuang.reading.reader import read_text

SEED = 20260102
SAMPLES = list(samples(SEED))
KINDS = [one_check.__name__ for one_check in CHECKS]
RECALL = 0.95

Read = Callable[[str, str, str], Reading]


def marked_by_hand(text: str, region: str, doc: str) -> Reading:
    return reading_of(text, region, YEAR, doc)


def as_the_reader_reads(text: str, region: str, doc: str) -> Reading:
    return read_text(text_of(text), doc=doc, about=About(region, YEAR, None))


def findings(read: Read, texts: tuple[str, ...], region: str) -> list[str]:
    readings = [read(text, region, f"report {number}") for number, text in enumerate(texts)]
    return [found.check for found in check(readings)]


def missed(read: Read, some: list[Sample]) -> list[tuple[str, ...]]:
    return [
        (sample.check, *sample.wrong)
        for sample in some
        if sample.check not in findings(read, sample.wrong, sample.region)
    ]


def test_there_are_two_hundred_texts_and_25_of_each_kind() -> None:
    assert Counter(sample.check for sample in SAMPLES) == dict.fromkeys(KINDS, 25)


@pytest.mark.parametrize("kind", KINDS)
def test_every_injected_error_is_found_in_marked_figures(kind: str) -> None:
    of_kind = [sample for sample in SAMPLES if sample.check == kind]

    assert missed(marked_by_hand, of_kind) == [], SEED


def test_injected_errors_are_found_in_what_the_reader_reads() -> None:
    unfound = missed(as_the_reader_reads, SAMPLES)

    assert len(unfound) <= len(SAMPLES) * (1 - RECALL), (SEED, unfound)


@pytest.mark.parametrize("read", [marked_by_hand, as_the_reader_reads])
def test_texts_without_error_give_no_finding(read: Read) -> None:
    told = [
        (sample.right, found)
        for sample in SAMPLES
        if (found := findings(read, sample.right, sample.region))
    ]

    assert told == [], SEED

"""How right the comparison is on a made-up list whose answers are known."""

from __future__ import annotations

import time

import pytest
from bench.name_pairs import pairs, register
from bench.names import equality, ours, quality

from kechuang.matching.names import Register, match


@pytest.mark.parametrize("seed", [20240101, 7])
def test_two_thousand_names_are_told_as_they_should(seed: int) -> None:
    firms, asked = pairs(seed)

    found = quality(ours(firms, asked), asked)
    plain = quality(equality(firms, asked), asked)

    assert len(asked) >= 1_990
    assert (
        sum(pair.way in ("county beside", "trade beside", "works beside") for pair in asked) >= 195
    )
    assert found.precision >= 0.995, found.wrong
    assert found.recall >= 0.98, found.missed
    assert found.decided > plain.decided
    assert found.doubted <= 0.12
    assert plain.recall < 0.75  # the list is as dirty as it is meant to be


def test_a_thousand_names_find_their_firms_among_many_in_time() -> None:
    firms = register(50_000, 3)
    _, asked = pairs(3, firms=3_000, count=1_000, dirty=500, near=100)

    start = time.process_time()
    match([pair.entry for pair in asked], Register(firms))

    # 200,000 firms take at most 5 seconds; a quarter of them, with room for others' work.
    assert time.process_time() - start < 5

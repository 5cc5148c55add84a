"""A report is cut without losing or doubling a character."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.model import About, Figure, Reading
from kechuang.reading.outputs.page_rows import rows
from kechuang.reading.outputs.passages import passages


def test_passages_are_sentences_and_the_lines_between(reading: Reading) -> None:
    pieces = passages(reading)
    texts = [reading.raw[piece.start : piece.end] for piece in pieces]
    assert texts == [
        "一、创新主体",
        "全市高新技术企业由100家增加到150家，增长35%。",
        "科技型中小企业约1200家。",
        "二、成果转化",
        "技术合同成交额23.29亿元，居全省第16位。",
        "每家给予50万元至80万元补助。",
        "特此报告。",
    ]
    assert [len(piece.figures) for piece in pieces] == [0, 3, 1, 0, 2, 1, 0]
    assert [piece.opens for piece in pieces] == [True, True, False, True, True, False, True]


def test_headings_become_rows_of_their_own(reading: Reading) -> None:
    made = list(rows(reading))
    assert [row.heading for row in made] == [True, False, True, False, False]
    assert [len(row.figures) for row in made] == [0, 4, 0, 3, 0]


@given(
    st.text("5项，。\n \u3000甲", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9), st.integers(0, 30)), max_size=8),
)
def test_every_character_and_figure_stands_once(
    make_figure: Callable[..., Figure], raw: str, places: list[tuple[int, int, int]]
) -> None:
    base = make_figure("共5项。", "5项", "5", "项")
    figures = tuple(
        replace(
            base, start=start, end=end, quote=raw[start:end],
            sentence_start=max(0, start - reach), sentence_end=min(len(raw), end + reach),
        )
        for start, length, reach in places
        if (end := min(len(raw), start + length)) > start
    )  # fmt: skip
    reading = Reading("示例", raw, About(), figures)
    pieces = passages(reading)
    assert all(a.end <= b.start for a, b in itertools.pairwise(pieces))
    kept = "".join(raw[piece.start : piece.end] for piece in pieces)
    assert "".join(kept.split()) == "".join(raw.split())
    assert sum(len(piece.figures) for piece in pieces) == len(figures)
    assert sum(len(row.figures) for row in rows(reading)) == len(figures)

"""The review page is one file, needs no script, and shows text as text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from kechuang.reading.documents.html_text import html_text
from kechuang.reading.model import About, Figure, Finding, Reading
from kechuang.reading.outputs import review_page

HOSTILE = "<script>alert(1)</script>\"'&<img src=//x onerror=1>共5项\x00\x1b\u202e"


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [value for _, has in self.tags if (value := has.get(attribute))]


def page(*readings: Reading, findings: tuple[Finding, ...] = ()) -> str:
    return "".join(review_page(readings, findings))


def test_figures_are_marked_and_read_beside(reading: Reading, growth: Finding) -> None:
    made = page(reading, findings=(growth,))
    tags = Tags(made)
    marks = [has for tag, has in tags.tags if tag == "mark"]
    assert len(marks) == 7
    assert all(mark["tabindex"] == "0" for mark in marks)
    assert {str(mark["class"]).split()[0] for mark in marks} == {
        "k-stock", "k-growth", "k-flow", "k-rank", "k-standard",
    }  # fmt: skip
    assert "23.29 亿元" in made
    assert "2024年1月—7月" in made
    assert made.count('class="flag">待核') == 1


def test_kinds_carry_a_word_beside_their_colour(reading: Reading) -> None:
    signs = Tags(page(reading)).values("data-s")
    assert signs == ["存1", "存2", "增3", "存4", "流5", "位6", "标7"]


def test_a_finding_stands_beside_the_text_and_links_to_its_figures(
    reading: Reading, growth: Finding
) -> None:
    tags = Tags(page(reading, findings=(growth,)))
    ids = tags.values("id")
    assert len(ids) == len(set(ids))
    targets = [link[1:] for link in tags.values("href") if link.startswith("#")]
    assert set(targets) <= set(ids)
    assert "x1" in ids
    assert {"f1-1", "f1-2", "f1-3"} <= set(targets)
    assert set(tags.values("aria-describedby")) <= set(ids)


def test_nothing_is_loaded_and_nothing_runs(reading: Reading) -> None:
    made = page(reading)
    tags = Tags(made)
    assert {tag for tag, _ in tags.tags} & {"script", "img", "link", "iframe", "object"} == set()
    assert all(link.startswith("#") for link in tags.values("href"))
    assert not tags.values("src")
    assert not tags.values("style")
    assert "url(" not in made
    assert "@import" not in made
    assert "http:" not in made
    assert "https:" not in made
    policy = next(text for text in tags.values("content") if "default-src" in text)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_policy_names_the_very_style_sheet(reading: Reading) -> None:

    made = page(reading)
    found = re.search(r"<style>(.*?)</style>", made, re.DOTALL)
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"sha256-{digest}" in made


def test_hostile_text_stays_text(make_figure: Callable[..., Figure]) -> None:
    made = make_figure(HOSTILE, "5项", "5", "项")
    made = replace(
        made, doc=HOSTILE, measure=HOSTILE, subject=HOSTILE, section=HOSTILE, indicator=HOSTILE,
        period=HOSTILE, unit="项<b>",
    )  # fmt: skip
    reading = Reading(HOSTILE, HOSTILE, About(HOSTILE, 2024, HOSTILE), (made,))
    finding = Finding(HOSTILE, (made,), HOSTILE, HOSTILE, 0.5, HOSTILE)
    written = page(reading, reading, findings=(finding,))
    assert {"script", "img"} & {tag for tag, _ in Tags(written).tags} == set()
    assert not {"\x00", "\x1b", "\u202e"} & set(written)


def test_a_report_without_figures_says_so() -> None:
    written = page(Reading("示例", "没有数据。", About(), ()))
    assert "没有读出数据" in written
    assert "没有疑点" in written


@given(st.text(max_size=200))
def test_the_whole_text_of_any_report_is_shown(raw: str) -> None:
    written = page(Reading("示例", raw, About(), ()))
    shown = "".join(html_text(written).split())
    for word in re.findall("[一-龥0-9]+", raw):
        assert word in shown


def test_many_figures_stay_within_reason(make_figure: Callable[..., Figure]) -> None:
    sentence = "全市共5项。"
    base = make_figure(sentence, "5项", "5", "项")
    figures = tuple(
        replace(base, start=at + 3, end=at + 5, sentence_start=at, sentence_end=at + len(sentence))
        for at in range(0, 10_000 * len(sentence), len(sentence))
    )
    written = page(Reading("示例", sentence * 10_000, About(), figures))
    assert written.count("<mark ") == 10_000
    assert len(written.encode()) < 12_000_000

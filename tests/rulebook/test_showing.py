"""The page and the data of a rule: all that the file says, harmless, complete, for printing."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.content import expressions
from kechuang.rulebook.exporting import rule_data, tree_data
from kechuang.rulebook.expressions import Name
from kechuang.rulebook.library import load_rulebook, read_rulebook
from kechuang.rulebook.model import Rule
from kechuang.rulebook.pages import Heading, Item, Outline, Paragraph, Table, html, markdown
from kechuang.rulebook.parsing import parse
from kechuang.rulebook.showing import shown
from kechuang.rulebook.thresholds import thresholds, unverified
from kechuang.rulebook.wording import Language, wordings
from kechuang.rulebook.writing import written
from tracked import ROOT

BOOK = load_rulebook(ROOT / "examples" / "rules")
RULES = list(BOOK)
DAY = date(2026, 7, 1)


class Checker(HTMLParser):
    """Notes what a page would load or run, and whether its elements are closed in order."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    return checker


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_every_rule_is_shown_whole(rule: Rule, language: Language) -> None:
    text = shown(rule, BOOK, DAY, language, "md")
    plain = text.replace("\\", "")
    rows = [line.replace("*", "") for line in text.splitlines() if line.startswith("|")]

    assert all(each.name in plain for each in rule.all_conditions())
    assert all(each.title in plain for each in rule.documents)
    assert all(note in plain for note in rule.notes)
    for each in thresholds(rule):
        assert any(line.startswith(f"| {each.place} |") for line in rows)


@pytest.mark.parametrize(("language", "mark"), [("zh", "未核实"), ("en", "UNVERIFIED")])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_what_nobody_has_read_in_its_document_is_marked(
    rule: Rule, language: Language, mark: str
) -> None:
    text = shown(rule, BOOK, DAY, language, "md")

    assert (mark in text) is (unverified(rule) > 0 or rule.status == "unverified")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_the_page_of_every_rule_loads_and_runs_nothing(rule: Rule) -> None:
    page = shown(rule, BOOK, DAY, "zh", "html")
    checker = checked(page)

    assert checker.tags.isdisjoint({"script", "img", "link", "iframe", "form", "object"})
    assert checker.attributes.isdisjoint({"src", "onclick", "onload", "style"})
    assert "default-src &#x27;none&#x27;; style-src &#x27;sha256-" in page
    assert "url(" not in page
    assert "@import" not in page
    assert "@media print" in page


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_the_data_of_every_rule_hold_every_expression(rule: Rule) -> None:
    data = json.loads(json.dumps(rule_data(rule), ensure_ascii=False))
    text = json.dumps(data, ensure_ascii=False)

    assert data["rule"] == rule.id
    assert len(data["cases"]) == len(rule.cases)
    for each in thresholds(rule):
        assert f'"parameter": "{each.place}"' in text
    for placed in expressions(rule):
        if not isinstance(placed.tree, Name):
            assert f'"written": {json.dumps(written(placed.tree), ensure_ascii=False)}' in text


def test_the_labels_of_both_languages_are_the_same() -> None:
    words = {"符合", "不符合", "缺数据", "round_分", "round_元", "round_万元"}

    for part in ("labels", "differences"):
        both = wordings()[part]
        assert set(both["zh"]) | words == set(both["en"]) | words  # pyright: ignore[reportArgumentType]
    assert set(wordings()["zh"]) == set(wordings()["en"])


def hostile(tmp_path: Path, name: str) -> tuple[Rule, Rulebook]:
    text = (ROOT / "examples/rules/local_rd_award.2026.yaml").read_text(encoding="utf-8")
    path = tmp_path / "own.yaml"
    path.write_text(
        text.replace("甲县研发投入奖励", name).replace("在甲县注册", name), encoding="utf-8"
    )
    book, problems = read_rulebook([path])
    assert problems == []
    return next(iter(book)), book


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x>', "甲 & 乙", "'><svg/onload=x>"]
)
def test_markup_in_a_rule_is_shown_and_not_obeyed(tmp_path: Path, name: str) -> None:
    rule, book = hostile(tmp_path, json.dumps(name, ensure_ascii=False))
    page = shown(rule, book, DAY, "zh", "html")

    assert checked(page).tags.isdisjoint({"script", "img", "svg"})
    assert re.search(r"(?<!\\)<(?=[A-Za-z/])", shown(rule, book, DAY, "zh", "md")) is None


def test_an_outline_is_nested_by_depth() -> None:
    items = tuple(
        Item(depth, number, "甲")
        for depth, number in [(0, "1"), (1, "1.1"), (2, "1.1.1"), (0, "2")]
    )
    page = html([Heading(1, "题"), Outline(items)], "zh-CN", "", "")

    checked(page)
    assert page.count("<ul") == page.count("</ul>") == 3
    assert markdown([Outline(items)]).splitlines() == [
        "- 1 甲", "  - 1.1 甲", "    - 1.1.1 甲", "- 2 甲",
    ]  # fmt: skip


def test_rows_that_stand_out_do_so_in_both_forms() -> None:
    table = Table(("甲", "乙"), (("1", ""), ("2", "x")), frozenset({1}))

    assert markdown([table]).splitlines()[2:] == ["| 1 |  |", "| **2** | **x** |"]
    assert '<tr class="marked"><td>2</td>' in html([Heading(1, "题"), table], "zh-CN", "", "")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a|b", "a\\|b"),
        ("a_b", "a_b"),
        ("_a_", "\\_a\\_"),
        ("2*3", "2\\*3"),
        ("x < 5", "x < 5"),
        ("<b>", "\\<b>"),
        ("甲\n乙", "甲 乙"),
        ("`a` [b]", "\\`a\\` \\[b\\]"),
    ],
)
def test_markdown_shows_a_text_as_it_is(text: str, markup: str) -> None:
    assert markdown([Paragraph(text)]) == f"{markup}\n"


def test_a_tree_is_told_with_its_parts() -> None:
    assert tree_data(parse("revenue[-1] >= 2.50 万元 and founded_on < 2026-04-01")) == {
        "node": "logic",
        "op": "and",
        "items": [
            {
                "node": "comparison",
                "op": ">=",
                "left": {"node": "name", "code": "revenue", "back": 1},
                "right": {"node": "number", "value": "2.50", "unit": "万元", "parameter": ""},
            },
            {
                "node": "comparison",
                "op": "<",
                "left": {"node": "name", "code": "founded_on", "back": 0},
                "right": {"node": "day", "value": "2026-04-01"},
            },
        ],
    }

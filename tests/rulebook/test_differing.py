"""Two rules beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.differing import Change, changes, difference_page, matched
from kechuang.rulebook.library import load_rulebook, read_rulebook
from kechuang.rulebook.model import Rule
from tracked import ROOT

BOOK = load_rulebook(ROOT / "examples" / "rules")


def of(text: str, folder: Path) -> tuple[Rule, Rulebook]:
    path = folder / "made_up.yaml"
    path.write_text(text, encoding="utf-8")
    book, problems = read_rulebook([path])
    assert problems == []
    return next(iter(book)), book


def between(right: str, folder: Path, *spoiled: tuple[str, str]) -> list[Change]:
    old, book = of(right, folder)
    text = right
    for before, after in spoiled:
        assert before in text
        text = text.replace(before, after)
    new, _ = of(text, folder)
    return changes(old, new, book)


@pytest.mark.parametrize("rule", list(BOOK), ids=lambda rule: rule.key)
def test_a_rule_does_not_differ_from_itself(rule: Rule) -> None:
    assert changes(rule, rule, BOOK) == []
    assert "没有差别。" in difference_page(rule, rule, BOOK, "zh", "md")


@pytest.mark.parametrize(
    ("before", "after", "part", "code", "old", "new"),
    [
        (
            "from: 2026-01-01}\n",
            "from: 2026-01-01, until: 2026-12-31}\n",
            "identity",
            "生效",
            "2026-01-01 起",
            "2026-01-01 至 2026-12-31",
        ),
        ("title: 自拟办法", "title: 新办法", "documents", "办法", "自拟办法", "新办法"),
        (
            "name: 成立满一年",
            "name: 满一年",
            "conditions",
            "age",
            "成立满一年：成立日期至判断日的时间 ≥ 365 天",
            "满一年：成立日期至判断日的时间 ≥ 365 天",
        ),
        (
            "    all:",
            "    any:",
            "conditions",
            "base",
            "基本条件：以下全部成立：",
            "基本条件：以下任一条成立：",
        ),
        ("id: age,", "id: old,", "", "", "", ""),
        (
            "article: 办法 第三条\n",
            "article: 办法 第九条\n",
            "articles",
            "base",
            "办法 第三条",
            "办法 第九条",
        ),
        ("→ 5 分", "→ 6 分", "thresholds", "size_score.1.points", "5 分 （规模）", "6 分 （规模）"),
        (
            "value: 500 万元}",
            "value: 600 万元}",
            "thresholds",
            "least",
            "500 万元 （下限）",
            "600 万元 （下限）",
        ),
        (
            "cap: 10 万元",
            "cap: 20 万元",
            "thresholds",
            "amount.cap",
            "10 万元 （奖励）",
            "20 万元 （奖励）",
        ),
        (
            "  cap: 10 万元",
            "  round: 元\n  cap: 10 万元",
            "amount",
            "amount",
            "奖励：营业收入 × 1%，最高 10 万元，四舍五入到分",
            "奖励：营业收入 × 1%，最高 10 万元，四舍五入到元",
        ),
        ("value: revenue * 2}", "value: revenue[-1] * 2}", "", "", "", ""),
    ],
)
def test_a_change_is_told_with_the_old_and_the_new(
    right: str, tmp_path: Path, before: str, after: str, part: str, code: str, old: str, new: str
) -> None:
    after = after.replace("revenue[-1] * 2", '"revenue[-1] * 2"')
    found = between(right, tmp_path, (before, after))
    if part:
        assert [each for each in found if (each.part, each.code) == (part, code)] == [
            Change(part, code, old, new)  # pyright: ignore[reportArgumentType]
        ]
    else:
        assert [each for each in found if each.part not in {"definitions"}] == []


def test_a_condition_that_came_and_one_that_went_are_told(right: str, tmp_path: Path) -> None:
    line = "      - {id: staff, name: 职工不超过500人, when: staff_total_quarterly <= 500 人}\n"
    other = "      - {id: lean, name: 职工不足千人, when: staff_total_quarterly < 1000 人}\n"
    found = [each for each in between(right, tmp_path, (line, other)) if each.part == "conditions"]

    assert [(each.way, each.code) for each in found] == [("added", "lean"), ("removed", "staff")]
    assert found[0].new == "职工不足千人：职工总数（季度平均） < 1,000 人"
    assert found[1].old == "职工不超过500人：职工总数（季度平均） ≤ 500 人"


def test_a_number_in_another_unit_is_the_same(right: str, tmp_path: Path) -> None:
    found = between(right, tmp_path, ("value: 500 万元}", "value: 0.05 亿元}"))

    assert [each for each in found if each.part == "thresholds"] == []


def test_facts_that_are_needed_no_more_are_told(right: str, tmp_path: Path) -> None:
    found = between(
        right,
        tmp_path,
        ("  founded_on: {period: now, source: 营业执照}\n", ""),
        ("      - {id: age, name: 成立满一年, when: elapsed(founded_on) >= 365 天}\n", ""),
    )

    assert Change("facts", "founded_on", "成立日期", "") in found


def test_the_two_standards_of_srdi_smes_differ_where_the_documents_do() -> None:
    old, new = BOOK.versions("srdi_sme")
    found = {(each.part, each.code): each for each in changes(old, new, BOOK)}

    assert "1,000 万元" in found["thresholds", "revenue_enough"].old
    assert "1,500 万元" in found["thresholds", "revenue_enough"].new
    assert found["conditions", "debt"].way == "added"
    assert found["conditions", "merit"].way == "removed"
    assert found["documents", "暂行办法"].way == "removed"


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_page_names_both_versions(form: str) -> None:
    old, new = BOOK.versions("local_rd_award")
    page = difference_page(old, new, BOOK, "en", form)

    assert "local_rd_award@2025 and local_rd_award@2026" in page
    assert "≥ 3%" in page
    assert "≥ 4%" in page


def test_pairs_are_found_by_the_first_way_that_tells() -> None:
    old, new = [("a", 1), ("b", 2), ("c", 3)], [("b", 9), ("x", 1), ("y", 7)]
    ways = [lambda each: str(each[0]), lambda each: str(each[1])]

    assert matched(old, new, ways) == [
        (("b", 2), ("b", 9)),
        (("a", 1), ("x", 1)),
        (None, ("y", 7)),
        (("c", 3), None),
    ]

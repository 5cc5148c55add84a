"""Which quantities are figures: each refusal, and a neighbour that it leaves alone."""

from __future__ import annotations

import pytest

from kechuang.reading.model import About
from kechuang.reading.reader import read_stepwise
from kechuang.reading.selection import RULES

ROWS = [
    # (rule, what it refuses, the quote, what it keeps, the quote)
    ("part_of_a_time", "2024年完成5家。", "2024年", "完成2024家。", "2024家"),
    ("part_of_a_time", "前三季度完成5家。", "前三", "居全省前三位。", "前三位"),
    ("part_of_a_time", "近三年培育5家。", "近三年", "合作近30年。", "近30年"),
    ("without_a_unit", "编号为57。", "57", "综合指数为57。", "57"),
    ("without_a_unit", "电话5712345。", "5712345", "达到9亿。", "9亿"),
    ("without_a_unit", "入选500强。", "500", "入选500家。", "500家"),
    ("without_a_unit", "形成1+3格局。", "1", "形成1家。", "1家"),
    ("without_a_unit", "达到百万。", "百万", "达到300万。", "300万"),
    ("a_word_not_a_count", "抓好三个方面。", "三个", "培育三个平台。", "三个"),
    ("a_word_not_a_count", "成立一家。", "一家", "有国家级一家、省级七家。", "一家"),
    ("a_word_not_a_count", "万人拥有量5件。", "万人", "上万人参加。", "上万人"),
    ("a_word_not_a_count", "这两项工作。", "两项", "完成两项技术转让。", "两项"),
    ("a_word_not_a_count", "两次强调。", "两次", "举办两次培训。", "两次"),
    ("a_word_not_a_count", "百家争鸣。", "百家", "百余家企业。", "百余家"),
    ("in_a_book_title", "印发《创新10条措施》。", "10条", "印发10条措施。", "10条"),
    ("in_a_slogan", "推进“三个10亿元”。", "10亿元", "推进10亿元工程。", "10亿元"),
    ("in_a_slogan", "建立“六个家园”。", "六个", "评选“10名优秀特派员”。", "10名"),
    ("in_a_slogan", "建好“3年”机制。", "3年", "建好“3家示范企业”。", "3家"),
    ("a_time_frame", "为期3天的培训。", "3天", "审批时间压缩3天。", "3天"),
    ("a_time_frame", "用时3小时。", "3小时", "平均用时3小时。", "3小时"),
    ("a_time_frame", "工期2年。", "2年", "连续2年居首。", "2年"),
    ("in_a_model_name", "建成300万吨级项目。", "300万吨", "建成300万吨项目。", "300万吨"),
    ("in_a_model_name", "研发K8个系统。", "8个", "研发8个系统。", "8个"),
    ("an_ordinal", "实施第二批项目。", "第二", "居全省第二。", "第二"),
    ("an_ordinal", "第一，抓创新。", "第一", "总量全省第一，增速较快。", "第一"),
    ("an_ordinal", "发展第三产业。", "第三", "列第三名。", "第三名"),
    ("not_a_group_of_places", "前三批名单公布。", "前三", "进入全国前三。", "前三"),
    ("not_a_group_of_places", "入选前100强。", "前100强", "居前100位。", "前100位"),
    ("not_a_group_of_places", "前两类项目。", "前两", "进入全国前10行列。", "前10"),
    ("a_threshold", "亿元以上项目30个。", "亿元以上", "投资1亿元以上。", "1亿元以上"),
    ("a_threshold", "100人以上企业5家。", "100人以上", "培训100人以上。", "100人以上"),
    ("a_threshold", "上升5位的23个。", "5位", "上升5位。", "5位"),
    ("a_band", "进入全球前1%的学科。", "1%", "占全球1%。", "1%"),
    ("a_name_of_doubling", "倍增式发展。", "倍增", "实现倍增。", "倍增"),
    ("a_small_score", "以3:1取胜。", "3:1", "投入产出之比3:1。", "3:1"),
]


def refusals(text: str) -> dict[str, str | None]:
    """Each quantity of a sentence with the rule that refused it."""
    for step, work in read_stepwise(text, about=About("示例市", 2024)):
        if step == "find_candidates":
            return {
                text[each.quantity.start : each.quantity.end]: each.refused_by
                for each in work.candidates
            }
    raise AssertionError("find_candidates is no step any more")


@pytest.mark.parametrize(("rule", "text", "quote"), [row[:3] for row in ROWS])
def test_refused(rule: str, text: str, quote: str) -> None:
    assert refusals(text)[quote] == rule


@pytest.mark.parametrize(("rule", "text", "quote"), [(row[0], *row[3:]) for row in ROWS])
def test_its_neighbour_is_kept(rule: str, text: str, quote: str) -> None:
    assert refusals(text)[quote] is None, f"not even by another rule than {rule}"


def test_every_rule_has_a_row() -> None:
    assert {rule.__name__ for rule in RULES} == {row[0] for row in ROWS}

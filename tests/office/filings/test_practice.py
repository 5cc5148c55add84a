"""The practice of the trade as data: whole, and the same as what tables keep."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
import yaml
from django.db.models import TextChoices
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from kechuang.office.filings import letters
from kechuang.office.filings.milestones import APPLIED, MILESTONES, SETTLING
from kechuang.office.filings.models import By, Cause, Kind, Meaning
from kechuang.office.filings.practice import papers, rulebook_programmes, stages
from kechuang.rulebook.library import load_rulebook

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
PRACTICE: dict[str, Any] = yaml.safe_load(
    files("kechuang.office.filings").joinpath("practice.yaml").read_text("utf-8")
)


@pytest.mark.parametrize(
    ("part", "choices"),
    [("stages", Meaning), ("kinds_of_filing", Kind), ("causes_of_return", Cause)],
)
def test_words_are_those_of_the_tables(part: str, choices: type[TextChoices]) -> None:
    assert {code: row["name"] for code, row in PRACTICE[part].items()} == {
        each.value: str(each.label) for each in choices
    }


def test_every_programme_of_the_rulebook_can_be_filed_for() -> None:
    filed = {rule.id for rule in load_rulebook() if rule.kind != "screening"}
    assert set(rulebook_programmes()) == filed
    assert set(PRACTICE["programmes"]) <= filed


def test_every_programme_says_how_it_runs_and_where_that_comes_from() -> None:
    for each in rulebook_programmes().values():
        codes = [stage.code for stage in each.stages]
        assert codes == [code for code in stages() if code in codes], each.code
        assert {"submitted", "certified", "failed", "abandoned"} <= set(codes), each.code
        assert each.source, each.code
        assert each.deciding, each.code
        assert {paper.stage for paper in each.papers} <= set(codes), each.code


def test_stages_keep_deadlines_that_there_are_and_bad_ends_take_a_reason() -> None:
    assert {each.by for each in stages().values()} == {"", *By.values}
    assert [code for code, each in stages().items() if each.end] == [
        "certified", "failed", "abandoned",
    ]  # fmt: skip
    assert [code for code, each in stages().items() if each.reason] == [
        "returned", "failed", "abandoned",
    ]  # fmt: skip
    assert set(papers()) == set(PRACTICE["documents"])


def test_milestones_speak_of_stages_that_there_are() -> None:
    assert set().union(*MILESTONES.values(), SETTLING) <= set(Meaning.values)
    before = {"surveyed", "intended", "coached", "abandoned"}
    assert set(Meaning.values) - before == APPLIED


# --- the letter

LETTER = letters.Letter(
    "高新技术企业", 2026, "《通知》（示科函1号）", "示例市科学技术局", "甲县科学技术局",
    "甲科函〔2026〕5号", date(2026, 6, 1), "张三", "0990-5550101",
)  # fmt: skip
ROWS = [letters.Recommended(f"示例{n}有限公司", f"9199{n}", "甲县", "首次") for n in range(3)]


def test_letter_is_laid_out_as_official_letters_are() -> None:
    document = Document(io.BytesIO(letters.word(LETTER, ROWS, NOW)))
    section = document.sections[0]
    margins = (section.top_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins if each] == [37, 28, 26]
    title = next(each for each in document.paragraphs if "关于推荐申报" in each.text)
    run = title.runs[0]
    assert run.font.size == Pt(22)
    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"  # type: ignore[union-attr]
    texts = [each.text for each in document.paragraphs]
    assert texts.index("示例市科学技术局：") < texts.index("附件：2026年高新技术企业推荐汇总表")
    assert texts.index("甲县科学技术局") + 1 == texts.index("2026年6月1日")
    (table,) = document.tables
    assert len(table.rows) == 4
    of_cells = [cell.width.mm for cell in table.rows[0].cells if cell.width]
    of_columns = [column.width.mm for column in table.columns if column.width]
    assert (round(sum(of_cells)), of_columns) == (156, of_cells)


@pytest.mark.parametrize(
    ("rows", "told"), [(ROWS, "等3家企业"), (ROWS[:1], "推荐示例0有限公司申报")]
)
def test_letter_counts_its_firms(rows: list[letters.Recommended], told: str) -> None:
    assert told in LETTER.body(rows)

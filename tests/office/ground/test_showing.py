"""Values as people read them, and what people type in its plain form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.shortcuts import render
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString

from kechuang.office.ground import showing
from kechuang.office.ground.normalise import CodeField, TextField, normalise, normalise_code


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, None, "0"),
        (1234567, None, "1,234,567"),
        (Decimal("12.500000000000"), None, "12.5"),
        (Decimal("1E+3"), None, "1,000"),
        (Decimal("-0.5"), None, "-0.5"),
        (Decimal("2.345"), 2, "2.35"),
        (Decimal("-2.345"), 2, "-2.35"),
        (Decimal("7"), 2, "7.00"),
        ("1284.5", 2, "1,284.50"),
    ],
)
def test_numbers(value: Decimal | int | str, digits: int | None, text: str) -> None:
    assert showing.figures(value, digits) == text


@pytest.mark.parametrize(
    ("value", "align", "html"),
    [
        (None, "text", '<span class="unfilled">未填</span>'),
        ("", "text", '<span class="unfilled">未填</span>'),
        (0, "number", "0"),
        (2026, "text", "2026"),
        (2026, "number", "2,026"),
        (True, "text", "是"),
        (False, "text", "否"),
        (date(2026, 1, 31), "date", '<time datetime="2026-01-31">2026-01-31</time>'),
        (
            datetime(2026, 1, 31, 16, 30, tzinfo=UTC),
            "date",
            '<time datetime="2026-01-31T16:30:00+00:00">2026-02-01 00:30</time>',
        ),
        (["甲", "乙"], "text", "甲、乙"),
        ("<b>", "text", "&lt;b&gt;"),
        (SafeString("<b>"), "text", "<b>"),
    ],
)
def test_values(value: object, align: str, html: str) -> None:
    assert showing.shown(value, align) == html


def test_chinese_data_are_marked_on_english_pages_only() -> None:
    here = showing.data("甲<县")
    with translation.override("en"):
        there = (showing.data("甲<县"), showing.data("A<B"), showing.shown("甲县"))
    assert (here, *there) == (
        "甲&lt;县",
        '<span lang="zh">甲&lt;县</span>',
        "A&lt;B",
        '<span lang="zh">甲县</span>',
    )


@pytest.mark.parametrize("code", sorted(showing.SIGNS))
def test_state_has_a_sign_and_a_word(code: str) -> None:
    html = showing.State(code, "<甲>").__html__()
    assert (f"state-{code}" in html, "#" + showing.SIGNS[code] in html) == (True, True)
    assert html.endswith("&lt;甲&gt;</span>")


def test_tags_give_the_same_as_functions() -> None:
    page = Template('{% state "late" "逾期" %}{% number value 1 %}{% icon "bell" %}{{ name|data }}')
    assert page.render(Context({"value": None, "name": "甲"})) == "".join(
        (
            showing.State("late", "逾期").__html__(),
            showing.unfilled(),
            showing.icon("bell"),
            "甲",
        )
    )


@pytest.mark.parametrize(
    ("typed", "words", "code"),
    [
        ("　甲　县 ", "甲 县", "甲县"),
        ("ＡＢ１２", "AB12", "AB12"),
        ("甲（乙）", "甲（乙）", "甲(乙)"),
        (" 9113 0400ma ", "9113 0400ma", "91130400MA"),
    ],
)
def test_harmless_differences_are_forgiven(typed: str, words: str, code: str) -> None:
    assert (normalise(typed), normalise_code(typed)) == (words, code)


class Given(forms.Form):
    """A form with both fields."""

    name = TextField(label="名称")
    code = CodeField(label="代码", max_length=4)


def test_fields_forgive_before_they_check() -> None:
    form = Given({"name": "　甲 ", "code": "１ ２ ａ b"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "甲", "code": "12AB"}


def test_only_spaces_are_nothing() -> None:
    assert Given({"name": "　", "code": "1"}).errors == {"name": ["这个字段是必填项。"]}


# --- forms


def page_of(form: forms.Form, rf: RequestFactory) -> str:
    """The form as a task page shows it."""
    return render(
        rf.get("/x/"), "parts/form.html", {"form": form, "button": "保存甲"}
    ).content.decode()


def test_form_keeps_what_was_typed_and_says_what_to_mend(rf: RequestFactory, db: None) -> None:
    wrong = Given({"name": "", "code": "ABCDEF"})
    page = page_of(wrong, rf)
    assert re.findall(r"<p>.*?</span>(.*?)</p>", page) == [
        "请填写“名称”。",
        "“代码”有6个字，最多4个。请改短。",
    ]
    assert 'value="ABCDEF"' in page
    assert 'aria-describedby="id_code_error"' in page
    assert 'id="id_code_error"' in page
    assert ("novalidate" in page, ">保存甲</button>" in page) == (True, True)


def test_summary_stands_first_and_leads_to_the_fields(
    signed_in: Callable[..., Client],
) -> None:
    response = signed_in("system_administrator").post("/account/people/new/", {"username": "x y"})
    page = response.content.decode()
    main = page[page.index("<main") :]
    count = int(re.findall(r"有 (\d+) 处需要修改", page)[0])
    anchors = re.findall(r'<li><a href="#([^"]+)">', page)
    assert page.index("summary-title") < page.index("<h1")
    assert re.search(r"<title>错误：", page)
    assert main.index("summary-title") < main.index("<h1")
    assert len(anchors) == count > 1
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []
    assert 'value="x y"' in page

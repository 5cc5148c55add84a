"""Mistakes in a form name the field and say how to mend it."""

from __future__ import annotations

import pytest
from django import forms

from kechuang.office.ground.mistakes import Mistake, mistakes_in, words_of


class Everything(forms.Form):
    """A field of each kind that the office uses."""

    name = forms.CharField(label="名称", min_length=2, max_length=4)
    kind = forms.ChoiceField(label="种类", choices=[("park", "园区")])
    agreed = forms.BooleanField(label="已核对")
    count = forms.IntegerField(label="人数", min_value=1, max_value=9)
    share = forms.DecimalField(label="占比")
    day = forms.DateField(label="日期")
    own = forms.CharField(label="代码", error_messages={"required": "写上代码。"})

    def clean(self) -> None:
        """A rule of the whole form."""
        raise forms.ValidationError("两项矛盾。")


GOOD = {
    "name": "甲乙", "kind": "park", "agreed": "on", "count": "3", "share": "1.5",
    "day": "2026-01-31", "own": "a",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("name", "", ["请填写“名称”。"]),
        ("name", "甲乙丙丁戊", ["“名称”有5个字，最多4个。请改短。"]),
        ("name", "甲", ["“名称”只有1个字，至少2个。请补全。"]),
        ("kind", "", ["请选择“种类”。"]),
        ("kind", "wizard", ["“种类”选的不在可选的里面。请重新选择。"]),
        ("agreed", "", ["请选择“已核对”。"]),
        ("count", "0", ["“人数”填的是0，不能小于1。"]),
        ("count", "10", ["“人数”填的是10，不能大于9。"]),
        ("count", "三", ["“人数”写成“三”，不是数字。请只写数字。"]),
        ("share", "一半", ["“占比”写成“一半”，不是数字。请只写数字。"]),
        ("day", "去年", ["“日期”写成“去年”，读不出日期。请写作 2026-01-31。"]),
        ("own", "", ["写上代码。"]),
    ],
)
def test_words_name_the_field(field: str, given: str, words: list[str]) -> None:
    form = Everything({**GOOD, field: given})
    form.is_valid()
    assert words_of(form[field]) == words


def test_mistakes_stand_in_the_order_of_the_page() -> None:
    form = Everything({**GOOD, "name": "", "own": ""})
    form.is_valid()
    assert mistakes_in([form]) == [
        Mistake("", "两项矛盾。"),
        Mistake("id_name", "请填写“名称”。"),
        Mistake("id_own", "写上代码。"),
    ]

"""Why a firm answers to a name, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.matching.names import Why
from kechuang.office.ground.showing import State, enumerated
from kechuang.office.ground.slots import Text

VERY_SURE: Final = 85
SURE: Final = 60

WHY: Final[Mapping[str, Text]] = {
    Why.CODE: gettext_lazy("统一社会信用代码相同"),
    Why.SAME_NAME: gettext_lazy("名称完全相同"),
    Why.WRITTEN: gettext_lazy("只差空格、标点或全角半角"),
    Why.BRACKETS: gettext_lazy("只差括号"),
    Why.TRADITIONAL: gettext_lazy("繁体字“{0}”"),
    Why.NUMBER: gettext_lazy("去掉序号“{0}”"),
    Why.NUMBER_GLUED: gettext_lazy("名称前的数字“{0}”像是序号"),
    Why.NOTE: gettext_lazy("去掉附注“{0}”"),
    Why.FORMER: gettext_lazy("与曾用名“{0}”相符"),
    Why.FORMER_NOTED: gettext_lazy("名单注明原名“{0}”"),
    Why.FORM_WRITTEN: gettext_lazy("“{0}”与“{1}”写法不同"),
    Why.FORM_CHANGED: gettext_lazy("名单写“{0}”，库内是“{1}”，可能改制"),
    Why.FORM_MISSING: gettext_lazy("公司形式一写一缺"),
    Why.FORM_TYPO: gettext_lazy("“{0}”像是“{1}”的误写"),
    Why.REGION_WRITTEN: gettext_lazy("区划“{0}”与“{1}”写法不同"),
    Why.REGION_MORE: gettext_lazy("名单多写上级区划“{0}”"),
    Why.REGION_UPPER: gettext_lazy("名单少写上级区划"),
    Why.REGION_MISSING: gettext_lazy("名单缺区划“{1}”"),
    Why.REGION_ADDED: gettext_lazy("名单多区划“{0}”"),
    Why.REGION_LEVEL: gettext_lazy("名单写“{0}”，库内写“{1}”"),
    Why.REGION_TYPO: gettext_lazy("区划错字“{0}”应为“{1}”"),
    Why.SOUND: gettext_lazy("同音字“{0}”与“{1}”"),
    Why.SHAPE: gettext_lazy("形近字“{0}”与“{1}”"),
    Why.LETTER: gettext_lazy("一字不同“{0}”与“{1}”"),
    Why.ORDER: gettext_lazy("两字颠倒“{0}”"),
    Why.MORE: gettext_lazy("名单多一字“{0}”"),
    Why.LESS: gettext_lazy("名单少一字“{0}”"),
    Why.BRANCH: gettext_lazy("名单写的是“{0}”，分支机构不等于本企业"),
    Why.BRANCH_HERE: gettext_lazy("库内只有其分支机构“{0}”"),
    Why.NOTE_REGION: gettext_lazy("附注“{0}”与库内区划不符"),
    Why.SEVERAL: gettext_lazy("库内有{0}家同样相符"),
    Why.CODE_NAME: gettext_lazy("代码相符，名称却不同，库内叫“{0}”"),
    Why.NAME_CODE: gettext_lazy("名称相符，代码却不同，库内是{1}"),
}
LEFT: Final[Mapping[str, Text]] = {
    "no_names": gettext_lazy("没有企业名称一列"),
    "other_columns": gettext_lazy("另一列也是单位名称，没有采用"),
    "text": gettext_lazy("不像企业名称"),
    "empty_name": gettext_lazy("名称是空的行"),
    "too_long": gettext_lazy("太长，不像名称"),
}


def why(reason: Sequence[str]) -> str:
    """One reason: its code and what it tells."""
    code, *told = reason
    words = str(WHY.get(code, code))
    return words.format(*told, "", "") if code in WHY else words


def whys(reasons: Sequence[Sequence[str]]) -> str:
    """All reasons of a match."""
    return enumerated(why(each) for each in reasons)


def sureness(sure: int) -> State:
    """How sure a match is."""
    percent = {"sure": sure}
    if sure >= VERY_SURE:
        return State("done", _("很可能（%(sure)s%%）") % percent)
    if sure >= SURE:
        return State("soon", _("可能（%(sure)s%%）") % percent)
    return State("normal", _("存疑（%(sure)s%%）") % percent)


def left_words(left: Mapping[str, Any]) -> str:
    """Why a part of a file was left, in a line."""
    reason = str(LEFT.get(left["reason"], left["reason"]))
    text = f"“{left['text']}”" if left["text"] else ""
    count = _("%(count)s处") % {"count": left["count"]} if left["count"] > 1 else ""
    said = enumerated(filter(None, (reason + text, count)))
    return _("：").join(filter(None, (left["place"], said)))

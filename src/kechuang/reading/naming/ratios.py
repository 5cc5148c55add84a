"""What per cents, points, multiples and spells measure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kechuang.reading.drafts import Draft
from kechuang.reading.naming.borrowing import SHORT, beneficiary, borrowed, topic
from kechuang.reading.patterns import pattern
from kechuang.reading.phrases import noun_after, noun_before, strip_edges

_GROWTH_WORDS: Final = re.compile(r"(?:的)?(?:平均)?(?:增速|增幅|增长率|降幅|年均增速|同比增速)$")


_SHARE_OF: Final = re.compile(
    r"占(?!有|地|用|比)(?P<whole>[^，。;占\d]{0,20}?)(?:的)?(?P<word>比重|比例|份额)?(?:达到?|为|超过?|约|近|提高到|由|从|的|稳定在|提升到|提升至|突破|接近)*$"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What stands around a number: nouns before and after it, and what the latter do."""

    phrase: str
    noun: str
    action: str


def of_ratio(draft: Draft) -> str:
    """The first rule that knows names it; else the nouns around the number do."""
    lead = draft.lead
    if draft.unit == "倍":
        lead = re.sub(r"(?:是|为|相当于)[^，]{0,24}的$", "", lead)
    bare = _COMPARISON.sub("", _GROWTH_WORDS.sub("", before_growth(lead)))
    noun, action = noun_after(draft.after.removeprefix("的"))
    said = Said(noun_before(bare), noun, action)
    for rule in RATIO_RULES:
        name = rule(draft, said)
        if name:
            return name
    return (
        said.phrase
        or said.noun
        or ("" if draft.after.startswith("的") else said.action)
        or topic(draft)
    )


def _in_brackets(draft: Draft, _said: Said) -> str:
    """5589家(20.32%): the share of what was counted."""
    if not (draft.before.rstrip().endswith("(") and draft.kind in ("share", "target")):
        return ""
    draft.doubts.append("borrowed")
    return f"{borrowed(draft)}占比"


def _term_of_a_ratio(draft: Draft, _said: Said) -> str:
    is_term = draft.quantity.form == "ratio" and draft.unit == "%"
    return _of_structure(draft) if is_term else ""


def _share_stated(draft: Draft, _said: Said) -> str:
    """…占GDP比重1.04%."""
    share = _SHARE_OF.search(draft.lead)
    if share is None or draft.kind not in ("share", "target"):
        return ""
    return _of_share(draft, share)


def _share_of_products(draft: Draft, said: Said) -> str:
    """80%的产品."""
    if said.phrase or draft.kind != "share" or not draft.after.startswith("的") or not said.noun:
        return ""
    return f"{said.noun}占比"


def _points_back(draft: Draft, _said: Said) -> str:
    """2014年这一比重只有29.5%."""
    if not re.search(r"(?:这一|该)(?:比重|比例|指标|数字|数据|占比|强度)", draft.lead):
        return ""
    return draft.recent.measure or "" if draft.recent is not None else ""


def _rate_said_shortly(draft: Draft, said: Said) -> str:
    """立项率31.4%, after what was applied for."""
    if not _GENERIC_SHARE.fullmatch(said.phrase):
        return ""
    return re.sub(r"任务完成率$", "", borrowed(draft)) + said.phrase


def _rate_of_the_rule(draft: Draft, said: Said) -> str:
    return _rate_of_a_rule(draft, said.phrase) if draft.kind == "standard" else ""


def _size_said_shortly(draft: Draft, said: Said) -> str:
    """新能源装机占比达63%、规模翻了一番."""
    if said.phrase not in ("规模", "总量", "数量", "总额") or not borrowed(draft):
        return ""
    return re.sub(r"(?:占比|规模|总量|数量|总额|数)$", "", borrowed(draft)) + said.phrase


def _growth_of_the_level(draft: Draft, said: Said) -> str:
    """成交额23.29亿元，同比增长44.79%."""
    generic = said.phrase in ("增速", "增幅", "其") or (said.phrase in SUMS and not draft.prefix)
    return _base_of_growth(draft) if generic or len(said.phrase) < 2 else ""


_OF_A_TASK: Final = re.compile(r"(?:任务|目标|计划)(?:总?数)?的?(?:完成率)?(?:约|超过?|达到?|为)*$")


def _part_of_a_task(draft: Draft, _said: Said) -> str:
    """完成全年任务的110.7%, 超额17%."""
    if draft.kind == "share" and _OF_A_TASK.search(draft.before):
        draft.doubts.append("borrowed")
        return f"{borrowed(draft)}任务完成率"
    if "超额" in draft.before:
        draft.doubts.append("borrowed")
        return f"{borrowed(draft)}任务超额比例"
    return ""


RATIO_RULES: Final = (
    _in_brackets,
    _term_of_a_ratio,
    _share_stated,
    _share_of_products,
    _points_back,
    _rate_said_shortly,
    _rate_of_the_rule,
    _size_said_shortly,
    _growth_of_the_level,
    _part_of_a_task,
)


_GENERIC_SHARE: Final = pattern("naming.generic_share")


def _rate_of_a_rule(draft: Draft, phrase: str) -> str:
    """按…的8%给予补助: the rate at which the rule pays."""
    if re.search(r"率|比例|比重|占", phrase):
        return phrase
    base = phrase if len(phrase) >= SHORT else borrowed(draft) or beneficiary(draft) or phrase
    word = re.search(r"贴息|补贴|补助|奖励|资助|扣除|奖补|支持", draft.after[:10])
    return f"{base}{word[0] if word else ''}比例"


SUMS: Final = frozenset({"产值", "收入", "总产值", "营收", "利润"})


_ORDINALS: Final = ("第一产业", "第二产业", "第三产业")


def _of_structure(draft: Draft) -> str:
    """三次产业结构 8.3∶41.4∶50.3: each term is one industry's share."""
    place = 0
    for each in draft.earlier():
        if each.quantity.form != "ratio":
            break
        place += 1
    if "产业" in draft.said and place < len(_ORDINALS):
        return f"{_ORDINALS[place]}增加值占比"
    return topic(draft)


_GROWTH_TAIL: Final = re.compile(
    r"(?:(?:按|以)[^，]{0,8}(?:计算|口径|价))?(?:(?:高于|低于|快于|慢于|好于)[^，]{1,20}$|(?:同比|环比|比上年|较上年|年均|平均|分别|均|实现|，|:|双双|累计|较|比)*(?:增长|增加|提高|提升|上升|下降|减少|回落|降低|增速|增幅|净增|翻|实现翻|快于|高于|低于|降|涨|滞后|落后)(?:了|达到?|为|约|超过?|均|都|近|到|至|速度|率|保持)*)$"
)


_COMPARISON: Final = re.compile(
    r"(?:^|[，、])(?:较|比|与|同)[^，]{0,14}$|^(?:较|比)[\u4e00-\u9fff]{0,10}(?:时|前|末|初|平均|水平)"
)


def before_growth(lead: str) -> str:
    """The words before those that only say how something grew."""
    return _GROWTH_TAIL.sub("", lead)


def _base_of_growth(draft: Draft) -> str:
    """Growth speaks of the level before it: 成交额23.29亿元，同比增长44.79%."""
    for each in draft.earlier():
        if each.kind != "rank" and each.measure and "borrowed" not in each.doubts:
            return each.measure
    spoken = topic(draft)
    if not spoken and draft.recent is not None:
        return re.sub(r"占.*$", "", draft.recent.measure or "")
    return spoken


def _of_share(draft: Draft, share: re.Match[str]) -> str:
    lead = draft.lead[: share.start()]
    inside = re.search(r"在([^，;]{2,16}?)[里中内]?$", lead)
    if inside is not None and not share["whole"]:
        part = noun_before(lead[: inside.start()]) or borrowed(draft) or topic(draft)
        return f"{part}占{inside[1]}比重"
    part = noun_before(lead)
    if re.search(r"企业研发费用与|与", part) and not share["whole"]:
        return part
    whole, word = share["whole"] or "", share["word"] or "比重"
    if not part:
        part = borrowed(draft) or topic(draft)
        draft.doubts.append("borrowed")
    if not whole:
        return f"{part}占比"
    return f"{part}占{whole}{word}"


def of_spell(draft: Draft) -> str:
    """连续16年排名世界第一: the years of what was kept up."""
    tail = re.sub(r"[第前]$", "", re.split(r"[，。;]", draft.tail)[0])
    before = re.sub(r"(?:连续|蝉联|累计|长达|近|已|有)+$", "", draft.lead)
    if before and len(noun_before(before)) <= 3 and draft.previous is not None:
        before = borrowed(draft) + before.strip("，、")
    elif not noun_before(before) and draft.previous is not None and not tail[2:]:
        before = borrowed(draft)
    phrase = strip_edges(noun_before(before) + tail)
    if not phrase:
        return ""
    return f"{phrase}次数" if draft.unit == "次" else f"{phrase}年数"

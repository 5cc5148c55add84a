"""What was said before: the measures that a figure without a noun of its own goes on about."""

from __future__ import annotations

import re
from typing import Final

from kechuang.reading.drafts import FARTHEST, Draft, since_previous
from kechuang.reading.phrases import noun_before, scope_of_rank, strip_edges

MONEY: Final = frozenset({"元", "美元", "欧元", "港元", "日元", "英镑"})


SHORT: Final = 3


def borrowed(draft: Draft) -> str:
    """The nearest measure before in the sentence that is worth going on about."""
    for each in draft.earlier():
        if each.measure and "borrowed" not in each.doubts and not _SIDE_REMARK.search(each.measure):
            return each.measure
    return ""


_SIDE_REMARK: Final = re.compile(r"(?:年数|次数|任务超额比例)$")


def latest_place(draft: Draft) -> str:
    """The order that the passage last spoke of: 庚县上升21位，排第30名."""
    each = draft.recent
    for _ in range(8):
        if each is None:
            return ""
        if each.measure and (each.kind == "rank" or each.unit in ("位", "分")):
            return each.measure.removesuffix("位次").removesuffix("平均得分")
        each = each.recent
    return ""


def spoken_of(draft: Draft) -> str:
    """A place held for years names its measure before the spell: 指数连续六年进全国前十."""
    previous = draft.previous
    if previous is None or previous.unit not in ("年", "次") or not previous.before:
        return ""
    phrase = noun_before(re.sub(r"(?:连续|蝉联)$", "", previous.lead))
    return phrase if len(phrase) > SHORT else ""


_JUDGED: Final = re.compile(r"(?:评价|排名|能力|指数|考核|监测|评估|得分|竞争力|水平)$")


def judged(draft: Draft) -> str:
    """In an evaluation that a clause since the last figure names: 在…监测评价中，居全省第16位."""
    for clause in reversed(re.split(r"[，;:]", since_previous(draft))[:-1]):
        phrase = scope_of_rank(re.sub(r"[中里上]$", "", clause))
        if _JUDGED.search(phrase):
            return phrase
    return ""


def topic(draft: Draft) -> str:
    """What the sentence spoke of before this clause, where no figure names it."""
    said = draft.said[: max(0, len(draft.said) - len(draft.before))]
    for clause in reversed([part for part in re.split(r"[，;:]", said) if part][-4:]):
        if re.search(r"\d", clause):
            continue
        if re.match(r"从[^，]{1,8}看", clause):
            continue
        phrase = scope_of_rank(clause)
        if len(phrase) >= SHORT:
            return phrase
    return ""


def beneficiary(draft: Draft) -> str:
    """In a rule the one who gets the money names it: 对首次认定的高新技术企业给予10万元."""
    match = re.search(
        r"(?:对|凡|给)([^，。;]{2,40}?)(?:的)?(?:，|给予|奖励|补助|，?按|每|一次性|，[^，]{0,10}给)",
        draft.said[-80:],
    )
    if match is None:
        return topic(draft) if draft.kind == "standard" else ""
    return strip_edges(match[1]) + (
        "奖励" if "奖" in draft.before else "补助" if "补" in draft.before else ""
    )


def counted_before(draft: Draft) -> str:
    """What 总数 is the total of."""
    base = borrowed(draft) or recently_counted(draft)
    return re.sub(r"(?:总数|总量|数量)$", "", base)


def score(draft: Draft, phrase: str) -> str:
    """廊坊77.59分 goes on about the score said before."""
    each = draft.recent
    for _ in range(8):
        if each is None:
            return phrase
        if each.unit == "分" and each.measure:
            return each.measure
        each = each.recent
    return phrase


def said_in_full(draft: Draft, phrase: str) -> str:
    """A short noun that ends a fuller one said shortly before stands for it."""
    if len(phrase) > 4:
        return ""
    each = draft.recent
    for _ in range(8):
        if each is None:
            return ""
        said = each.measure or ""
        for ending in (phrase, f"{phrase}量", f"{phrase}数"):
            if said.endswith(ending) and len(said) > len(ending) + 1:
                return said
        each = each.recent
    return ""


def topic_since(draft: Draft) -> str:
    """What a clause since the last figure speaks of: 新建研发中心，国家级争取1家."""
    for clause in reversed(re.split(r"[，;:]", since_previous(draft))[:-1]):
        phrase = noun_before(clause)
        if len(phrase) >= SHORT:
            return phrase
    return ""


def sum_before(draft: Draft) -> str:
    """The sum that the passage began with: 京津冀合计7000亿元 is the same of a part."""
    first = ""
    each = draft.recent
    for _ in range(FARTHEST):
        if each is None:
            break
        if each.unit in MONEY and each.measure and not each.prefix:
            first = each.measure
        each = each.recent
    return first


def recently_counted(draft: Draft) -> str:
    """What the passage last counted with the same classifier: 主城都市区新增1048家."""
    each = draft.recent
    for _ in range(4):
        if each is None:
            return ""
        if each.unit == draft.unit and each.measure:
            return each.measure
        each = each.recent
    return ""

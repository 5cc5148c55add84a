"""What a sum of money is."""

from __future__ import annotations

import re
from typing import Final

from kechuang.reading.drafts import Draft, since_previous
from kechuang.reading.lexicon import lexicon
from kechuang.reading.naming.borrowing import MONEY, SHORT, beneficiary, borrowed, sum_before, topic
from kechuang.reading.patterns import pattern
from kechuang.reading.phrases import noun_after, noun_before, strip_edges


def of_money(draft: Draft) -> str:
    """The noun before the sum, or what was counted and this is the money of."""
    paid = _PAYS.sub("", draft.lead)
    phrase = noun_before(
        paid if len(noun_before(paid)) >= SHORT or draft.kind == "standard" else draft.lead
    )
    noun = noun_of_money(draft.after)
    base = borrowed(draft)
    if noun and (not phrase or draft.kind == "standard" or len(phrase) < SHORT):
        return with_head(phrase or beneficiary(draft), noun)
    if not phrase or phrase in _GENERIC_SUMS:
        return _unnamed(draft, phrase, base) or noun
    return (
        _by_level(phrase, base) or _short_sum(draft, phrase, base) or _own_name(draft, phrase, base)
    )


def _unnamed(draft: Draft, phrase: str, base: str) -> str:
    """到位675万元: the sum belongs to what was said before."""
    if not phrase and ";" in since_previous(draft) and topic(draft):
        return topic(draft)
    if not phrase and draft.prefix and sum_before(draft):
        return sum_before(draft)
    if not phrase and not base:
        base = topic(draft) or (draft.recent.measure or "" if draft.recent else "")
    return _money_of(base, phrase or draft.before) or beneficiary(draft)


def _by_level(phrase: str, base: str) -> str:
    """市级总额304.3万元、县级总额593.94万元."""
    level = re.fullmatch(r"(国家级|省级|市级|县级|区级)(?:总额|资金|金额|部分|补助)?", phrase)
    if level is None or not base:
        return ""
    return level[1] + re.sub(r"^(?:国家级|省级|市级|县级)|(?:企业|项目)$", "", base)


def _short_sum(draft: Draft, phrase: str, base: str) -> str:
    """项目85项，争取资金1650万元: 科技计划项目资金."""
    if phrase not in lexicon().money_nouns or len(phrase) > SHORT:
        return ""
    if base.endswith(phrase) and _same_topic(draft):
        return base
    counted = bool(base) and not _is_money(draft.previous)
    whole = _money_of(base, phrase) if counted else topic(draft) + phrase
    return whole if len(whole) > len(phrase) else phrase


def _own_name(draft: Draft, phrase: str, base: str) -> str:
    if phrase in ("吸纳合同", "输出合同"):
        return f"{phrase[:2]}技术合同成交额"
    if phrase.startswith("合同") and any(
        "技术合同" in (each.measure or "") for each in draft.earlier()
    ):
        return f"技术{phrase}"
    if phrase in lexicon().kept_verbs and base:
        return _money_of(phrase + re.sub(r"^(?:吸纳|输出)", "", base), "成交额")
    if base and base.endswith(phrase) and _same_topic(draft):
        return base
    return _with_kind_of_money(draft, phrase)


_SOURCES: Final = re.compile(r"(经费|资金|投资|投入|补助|贷款)(?:来源|构成|安排|方面)?:")


def _with_kind_of_money(draft: Draft, phrase: str) -> str:
    """经费来源:农业部180万元: who pays is named, what they pay was said before the colon."""
    head = _SOURCES.search(draft.said)
    if head is None or phrase.endswith(lexicon().money_nouns):
        return phrase
    return phrase + head[1]


_GENERIC_SUMS: Final = frozenset(
    {"到位", "到账", "支持", "争取", "投资", "合同额", "合同金额", "执行", "投放", "贡献", "其中"}
    | {"单家企业每年", "年度"}
)


_PAYS: Final = pattern("naming.pays")


def _is_money(draft: Draft | None) -> bool:
    return draft is not None and draft.unit in MONEY


def noun_of_money(after: str) -> str:
    """…10万元的补助, 20万元奖励, 500亿元的基金."""
    noun, _ = noun_after(after[1:] if after.startswith("的") else after)
    return noun


def with_head(phrase: str, noun: str) -> str:
    """A phrase with the noun that it modifies."""
    return noun if not phrase or noun.startswith(phrase) else phrase + noun


def _money_of(base: str, verb: str) -> str:
    """The money side of what was counted: 项目59项、资金1357万元."""
    base = re.sub(r"与[^与]*之比$|占[^占]*(?:比重|比例|占比)$", "", base)
    if not base:
        return ""
    verb = strip_edges(verb)
    if base.endswith(lexicon().money_nouns) and (not verb or verb in ("，合计", "合计", "共")):
        return base
    stem = re.sub(r"(?:总投资|合同数|项目|数量?)$", "", base) or base
    stem = stem + "合同" if base.endswith("合同数") else stem
    if stem.endswith("合同") and verb in ("", "、", "，", "成交额"):
        return f"{stem}成交额"
    if re.search(r"到[位账]|支持|拨付", verb):
        return f"{re.sub(r'总投资$', '', base)}{verb[:2]}资金"
    if verb in lexicon().money_nouns:
        return f"{stem}{verb}"
    return base if base.endswith(tuple(lexicon().money_nouns)) else f"{base}资金"


def _same_topic(draft: Draft) -> bool:
    previous = draft.previous
    return previous is not None and ("其中" in draft.before or draft.sentence is previous.sentence)

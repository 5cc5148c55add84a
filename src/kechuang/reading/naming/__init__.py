"""What each figure measures, as a short noun phrase in the report's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kechuang.reading.drafts import Draft
from kechuang.reading.kinds import ends_a_pair
from kechuang.reading.lexicon import lexicon
from kechuang.reading.naming.borrowing import MONEY, SHORT
from kechuang.reading.naming.counts import of_count
from kechuang.reading.naming.money import of_money
from kechuang.reading.naming.places import of_rank
from kechuang.reading.naming.ratios import SUMS, of_ratio, of_spell
from kechuang.reading.naming.sharing import clean, distribute, distribution
from kechuang.reading.patterns import pattern
from kechuang.reading.phrases import noun_after, noun_before, only_verbs


def name_all(text: str, drafts: Sequence[Draft]) -> None:
    """Name every figure in order; later ones may borrow from those before them."""
    last: Draft | None = None
    theme = _theme_of(text)
    head = _head_of(text)
    of_contracts = bool(_CONTRACTS.search(text, 0, OPENING))
    for number, draft in enumerate(drafts):
        if last is not None and last.sentence.paragraph == draft.sentence.paragraph:
            draft.recent = last
        last = draft
        if "distributed" in draft.doubts:
            continue
        draft.theme = theme
        draft.label = _label_of(text, draft)
        draft.head = head
        phrase = clean(_with_theme(draft, clean(_measure(draft))))
        if phrase in SUMS and draft.previous is None:
            phrase = _industry_before(text, draft) + phrase
        draft.measure = (_of_a_contract(draft, phrase) if of_contracts else phrase) or None
        if distribution(drafts, number):
            distribute(drafts, number)


_LABEL: Final = re.compile(
    r"\s*(?:[一二三四五六七八九十\d]+[、.]|\([一二三四五六七八九十\d]+\))?([\u4e00-\u9fffA-Z&]{2,10}):"
)
_NO_LABEL: Final = re.compile(
    r"(?:目标|情况|方面|工作|措施|举措|要求|问|答|说|表示|强调|指出|提出|如下|来源|主体|平台|行动|实现|如|即|包括|为|资金|人员)$"
)


def _label_of(text: str, draft: Draft) -> str:
    """The label that a paragraph or a sentence opens with: 发明专利:到12月共申请147件."""
    for start in (draft.sentence.start, text.rfind("\n", 0, draft.sentence.start) + 1):
        label = _LABEL.match(text, start, start + 16)
        if label and not _NO_LABEL.search(label[1]):
            return label[1]
    return ""


_INDUSTRY: Final = re.compile(r"(?:^|[。;\n，])([\u4e00-\u9fff]{2,8}产业)(?![链集])")


def _industry_before(text: str, draft: Draft) -> str:
    """石化产业…。产值突破1300亿元: the industry was named in the sentence before."""
    said = text[max(0, draft.sentence.start - OPENING) : draft.sentence.start]
    industries = _INDUSTRY.findall(said)
    return industries[-1] if industries else ""


def _head_of(text: str) -> str:
    """What a report is about, where its opening names a kind of thing that bureaux count."""
    opening = text[:OPENING]
    return next((head for head in lexicon().heads if len(head) > SHORT and head in opening), "")


OPENING: Final = 120
"""So far into a report its subject matter is looked for."""

_CONTRACTS: Final = re.compile(r"技术(?:合同|交易|市场)")
_DEALS: Final = re.compile(
    r"(?P<way>(?:流向|输往|输出到?|由|对)?[\u4e00-\u9fff]{0,10}?)(?P<deal>吸纳|输出|成交|登记|交易)?(?P<end>额|数)?(?:技术)?"
)


def _of_a_contract(draft: Draft, phrase: str) -> str:
    """In a bulletin of technology contracts 成交22398亿元 is 技术合同成交额."""
    if not phrase or re.search("合同|技术|交易", phrase):
        return phrase
    deal = _DEALS.fullmatch(phrase)
    if deal is None or not (deal["deal"] or re.match("流向|输往|输出", phrase)):
        return phrase
    if draft.unit in ("项", "份"):
        return f"{deal['way']}技术合同{deal['deal'] if deal['deal'] == '登记' else ''}数"
    if draft.unit in (*MONEY, "%", "位", "倍"):
        way = deal["way"] + (deal["deal"] if deal["deal"] in ("吸纳", "输出") else "")
        return f"{way}技术合同成交额"
    return phrase


def _with_theme(draft: Draft, phrase: str) -> str:
    """A noun too general to stand alone takes the theme of its sentence: 科技特派员…服务队."""
    words = lexicon()
    general = phrase in words.general_nouns or phrase in words.money_nouns
    if not general or not phrase or draft.kind == "rank":
        return phrase
    first = next((each for each in list(draft.earlier())[::-1] if each.measure), None)
    theme = first.measure if first is not None and first.measure else draft.label
    theme = words.level_at_start.sub("", theme, count=1)
    room = max(2, 2 * (len(phrase) - 1))
    if len(theme) > room:
        theme = next(
            (head for head in words.heads if theme.endswith(head) and len(head) <= room), ""
        )
    if phrase in theme or theme in phrase or _TELLING.search(theme):
        return phrase
    return theme + phrase


_THEME: Final = re.compile(
    r"[\u4e00-\u9fffA-Z&]{0,8}(?:创新能力|竞争力|创新指数|发展指数|创新水平)(?=监测|评价|排名|考核|综合|[结得位])"
)


def _theme_of(text: str) -> str:
    """The evaluation that a report is about, where its beginning names one."""
    match = _THEME.search(text, 0, 400)
    return noun_before(match[0]) if match else ""


_TELLING: Final = pattern("naming.telling")


FARTHEST_PREFIX: Final = 6
_SEVERAL: Final = re.compile(
    r"^[一二三四五六七八九十\d]+(?:省市|省|市|县区?|区)(?=[\u4e00-\u9fff]|$)"
)


def _measure(draft: Draft) -> str:
    place = draft.lead.find(draft.prefix) if draft.prefix else -1
    if 0 <= place <= FARTHEST_PREFIX:
        draft.lead = _SEVERAL.sub("", draft.lead[place + len(draft.prefix) :])
    if draft.previous is not None and ends_a_pair(draft):
        return draft.previous.measure or ""
    if draft.quantity.form in ("rank", "top"):
        return of_rank(draft)
    if draft.unit == "位":
        place = of_rank(draft)
        return place if not place or place.endswith(("位次", "排名")) else f"{place}位次"
    if draft.unit in ("%", "‰", "百分点", "倍") or draft.quantity.form in ("doubling", "ratio"):
        return of_ratio(draft)
    if draft.unit in ("年", "周年", "个月") or re.search(r"(?:连续|蝉联)$", draft.before):
        return of_spell(draft)
    if draft.unit in MONEY:
        return of_money(draft)
    counted = of_count(draft)
    repeated = draft.unit == "人次" and counted and not counted.endswith(("次", "人数"))
    no_noun = repeated and not noun_after(draft.after)[0]
    return f"{counted}人次" if no_noun and _stands_alone(draft, counted) else counted


def _stands_alone(draft: Draft, counted: str) -> bool:
    """Whether the count has no noun of its own: 服务活动376场次、10430人次, 受益近万人次."""
    return draft.previous is not None and (
        counted == draft.previous.measure or only_verbs(counted.removeprefix(draft.head))
    )

"""Whom each figure describes: a region or a body named before it, else the report's region."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from kechuang.reading.drafts import Draft
from kechuang.reading.lexicon import alternation

MASKED: Final = re.compile(r"某|\*|×|XX|隐去")
_ADMINISTRATIVE: Final = re.compile(
    r"(?:省|自治区|特别行政区|市(?!辖)|自治州|地区|盟|自治县|县|自治旗|旗|区|经开区|高新区|新区)"
)


def own_name(region: str | None) -> str | None:
    """The region itself without those above it; None where the name is masked.

    >>> own_name("河北省邯郸市曲周县"), own_name("宁夏海原县"), own_name("某县（原文隐去）")
    ('曲周县', '海原县', None)
    """
    if region is None or MASKED.search(region) or "、" in region:
        return None
    parts = re.split(r"(?<=省)|(?<=自治区)|(?<=自治州)|(?<=市)|(?<=地区)|(?<=盟)(?=.)", region)
    last = [part for part in parts if part][-1]
    for short in _SHORT_PROVINCES:
        if last.startswith(short) and len(last) > len(short) + 2 and last[len(short)] not in "省自":
            return last[len(short) :]
    return last


_SHORT_PROVINCES: Final = ("内蒙古", "宁夏", "新疆", "西藏", "广西", "重庆", "上海", "天津", "北京")

_BODY: Final = (
    r"(?:[\u4e00-\u9fffA-Za-z·]{2,16}?(?:公司|集团|大学|学院|医院|特派团|科技城|科学城|创新港|博览会|科创基金|产业基金|引导基金|合作社|监管企业|等企业|等公司|机场|石化|药业|港(?!口))"
    r"|(?:[\u4e00-\u9fff]{2,10})(?:实验室|研究院|研究所|开发区|高新区|产业园|科技园|创新中心|孵化园|工业园|示范区))"
)
_BODY_OPENS: Final = re.compile(
    rf"^(?P<body>{_BODY}(?:[\u4e00-\u9fff]{{0,4}}(?:公司|大学))?)(?=[^，。；]*\d|[^，。；]*[一二三四五六七八九十]|与|，|从|牵头|累计|已|全年|目前)"
)
_NO_BODY: Final = re.compile(
    r"^(?:国家|全国|省|市|县|区|新|建|重点|高水平|一批|首|各|支持|引导|推动|推进|加快|鼓励|建设|依托|发挥|组建|与|对|为|在|向|把|帮助|邀请|组织|认定|打造|引进|拥有|先后|聘请|联合|通过|培育|高校|规上|科技型|高新技术|中小|家|级|所|年|个|其|该|从|强化|积极|企业|实施|围绕|和|企业牵头|大|行业|工业|现代|完善|用好|做|更|布局|落实|深化|获|新型|优化|促进|提|创建|共|获批|同|累计|辖|产业|农业|技术|辐射|校企|省级|市级|院士|产学研|联|争|申|主导|承)"
)
_COUNTED_BODY: Final = re.compile(r"^(?:数|总|达|增|共|各|\d|从|由|已达|有|为|新增|约|超|突破|分别|占|等)")


def subjects_of(about_region: str | None) -> _Subjects:
    """The subjects of one report, by its region."""
    return _Subjects(about_region)


class _Subjects:
    """Follows who is spoken of through a report."""

    def __init__(self, region: str | None) -> None:
        self.region = region
        self.own = own_name(region)

    def assign(self, text: str, drafts: Sequence[Draft], regions: RegionNames) -> None:
        """Give every figure its subject, from the words before it in its sentence."""
        paragraph = -1
        carried: str | None = None
        sentence = None
        named: str | None = None
        for draft in drafts:
            if draft.sentence.paragraph != paragraph:
                paragraph, carried = draft.sentence.paragraph, self._of_paragraph(text, draft, regions)
            if draft.sentence is not sentence:
                sentence, named = draft.sentence, None
            body, region = self._named(draft, regions)
            if region is not None:
                carried = named = region
            if body is not None:
                named = body
            if draft.row is not None:
                continue
            if re.match(r"\W*全[省市县区州国]|\W*[我本该][省市县区州]", draft.before) and body is None and region is None:
                named = None
            draft.subject = named or carried or self.own

    def _of_paragraph(self, text: str, draft: Draft, regions: RegionNames) -> str | None:
        """A paragraph that opens with another region's name speaks of it: 浙江：…"""
        start = text.rfind("\n", 0, draft.sentence.start) + 1
        found = regions.opening(text[start : start + 14])
        return found if found is not None and found != self.own and not self._above(found) else None

    def _above(self, name: str) -> bool:
        return bool(self.region) and name in (self.region or "")

    def _named(self, draft: Draft, regions: RegionNames) -> tuple[str | None, str | None]:
        """The body and the region that the clauses since the last figure name."""
        floor = draft.previous.quantity.end if draft.previous else draft.sentence.start
        said = draft.said[max(0, len(draft.said) - (draft.quantity.start - floor)) :]
        body = region = None
        for clause in re.split(r"[，；：:]", said):
            words = _OPENERS.sub("", clause)
            found = regions.opening(words)
            if found is not None and not self._above(found):
                region, body = found, None
            elif found is not None and not words[len(found) : len(found) + 1]:
                region = None
            opened = _BODY_OPENS.match(words)
            if opened and not _NO_BODY.match(words) and not _COUNTED_BODY.match(words[opened.end("body") :]):
                body = _body_name(opened["body"])
        return body, region


_OPENERS: Final = re.compile(
    r"^(?:[\s“、)(]|其中|例如|比如|如|目前|截至|此外|另外|同时|据了解|据悉|一是|二是|三是|四是|进步最快的|20\d\d年|今年以来|去年|今年|全年|[上下]半年|[一二三四]季度|年初以来|\d+[-—]\d+月份?|并|而|，)+"
)


def _body_name(body: str) -> str:
    return body


class RegionNames:
    """Names of regions as a report uses them, short or full, each with its full name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self._pattern = re.compile(alternation(names)) if names else None
        self.opening = lru_cache(maxsize=2048)(self._opening)

    def full(self, name: str | None) -> str | None:
        """The full name of a region said short; the name itself where it is not known."""
        return None if name is None else self.names.get(name, name)

    def _opening(self, words: str) -> str | None:
        """The full name of the region that opens a clause as its subject; None for none."""
        if self._pattern is None:
            return None
        match = self._pattern.match(words)
        if match is None or _NOT_THE_REGION.match(words[match.end() :]):
            return None
        return self.names[match[0]]


_NOT_THE_REGION: Final = re.compile(
    r"大学|学院|工程|师范|农业大学|农大|理工|医科|实验室|科创|银行|方面|分中心|[港江河湖路](?=[\u4e00-\u9fff])|材料|产业|研发|转化|机场|高新|经开|人才|制造|企业家|交大|科学|石化|、[\u4e00-\u9fff]{2,4}(?:等)?(?:地|集中)|综合|新能源|开发|保税|自贸|高铁|浑南|英歌|日报|分行|文理|环保|学者"
)

"""Whom each figure describes: a region or a body named before it, else the report's region."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from kechuang.reading.drafts import Draft, since_previous
from kechuang.reading.lexicon import alternation, lexicon
from kechuang.reading.patterns import pattern
from kechuang.reading.phrases import noun_after

MASKED: Final = re.compile(r"某|\*|×|XX|隐去")
_SHORT_PROVINCES: Final = ("内蒙古", "宁夏", "新疆", "西藏", "广西", "重庆", "上海", "天津", "北京")
_REGION_ENDS: Final = re.compile(r"(?<=省)|(?<=自治区)|(?<=自治州)|(?<=市)|(?<=地区)|(?<=盟)(?=.)")


def own_name(region: str | None) -> str | None:
    """The region itself without those above it; None where the name is masked.

    >>> own_name("河北省邯郸市曲周县"), own_name("宁夏海原县"), own_name("某县（原文隐去）")
    ('曲周县', '海原县', None)
    """
    if region is None or MASKED.search(region) or "、" in region:
        return None
    last = [part for part in _REGION_ENDS.split(region) if part][-1]
    for short in _SHORT_PROVINCES:
        if last.startswith(short) and len(last) > len(short) + 2 and not last.endswith("自治区"):
            return last[len(short) :]
    return last


_BODY_ENDS: Final = (
    "公司|集团|大学|学院|医院|特派团|科技城|科学城|创新港|博览会|基金|合作社|监管企业|等企业|等公司|"
    "机场|石化|药业|实验室|研究院|研究所|研究中心|开发区|高新区|产业园|科技园|孵化园|工业园|示范区|"
    "孵化器|创业园|创新中心|服务中心|交易中心|联合体|联盟|(?<!流向)(?<!香)港(?![口澳台])"
)
_BODY_OPENS: Final = re.compile(
    rf"(?P<body>[\u4e00-\u9fffA-Za-z·、“”]{{2,24}}?(?:{_BODY_ENDS})(?:[\u4e00-\u9fff]{{0,6}}公司)?)"
)
_NO_BODY: Final = pattern("subjects.no_body")
_COUNTED_BODY: Final = pattern("subjects.counted_body")
_OPENERS: Final = re.compile(
    r"^(?:[\s“、)(;*#|]|其中|例如|比如|如|目前|现在|截至目前|截至|此外|另外|同时|据了解|据悉|[一二三四五六七八九]是|进步最快的|增幅最大的|"
    r"(?:19|20)\d\d年(?:度|\d+月)?|今年以来|去年以来|年初以来|去年|今年|全年|当年|上半年|下半年|[一二三四]季度|\d+[-—]\d+月份?|截至\d*年?\d*月?底?|并|而|眼下|对照|“?十[二三四五]五”?(?:期间|时期|以来))+"
)
_OWN_AGAIN: Final = pattern("subjects.own_again")
_GROUP_OF_REGIONS: Final = re.compile(
    r"[^，。;]{0,40}?[二两三四五六七八九十\d]+(?:市|县|区|地|州|个[市县区州]|县区|县市区|市州)"
)
_NOT_THE_REGION: Final = pattern("subjects.not_the_region")


_GOES_ON_WORDS: Final = (
    "已|累计|年|增速|增幅|同比|环比|增长|下降|占|居|位居|列|排|其中|共|总|达|产值|营收|营业收入|利润|人均|被|先后|产能|持股|到账|实缴|"
    "税收|主营|销售|出口|研发投入|吸引|带领|带动|年均|平均|分别|比|较|超|突破|约|近|为|把|将|产品|合计|也|还|并|与|从|由|预计|解决|攻"
)
_LIKE_A_REGION: Final = re.compile(
    r"(?![^县区市旗]*[级部的])(?!(?:核心|功能|起步|先导|集聚|聚集|试点|中心城|平原|丘陵|全|该|我|本|各|城|园|地|社|片|辖|示范|试验|开发|先行|校|厂|景|山|牧|灾|特|林|库|老|市县|省|都|部分|一些|其他|其余|多个|个|两|若干|高新|经开|所有|每个|新|国家|\d))"
    r"(?![居位列在与向对从由以为把到升通进登评按被让是有和及或将已而等更最只据][^县区市]*)"
    r"(?:(?!的)[\u4e00-\u9fff]){1,5}?(?:都市区|新区|经开区|高新区|自治县|县|区|市|旗)"
    r"(?=\d|新增|新登记|由|则|占|累计|共|达|完成|实现|前进|后退|上升|下降|位居|位列|居全|列全|排|增长|创新[投主产条]|为\d|、[\u4e00-\u9fff]{1,4}[区县市]|和[\u4e00-\u9fff]{1,4}[区县市]|分别|增速|[\u4e00-\u9fff]{2,8}得\d|$)"
)


_GOES_ON: Final = re.compile(rf"(?:{lexicon().governing_at_start.pattern}|{_GOES_ON_WORDS})")


class RegionNames:
    """Names of regions as a report uses them, short or full, each with its full name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self._pattern = re.compile(alternation(names)) if names else None
        self.opening = lru_cache(maxsize=2048)(self._opening)

    def full(self, name: str | None) -> str | None:
        """The full name of a region said short; the name itself where it is not known."""
        return None if name is None else self.names.get(name, name)

    def _opening(self, words: str) -> tuple[str, str] | None:
        """The region that opens a clause as its subject: the words and the full name.

        Of a chain (邯郸磁县) it is the last; of a list (甲县、乙县) all, as written out.
        """
        if self._pattern is None:
            return None
        guess = None if self._pattern.match(words) else _LIKE_A_REGION.match(words)
        if guess is not None:
            return self._guessed(words, guess)
        found: list[str] = []
        end, listed = 0, False
        while match := self._pattern.match(words, end):
            if match.end() == end:
                break
            if listed or not found:
                found.append(self.names[match[0]])
            else:
                found[-1] = self.names[match[0]]
            end = match.end()
            listed = words[end : end + 1] in ("、", "和", "与") and len(words) > end + 1
            end += listed
        end -= listed
        if not found or _NOT_THE_REGION.match(words, end):
            return None
        return words[:end], "、".join(found)

    def _guessed(self, words: str, first: re.Match[str]) -> tuple[str, str]:
        """A name that only looks like a region's, or a list of them: 丙区、丁区分别…"""
        names, end = [first[0]], first.end()
        while words[end : end + 1] in ("、", "和") and (
            more := _LIKE_A_REGION.match(words, end + 1)
        ):
            names.append(more[0])
            end = more.end()
        return words[:end], "、".join(names)


class Subjects:
    """Follows who is spoken of through one report."""

    def __init__(self, region: str | None, regions: RegionNames) -> None:
        self.region = region or ""
        self.own = own_name(region)
        self.regions = regions
        self.several = self.own is None or self.own == "全国"

    def assign(self, text: str, drafts: Sequence[Draft]) -> None:
        """Give every figure its subject, from the words before it in its sentence."""
        paragraph, sentence = -1, None
        carried: str | None = None
        named: str | None = None
        whole = self._of_the_whole_report(text)
        for draft in drafts:
            if draft.sentence.paragraph != paragraph:
                paragraph = draft.sentence.paragraph
                carried = self._of_paragraph(text, draft)
            if draft.sentence is not sentence:
                sentence, named = draft.sentence, None
            named, carried = self._follow(draft, named, carried)
            if draft.row is None:
                draft.subject = named or carried or whole or self.own

    def _follow(
        self, draft: Draft, named: str | None, carried: str | None
    ) -> tuple[str | None, str | None]:
        """Walk through the clauses since the last figure and take note of who opens each."""
        said = since_previous(draft)
        if said[:1] in ";。" and draft.previous is not None:
            named = None
        clauses = re.split(r"([，;:。])", said)
        for place in range(0, len(clauses), 2):
            if place and clauses[place - 1] == ";":
                named = None
            words = _OPENERS.sub("", clauses[place])
            last = place == len(clauses) - 1
            if again := _OWN_AGAIN.match(words):
                named = None
                carried = carried if carried and carried[-1] == again[0][1:2] else None
                continue
            if last and place and named is not None and self._speaks_for_itself(words, draft):
                named = None
            opened = self._opened(words)
            if opened is None:
                continue
            prefix, name, is_region = opened
            if last:
                draft.prefix = prefix
            if is_region and name == self.own:
                named = carried = None
            else:
                named = name
                if is_region and (self.several or self._is_above(name)):
                    carried = name
        return named, carried

    def _speaks_for_itself(self, words: str, draft: Draft) -> bool:
        """A clause with a noun of its own in front no longer speaks of the body named before."""
        if not words.strip():
            return bool(noun_after(draft.after)[1])
        return not _GOES_ON.match(words)

    def _opened(self, words: str) -> tuple[str, str, bool] | None:
        """Who opens a clause: (the words, the name, whether a region)."""
        found = self.regions.opening(words)
        if found is not None:
            rest = words[len(found[0]) :]
            group = _GROUP_OF_REGIONS.match(words)
            if "、" in found[0] and group:
                return group[0], group[0], True
            body = _BODY_OPENS.match(words)
            if (
                body
                and not _COUNTED_BODY.match(words[body.end() :])
                and len(body[0]) > len(found[0])
            ):
                return body["body"], body["body"], False
            if self.region.endswith(found[1]) and rest:
                return found[0], self.own or found[1], True
            return found[0], found[1], True
        body = _BODY_OPENS.match(words)
        if body is None or _NO_BODY.match(words) or _COUNTED_BODY.match(words[body.end() :]):
            return None
        return body["body"], body["body"], False

    def _is_above(self, name: str) -> bool:
        return name in self.region and not self.region.endswith(name)

    def _of_paragraph(self, text: str, draft: Draft) -> str | None:
        """A paragraph under a region's name, as a heading or before a colon, speaks of it."""
        start = text.rfind("\n", 0, draft.sentence.start) + 1
        found = self.regions.opening(text[start : start + 16])
        if found is not None and re.match(r"[:]", text[start + len(found[0]) :][:1]):
            return found[1] if found[1] != self.own else None
        if draft.sentence.section is None:
            return None
        heading = text[slice(*draft.sentence.section)].strip("【】[]# \n:*")
        found = self.regions.opening(heading)
        return (
            found[1] if found is not None and found[0] == heading and found[1] != self.own else None
        )

    def _of_the_whole_report(self, text: str) -> str | None:
        """A report whose first words name a team speaks of it throughout."""
        words = _OPENERS.sub("", text[:40])
        body = _BODY_OPENS.match(words)
        if body is None or not body["body"].endswith(("特派团", "公司", "集团", "大学", "学院")):
            return None
        follows = words[body.end() :]
        return (
            None if _COUNTED_BODY.match(follows) and not follows.startswith("由") else body["body"]
        )


def share_out(drafts: Sequence[Draft], regions: RegionNames) -> None:
    """甲县、乙县分别下降3%、5%: each figure of the list has the region at its own place."""
    for number, draft in enumerate(drafts):
        if draft.subject is None or "、" not in draft.subject or "分别" not in draft.before:
            continue
        names = draft.subject.split("、")
        group = [
            each for each in drafts[number : number + len(names)] if each.sentence is draft.sentence
        ]
        if len(group) == len(names):
            for each, name in zip(group, names, strict=True):
                each.subject = regions.full(name)

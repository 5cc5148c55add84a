"""Noun phrases out of the words around a number."""

from __future__ import annotations

import re
from typing import Final

from kechuang.reading.lexicon import lexicon
from kechuang.reading.patterns import pattern

LONGEST_MEASURE: Final = 40
_EDGES: Final = " ，、。;:;,.·…—-~?!|/*#\n\t"
_BRACKETED: Final = re.compile(r"\([^()]{0,30}\)$|^\)")
_RELATIVE: Final = re.compile(r"^.*的(?=[^的]{2,})")
_WORD: Final = re.compile(r"[\u3400-\u9fffA-Za-z0-9]")
_UNIT_NOTE: Final = re.compile(r"^(?:个|家|名|项)?(?:以上|左右|以内|以下)")
_COUNTY_NOTE: Final = re.compile(r"县[(（][市、区]{1,3}[)）]")
_RANKING: Final = re.compile(
    r"(?:(?:位居|位列|位于|名列|跃居|跃升|升至|升到|上升到|提升到|前移|稳居|居|列|排名|排在|排|位次|名次|保持|蝉联|均|分别|为|在|进入|跻身|进|入围|挺进|迈入|达到)|"
    r"(?:全国|全省|全市|全区|全县|全球|世界|国内|全盟|全州|同类|城市|地级市|省会|中西部|西部|中部|东部|东北|西北|省|市|县|区|州|[\u4e00-\u9fff]{2,3}[省市区县]|[\u4e00-\u9fff]{0,4}(?=第))|[的、，:])+$"
)

_RANK_VERB: Final = re.compile(r"连续|位居|位列|稳居|居全|列全|排名|排全|居世界|居国内")


def strip_edges(phrase: str) -> str:
    """Without marks and blanks at either end, and without quotes that do not close."""
    phrase = phrase.strip(_EDGES)
    while phrase.startswith(("”", ")", "》", "’")):
        phrase = phrase[1:].strip(_EDGES)
    while phrase.endswith(("“", "(", "《", "‘")):
        phrase = phrase[:-1].strip(_EDGES)
    if phrase.count("“") != phrase.count("”"):
        if phrase.startswith("“") and "”" not in phrase:
            phrase = phrase[1:]
        elif "”" in phrase and "“" not in phrase:
            phrase = (
                phrase.split("”", 1)[1]
                if len(phrase.split("”", 1)[1]) > 2
                else phrase.replace("”", "")
            )
    return phrase.strip(_EDGES)


def noun_before(lead: str) -> str:
    """The noun phrase that ends right before a number; empty where only verbs stand there.

    >>> noun_before("全市新增省级科技型中小企业"), noun_before("，同比增长")
    ('省级科技型中小企业', '')
    """
    words = lexicon()
    phrase = _BRACKETED.sub("", lead.strip(_EDGES))
    ratio = _RATIO_OF_TWO.match(phrase)
    if ratio is None:
        phrase = words.trailing.sub("", phrase)
        phrase = words.trailing.sub("", phrase.strip(_EDGES))
    phrase = strip_edges(_THE_SHARE.sub("", ratio[1]) if ratio else phrase)
    if not phrase:
        return ""
    phrase = _after_governing_verb(phrase)
    phrase = _without_openers(phrase)
    if len(phrase) > 12:
        phrase = _RELATIVE.sub("", phrase)
    phrase = re.sub(r"^(?:到|由|从)$", "", phrase)
    if len(phrase) > 20 and "等" in phrase[:-3]:
        phrase = phrase.rsplit("等", 1)[1] if len(phrase.rsplit("等", 1)[1]) > 2 else phrase
    phrase = strip_edges(phrase)
    return phrase[-LONGEST_MEASURE:] if _WORD.search(phrase) else ""


def only_verbs(phrase: str) -> bool:
    """立项, 已对接解决: words that only say what was done to what was counted before.

    >>> only_verbs("对接解决"), only_verbs("市级立项")
    (True, False)
    """
    rest = re.sub(r"^(?:已|再|共|均|实际|重新|首批|累计|就)+", "", phrase)
    while rest and (verb := lexicon().governing_at_start.match(rest)):
        rest = rest[verb.end() :]
    return not rest


def _after_governing_verb(phrase: str) -> str:
    """Cut up to the last verb that governs the rest, unless nothing worth counting is left."""
    words = lexicon()
    best = phrase
    quoted = [match.span() for match in re.finditer(r"“[^”]*”", phrase)]
    for verb in words.governing_at_start.finditer(phrase):
        if any(start < verb.start() < end for start, end in quoted):
            continue
        rest = phrase[verb.end() :]
        if len(rest.strip(_EDGES)) < 2 or rest.startswith(("的", "和", "与", "、", "及")):
            continue
        inside = verb.start() > 1 and (
            len(rest) < 3 or rest in words.general_nouns | set(words.money_nouns)
        )
        if len(rest) <= 4 and (inside or _too_general(rest, verb[0])):
            continue
        if verb.start() and not _governs(verb):
            continue
        best = rest
    return best


def _governs(verb: re.Match[str]) -> bool:
    """Inside a phrase many verbs are parts of nouns: 技术转化项目, 入库培育企业."""
    return len(verb[0]) > 1 and verb[0] not in lexicon().noun_like


_NOUN_OPENS: Final = pattern("phrases.noun_opens")
_THE_SHARE: Final = re.compile(r"的(?=(?:占比|比重|比例)$)")
_RATIO_OF_TWO: Final = re.compile(
    r"(.*(?:之比|占比|比重|比例))(?:达到?|为|约|超过?|提高到|突破|由|从|稳定在|保持在)*$"
)
_TOGETHER: Final = re.compile(
    r"^[省市县区](?=规模以上|规上)|^[一二两三四五六七八九十\d]+年(?:来|里|间|内|时间)?(?=[\u4e00-\u9fff]{2})|^共(?=[征组开举完引培解争申实获新为派选走服发])|^(?:共|现|已)?有(?![效研限关机线色序毒害氧])"
)


def _without_openers(phrase: str) -> str:
    words = lexicon()
    for _ in range(4):
        phrase = _TOGETHER.sub("", phrase)
        opener = words.leading.match(phrase)
        if opener and opener.end() == len(phrase):
            return ""
        if opener and len(phrase) - opener.end() >= 2:
            phrase = phrase[opener.end() :]
        verb = words.governing_at_start.match(phrase)
        if verb and _opens(phrase, verb):
            phrase = phrase[verb.end() :]
        elif not opener:
            break
    return phrase


def _opens(phrase: str, verb: re.Match[str]) -> bool:
    """A verb that opens a phrase goes, unless only a general noun would be left: 柔性引进团队."""
    rest = phrase[verb.end() :]
    if len(rest) < 2 or rest.startswith(("的", "和", "与", "、")):
        return False
    return len(rest) > 3 or not _too_general(rest, verb[0])


def _too_general(rest: str, verb: str) -> bool:
    """发放资料, 带动就业, 柔性引进团队: the verb tells more than the noun."""
    if verb in lexicon().empty_verbs:
        return len(rest) < 2
    words = lexicon()
    return len(rest) <= 2 or rest in words.general_nouns or rest in words.money_nouns


def noun_after(after: str) -> tuple[str, str]:
    """The noun phrase right after a number and what it does: (省级特派员, 下派…).

    >>> noun_after("名省级特派员"[1:]), noun_after("企业签订服务协议")
    (('省级特派员', ''), ('企业', '签订服务协议'))
    """
    words = lexicon()
    after = _COUNTY_NOTE.sub("县区", _UNIT_NOTE.sub("", after).lstrip(" "))
    if (
        not after
        or after[0] in "，。;、:;)(”》|-—"
        or after.startswith(("的", "和", "与", "以上", "左右"))
    ):
        return "", ""
    first = words.predicate_at_start.match(after)
    if first and _breaks(after, first) and not _NOUN_OPENS.match(after):
        return "", strip_edges(after)
    noun, action = after, ""
    for predicate in words.predicate.finditer(after):
        long_enough = predicate.start() >= 2 or after[:1] in "县市区人村镇校户岗"
        if long_enough and predicate.start() and _breaks(after, predicate):
            noun, action = after[: predicate.start()], after[predicate.start() :]
            break
    if len(noun) > 6 and "的" in noun:
        tail = noun.rsplit("的", 1)[1]
        noun = tail if len(strip_edges(tail)) >= 2 else noun
    noun = re.sub(r"(?:和|与|及|以及)$", "", strip_edges(noun))
    return noun[:LONGEST_MEASURE], strip_edges(action)


def _breaks(after: str, predicate: re.Match[str]) -> bool:
    """Not every verb ends a noun: 成果转化基金, 科技服务团, 全国重点实验室."""
    word = predicate[0]
    follow = after[predicate.end() : predicate.end() + 1]
    if word == "中":
        return bool(re.match("[列排居位有，]", after[predicate.end() :] + "，"))
    if word in (
        "支持",
        "服务",
        "指导",
        "对接",
        "开发",
        "创建",
        "组织",
        "集聚",
        "通过",
        "立项",
        "创业",
        "就业",
        "助力",
        "联动",
    ):
        return follow not in ("", "的", "机构", "中") and len(after) - predicate.end() >= 2
    return word != "与" or bool(re.search(r"签|合作|对接|有", after[predicate.end() :]))


def scope_of_rank(lead: str) -> str:
    """What a place is in, without the words that only rank: 科技创新能力位列全省 → 科技创新能力.

    >>> scope_of_rank("科技创新能力位列全省")
    '科技创新能力'
    """
    phrase = re.sub(r"在[^，;在]{0,16}中|^在(?:全[国省市县区])?", "", lead.strip(_EDGES))
    phrase = _RANKING.sub("", phrase)
    verb = _RANK_VERB.search(phrase)
    return noun_before(phrase[: verb.start()] if verb and verb.start() >= 2 else phrase)


def joined_parts(phrase: str) -> list[str]:
    """The members of a list of nouns, each with the head that is said once at the end.

    >>> joined_parts("国家级、省级、市级企业研发机构")
    ['国家级企业研发机构', '省级企业研发机构', '市级企业研发机构']
    """
    parts = [strip_edges(part) for part in re.split(r"[、和与及]|以及", phrase)]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return parts
    words = lexicon()
    level = words.level_at_start.match(parts[-1])
    if level and all(words.levels_only.fullmatch(part) for part in parts[:-1]):
        head = parts[-1][level.end() :]
        return [part + head for part in parts[:-1]] + [parts[-1]]
    return [_with_shared_head(part, parts[-1]) for part in parts[:-1]] + [parts[-1]]


def _with_shared_head(part: str, last: str) -> str:
    """城镇、农村居民人均可支配收入: a bare modifier takes all that follows the last one."""
    if len(part) <= 2 and len(last) - len(part) >= 4:
        return part + last[len(part) :]
    head = _shared_head(last)
    return part if part.endswith(head) else part + head


_HEADS: Final = (
    "增加值",
    "成交额",
    "交易额",
    "总产值",
    "产值",
    "主营业务收入",
    "营业收入",
    "收入",
    "利润",
    "投资",
    "吞吐量",
    "产量",
    "数量",
    "占比",
    "比重",
    "经费",
    "人数",
    "企业",
    "补助",
    "奖励",
)


def _shared_head(last: str) -> str:
    for head in _HEADS:
        if last.endswith(head) and len(last) > len(head):
            return head
    return ""

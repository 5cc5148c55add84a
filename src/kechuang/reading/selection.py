"""Which quantities of a text are figures: a list of refusals, each a small rule with its reason."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kechuang.figures.model import Quantity
from kechuang.figures.periods import PeriodMention
from kechuang.reading.patterns import pattern

LONGEST_TITLE: Final = 80
PUNCTUATION: Final = frozenset("，。;、;:！？!?)）(（”“\n |》《…—-·'\"/,.")
DURATIONS: Final = frozenset({"年", "周年", "天", "小时", "分钟", "个月", "人天"})
SMALL_WORDS: Final = Decimal(10)


@dataclass(frozen=True, slots=True)
class Scene:
    """A plain text with what the rules look at: its times and its quoted stretches."""

    text: str
    mentions: Sequence[PeriodMention]
    mention_starts: Sequence[int]
    titles: Sequence[tuple[int, int]]
    slogans: Sequence[tuple[int, int]]


def make_scene(text: str, mentions: Sequence[PeriodMention]) -> Scene:
    """Find the book titles and quoted stretches of a text once."""
    return Scene(
        text,
        mentions,
        [mention.start for mention in mentions],
        _stretches(text, re.compile(rf"《[^《》\n]{{1,{LONGEST_TITLE}}}》")),
        _stretches(text, re.compile(r"“[^“”\n]{1,40}”|\"[^\"\n]{1,40}\"")),
    )


def _stretches(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def _inside(stretches: Sequence[tuple[int, int]], offset: int) -> tuple[int, int] | None:
    place = bisect_right(stretches, (offset, 1 << 60)) - 1
    if place >= 0 and stretches[place][0] <= offset < stretches[place][1]:
        return stretches[place]
    return None


Rule = Callable[[Scene, Quantity], bool]


def in_a_book_title(scene: Scene, quantity: Quantity) -> bool:
    """《关于…的十条措施》 is a name."""
    return _inside(scene.titles, quantity.start) is not None


def in_a_slogan(scene: Scene, quantity: Quantity) -> bool:
    """“1+3”, “四抓四强” are names; “10名优秀科技特派员” still counts ten persons."""
    stretch = _inside(scene.slogans, quantity.number_start)
    if stretch is None:
        return False
    counted = quantity.form == "number" and quantity.unit not in DURATIONS
    inner = scene.text[stretch[0] + 1 : stretch[1] - 1]
    return not counted or "+" in inner or len(inner) - (quantity.end - quantity.start) < 3


def part_of_a_time(scene: Scene, quantity: Quantity) -> bool:
    """2024年, 1-7月 and 前三季度 say when, not how much."""
    place = bisect_right(scene.mention_starts, quantity.end - 1) - 1
    while place >= 0 and scene.mentions[place].end > quantity.number_start:
        mention = scene.mentions[place]
        if mention.start < quantity.end and mention.end > quantity.number_start:
            return True
        place -= 1
    return False


_SPELL: Final = pattern("selection.spell")
_SPELL_AFTER: Final = re.compile(r"(?:合作|历史|的历史|的合作|的发展|发展历程|党龄|周年)")
_TIME_LIMIT: Final = re.compile(r"(?:压缩|缩短|时限|平均|寿命|提速|减少|延长|优良)[^，。;\d]{0,8}$")


def a_time_frame(scene: Scene, quantity: Quantity) -> bool:
    """近三年, 三个半月内 frame a statement; 连续9年 and 近50年合作 are spells, which count."""
    if quantity.unit not in DURATIONS:
        return False
    before = scene.text[max(0, quantity.start - 10) : quantity.start]
    after = scene.text[quantity.end : quantity.end + 4]
    if quantity.bound == "max" and re.search(
        r"期限|不超过|最长", before[-4:] + scene.text[quantity.start : quantity.number_start]
    ):
        return False
    if quantity.unit in ("年", "个月", "周年"):
        if _SPELL.search(before):
            return bool(re.match("来|内|间|以来", after))
        return quantity.unit != "周年" and not _SPELL_AFTER.match(after)
    return not _TIME_LIMIT.search(before)


_INDEX_BEFORE: Final = re.compile(
    r"(?:指数|得分|总分|评分|分值|系数|综合分|指标值|分数)[^，。;\d]{0,6}$"
)
_NUMBERED_THING: Final = pattern("selection.numbered_thing")


def without_a_unit(scene: Scene, quantity: Quantity) -> bool:
    """A bare number is a code, unless it is large (9亿), bounded (160以上) or an index."""
    if quantity.form != "bare":
        return False
    text = scene.text
    written = text[quantity.number_start : quantity.end]
    if written == "两位数":
        return quantity.bound == "exact"
    after = text[quantity.end : quantity.end + 3]
    before = text[max(0, quantity.start - 14) : quantity.start]
    if _NUMBERED_THING.match(after):
        return True
    if re.search("[万亿]", written):
        if not re.search(r"\d", written) and quantity.bound == "exact":
            return True
        return not written[0].isdigit() and quantity.bound == "exact" and quantity.value < 10**8
    if after[:1] not in PUNCTUATION and after[:1] not in ("", "的", "和", "与"):
        return True
    if _INDEX_BEFORE.search(before):
        return text[quantity.number_start - 1 : quantity.number_start].isascii()
    return True


_LATIN_BEFORE: Final = re.compile(r"[A-Za-z0-9]$|[A-Za-z][-－—]$|No\.$|〔$|\[$|\d[-—]$")
_MODEL_AFTER: Final = pattern("selection.model_after")


def in_a_model_name(scene: Scene, quantity: Quantity) -> bool:
    """T1000碳纤维, 5G, 300万吨级: the number belongs to a name or a class."""
    text = scene.text
    before = text[max(0, quantity.number_start - 3) : quantity.number_start]
    if quantity.start == quantity.number_start and _LATIN_BEFORE.search(before):
        return not (
            quantity.unit and before[-1:].isascii() and re.search(r"(?:GDP|R&D|\d[-—])$", before)
        )
    return bool(_MODEL_AFTER.match(text, quantity.end))


_RANK_VERB: Final = pattern("selection.rank_verb")


def an_ordinal(scene: Scene, quantity: Quantity) -> bool:
    """第二批, 第三产业, 第一， name an item; 居全省第二 is a place."""
    if quantity.form != "rank":
        return False
    text = scene.text
    if text[quantity.end - 1] in "位名":
        return False
    after = text[quantity.end : quantity.end + 1]
    if after and after not in PUNCTUATION and after not in "和与且并及":
        return True
    before = text[max(0, quantity.start - 12) : quantity.start]
    clause = re.split("[，。;:\n]", before)[-1]
    return not _RANK_VERB.search(clause)


_TOP_BEFORE: Final = pattern("selection.top_before")


def not_a_group_of_places(scene: Scene, quantity: Quantity) -> bool:
    """前1%, 前三批 and 前两年 are no places in an order."""
    if quantity.form != "top":
        return False
    text = scene.text
    after = text[quantity.end : quantity.end + 1]
    if text[quantity.end - 1] == "强":
        return True
    if text[quantity.end - 1] in "位名":
        return False
    if after and after not in PUNCTUATION and after not in "的和与行":
        return True
    return not _TOP_BEFORE.search(text[max(0, quantity.start - 12) : quantity.start])


_POINTS_BACK: Final = pattern("selection.points_back")
_TALK_OF_STRUCTURE: Final = pattern("selection.talk_of_structure")


def a_word_not_a_count(scene: Scene, quantity: Quantity) -> bool:
    """一个, 三个方面, 万人 in 万人拥有量: numerals that count nothing here."""
    if quantity.form != "words":
        return False
    text = scene.text
    written = text[quantity.number_start : quantity.end]
    before = text[max(0, quantity.start - 4) : quantity.start]
    if _POINTS_BACK.search(before):
        return True
    if quantity.bound == "exact" and not re.search("[一二三四五六七八九两十几数]", written):
        return True
    if quantity.value == 1 and quantity.unit != "倍":
        return not _counts_one(scene, quantity)
    if (
        quantity.unit in ("次", "轮", "期", "批", "种", "部", "门", "对", "本", "条")
        and quantity.value < 3
    ):
        return not (before and re.search(r"[举召开进办展行训]", before))
    return quantity.value < SMALL_WORDS and bool(_TALK_OF_STRUCTURE.match(text, quantity.end))


def _counts_one(scene: Scene, quantity: Quantity) -> bool:
    """…企业一家，全县达两家: a counted one stands after its noun in a row of counts."""
    text = scene.text
    after = text[quantity.end : quantity.end + 1]
    if after not in "，、;。;" or quantity.unit not in ("家", "个", "项", "件", "名", "人", "所"):
        return False
    rest = text[quantity.end : quantity.end + 24]
    row = re.search(r"[两二三四五六七八九十\d]+[家个项件名人所]", rest)
    return row is not None and text[quantity.start - 1 : quantity.start] not in PUNCTUATION


_CLASS_AFTER: Final = re.compile(
    r"的?(?:[\u4e00-\u9fff]{0,6}?)(?:项目|企业|产业|集群|园区|成果|仪器|设备|工程|乡镇|合同|县)[^，。;\d]{0,6}\d"
)


def a_threshold(scene: Scene, quantity: Quantity) -> bool:
    """亿元以上项目30个, 升5-9位的23个: the class limit stays in the measure."""
    text = scene.text
    if text[quantity.end : quantity.end + 1] == "的" and re.match(
        r"的\d+[个家项名]", text[quantity.end : quantity.end + 5]
    ):
        return True
    if quantity.bound != "min" or quantity.unit not in (
        "元",
        "美元",
        "",
        "人",
        "年",
        "平方米",
        "吨",
    ):
        return False
    before = text[max(0, quantity.start - 1) : quantity.start]
    glued = quantity.start < quantity.number_start
    if (
        glued
        and before not in PUNCTUATION
        and not re.match("[企项产]", text[quantity.end : quantity.end + 1])
    ):
        return False
    return bool(_CLASS_AFTER.match(text, quantity.end))


_TOP_PERCENT: Final = re.compile(r"前$")


def a_band(scene: Scene, quantity: Quantity) -> bool:
    """前1%学科: a band of a list, part of the name of what is counted."""
    if quantity.unit not in ("%", "‰"):
        return False
    return bool(_TOP_PERCENT.search(scene.text[max(0, quantity.start - 1) : quantity.start]))


def a_name_of_doubling(scene: Scene, quantity: Quantity) -> bool:
    """倍增计划 is a name, 实现倍增 a statement."""
    if quantity.form != "doubling" or not scene.text.startswith("倍增", quantity.start):
        return False
    after = scene.text[quantity.end : quantity.end + 1]
    return bool(after) and after not in PUNCTUATION


def a_small_score(scene: Scene, quantity: Quantity) -> bool:
    """A ratio of two single figures without context is a match result or a time."""
    if quantity.form != "ratio" or quantity.unit == "%":
        return False
    before = scene.text[max(0, quantity.start - 12) : quantity.start]
    return not re.search(r"比|之比|调整|达|为", before)


RULES: Final[tuple[Rule, ...]] = (
    part_of_a_time,
    without_a_unit,
    a_word_not_a_count,
    in_a_book_title,
    in_a_slogan,
    a_time_frame,
    in_a_model_name,
    an_ordinal,
    not_a_group_of_places,
    a_threshold,
    a_band,
    a_name_of_doubling,
    a_small_score,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantity with the name of the rule that refused it; None for a figure."""

    quantity: Quantity
    refused_by: str | None


def judge(scene: Scene, quantities: Sequence[Quantity]) -> list[Candidate]:
    """Every quantity with the first rule that refuses it."""
    return [Candidate(quantity, _refusal(scene, quantity)) for quantity in quantities]


def _refusal(scene: Scene, quantity: Quantity) -> str | None:
    for rule in RULES:
        if rule(scene, quantity):
            return rule.__name__
    return None

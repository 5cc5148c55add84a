"""What is counted."""

from __future__ import annotations

import re
from typing import Final

from kechuang.reading.drafts import Draft
from kechuang.reading.kinds import action_after, starts_a_pair
from kechuang.reading.lexicon import lexicon
from kechuang.reading.naming.borrowing import (
    SHORT,
    borrowed,
    counted_before,
    recently_counted,
    said_in_full,
    score,
    topic,
    topic_since,
)
from kechuang.reading.naming.money import with_head
from kechuang.reading.naming.ratios import Said
from kechuang.reading.patterns import pattern
from kechuang.reading.phrases import noun_after, noun_before, only_verbs, strip_edges


def of_count(draft: Draft) -> str:
    """The first rule that knows names it; else the noun before the number does."""
    noun, action = noun_after(draft.after)
    said = Said(noun_before(draft.lead), noun, action)
    for rule in COUNT_RULES:
        name = rule(draft, said)
        if name:
            return name
    return _levels_first(said.phrase)


def _points_scored(draft: Draft, said: Said) -> str:
    """平均得分61.07分; 廊坊77.59分."""
    if draft.unit != "分":
        return ""
    if not re.search("分$|指数|评价", said.phrase):
        return score(draft, said.phrase)
    generic = re.fullmatch(r"(?:平均|总|综合)?(?:得分|分数|分值|分)", said.phrase)
    return draft.theme + said.phrase if generic else ""


def _population(draft: Draft, said: Said) -> str:
    if not draft.quoted.endswith("人口"):
        return ""
    return "人口" if len(said.phrase) < SHORT else said.phrase + "人口"


def _scores_that_move(_draft: Draft, said: Said) -> str:
    """139个得分上升."""
    if said.noun not in ("得分", "分数", "位次", "排名", "分值") or not said.action:
        return ""
    return said.noun + re.split(r"[、，]", said.action)[0]


def _capacity(draft: Draft, said: Said) -> str:
    """100吉瓦时锂电池储能等项目."""
    if not said.noun or draft.unit not in lexicon().capacities:
        return ""
    return re.split(r"[、等]", said.noun)[0] or said.noun


def _noun_behind(draft: Draft, said: Said) -> str:
    return _after_number(draft, said) if said.noun else ""


def _only_described(draft: Draft, _said: Said) -> str:
    modifier = draft.lead.rstrip()
    if not modifier.endswith("的") or len(modifier) <= 2 or starts_a_pair(draft):
        return ""
    return _described(draft, modifier)


def _nothing_said(draft: Draft, said: Said) -> str:
    return "" if said.phrase else _inherited(draft, said.action)


def _contrast(draft: Draft, said: Said) -> str:
    return _contrasted(draft, said.phrase)


def _class_or_level(draft: Draft, said: Said) -> str:
    """A类24个; 国家级1家、省级7家."""
    if re.fullmatch(r"[A-D甲乙丙丁]类", said.phrase):
        return said.phrase + ("县" if draft.unit == "个" else "企业")
    if lexicon().levels_only.fullmatch(said.phrase):
        return _levelled(draft, said.phrase)
    return ""


def _only_done(draft: Draft, said: Said) -> str:
    phrase = _levels_first(said.phrase)
    return _done(draft, phrase) if len(phrase) <= 6 and only_verbs(phrase) else ""


def _short_for(draft: Draft, said: Said) -> str:
    return said_in_full(draft, _levels_first(said.phrase))


def _total_of(draft: Draft, said: Said) -> str:
    if said.phrase not in ("总数", "总量", "数量") or not counted_before(draft):
        return ""
    return counted_before(draft) + said.phrase


def _no_body_said(draft: Draft, said: Said) -> str:
    phrase = _levels_first(said.phrase)
    bodies = (*lexicon().bodies, "数", "数量", "总量")
    return _completed(draft, phrase) if draft.unit == "家" and not phrase.endswith(bodies) else ""


def _verb_or_place_only(draft: Draft, said: Said) -> str:
    short = said.phrase in lexicon().kept_verbs or said.phrase in _ORIGINS
    return _completed_verb(draft, said.phrase) if short else ""


def _general_noun_that_acts(_draft: Draft, said: Said) -> str:
    general = len(said.phrase) <= SHORT and said.phrase in lexicon().general_nouns
    return said.action + said.phrase if general and said.action else ""


_ORIGINS: Final = frozenset({"省外", "省内", "境外", "市外"})


COUNT_RULES: Final = (
    _points_scored,
    _population,
    _scores_that_move,
    _capacity,
    _noun_behind,
    _only_described,
    _nothing_said,
    _contrast,
    _class_or_level,
    _only_done,
    _short_for,
    _total_of,
    _no_body_said,
    _verb_or_place_only,
    _general_noun_that_acts,
)


def _described(draft: Draft, modifier: str) -> str:
    """有研发活动的113户: the head was said before."""
    described = strip_edges(re.sub(r"^(?:其中|的|对)+", "", strip_edges(modifier[:-1])))[-20:]
    each = draft.recent
    for _ in range(4):
        if each is None:
            break
        if each.unit == draft.unit and each.measure:
            return described + each.measure[-12:]
        each = each.recent
    return described + ("企业" if draft.unit in ("家", "户") else "")


_PEOPLE: Final = frozenset({"人", "名", "人次", "户", "户次"})


def _done(draft: Draft, verb: str) -> str:
    """征集难题83条，解决51条: the verb is said of what was counted before."""
    counted_alike = draft.unit not in _PEOPLE or (
        draft.previous is not None and draft.previous.unit in _PEOPLE
    )
    base = (borrowed(draft) if counted_alike else "") or recently_counted(draft)
    if not base and (draft.label or draft.head):
        return (draft.label or draft.head) + verb
    if not base:
        return verb + ("企业" if draft.unit in ("家", "户") else "")
    base = base if len(base) <= 4 else lexicon().governing_at_start.sub("", base, count=1)
    kept = next(
        (each for each in lexicon().kept_verbs if each in verb and base.startswith(each)), ""
    )
    base = base.removeprefix(kept)
    return base if verb in base else verb + base


def _completed(draft: Draft, phrase: str) -> str:
    """第三产业新增586家: what is counted was said before; 改造提升308家: firms."""
    each = draft.recent
    for _ in range(6):
        if each is None:
            break
        if each.unit == draft.unit and each.measure and each.measure.endswith(lexicon().bodies):
            return phrase + each.measure if len(phrase) + len(each.measure) <= 24 else phrase
        each = each.recent
    return phrase + "企业"


def _completed_verb(draft: Draft, phrase: str) -> str:
    """吸纳8024项 after 技术合同成交总额: 吸纳技术合同数."""
    base = borrowed(draft) or (
        draft.recent.measure if draft.recent and draft.recent.measure else ""
    )
    if not base:
        return (draft.label or draft.head) + phrase
    base = re.sub(r"^(?:吸纳|输出)", "", base) if phrase in ("吸纳", "输出") else base
    base = re.sub(
        r"(?:登记|合同)?(?:成交|交易)?总?(?:额|金额)$",
        lambda match: "合同" if "合同" in match[0] else "",
        base,
    )
    return f"{phrase}{base}数" if base and not base.endswith("数") else phrase + base


def _after_number(draft: Draft, said: Said) -> str:
    """The noun behind the number, with what it does where it is too general."""
    noun, phrase, modifier = said.noun, said.phrase, draft.lead.rstrip()
    if modifier.endswith("的") and len(modifier) > 2:
        described = noun_before(modifier[:-1]) or strip_edges(modifier[:-1])
        if len(noun) <= 4:
            return described[-20:] + noun
    if noun in lexicon().general_nouns:
        return _general_noun(draft, noun, phrase)
    kept = next(
        (verb for verb in lexicon().kept_verbs if draft.lead.rstrip("了约近").endswith(verb)), ""
    )
    return kept + noun


def _general_noun(draft: Draft, noun: str, phrase: str) -> str:
    """10家企业签订服务协议: the act tells more than the noun."""
    action = action_after(draft)
    leads = noun_before(draft.lead)
    if not action and len(noun) < SHORT and leads and only_verbs(leads):
        return f"{draft.head}{leads}{noun}"
    passive = not action or action.startswith(("被", "中", "列入"))
    if passive and len(phrase) > SHORT and not draft.joined and not _SENDS.search(phrase):
        return with_head(phrase, noun)
    if action and not _NO_ACT.match(action):
        rest = draft.tail[len(draft.after) - len(action) :] if action in draft.after else action
        doing = re.split(r"[、，。;]|并(?!网)", strip_edges(re.split(r"[，。;]", rest)[0]))[0][:24]
        doing = re.sub(r"^(?:被(?:评|认定|命名|列)为|落实|兑现)|(?:和|与|及)$", "", doing)
        return doing if doing.endswith(noun) and len(doing) > len(noun) else doing + noun
    if len(phrase) >= 2 and not phrase.startswith(noun):
        return with_head(phrase, noun) if draft.unit != "人" or len(phrase) > SHORT else noun
    kept = next((verb for verb in lexicon().kept_verbs if verb in draft.lead[-8:]), "")
    return kept + noun


_NO_ACT: Final = re.compile(r"比|较|占|增长|同比|达|已|均|都|分别|共|在|与(?!.*签)")
_SENDS: Final = pattern("naming.sends")


def _inherited(draft: Draft, action: str) -> str:
    """No noun on either side: the number goes on about what was counted before."""
    base = borrowed(draft) or recently_counted(draft)
    if action and not base:
        return re.sub(r"^(?:入选|当选|获得|获评|获|被评为|荣获|列入|纳入|进入)", "", action)
    if draft.unit in ("人", "名") and action and len(action) > 3:
        return re.sub(r"^(?:入选|当选|获得|获评|获|被评为|荣获)", "", action)
    if action and len(action) >= 2 and base:
        return f"{action}{base}" if len(action) <= 8 else base
    if base:
        return _with_event(draft, base)
    return topic(draft)


def _with_event(draft: Draft, base: str) -> str:
    kept = next((verb for verb in lexicon().kept_verbs if verb in draft.lead), "")
    return base if not kept or kept in base else f"{kept}{base}"


def _contrasted(draft: Draft, phrase: str) -> str:
    """授权899件 after 专利申请量1492件 means 专利授权量."""
    said = [each.measure for each in draft.earlier() if each.measure]
    for pair in lexicon().contrasts:
        word = next((word for word in pair if phrase in _forms(word)), None)
        for base in said if word is not None else ():
            other = next((other for other in pair if other != word and other in base), None)
            if word is not None and other is not None:
                return base.replace(other, word)
    return ""


def _forms(word: str) -> tuple[str, ...]:
    return (word, f"{word}量", f"{word}数", f"{word}额")


def _levelled(draft: Draft, phrase: str) -> str:
    """国家级1家、省级7家: the head is said once, before the first or with it."""
    base = borrowed(draft)
    head_said = topic_since(draft)
    if head_said:
        return phrase + head_said
    if not base:
        return phrase
    words = lexicon()
    level = words.level_at_start.match(base)
    head = base[level.end() :] if level else base
    return phrase + head


_TRAILING_ACT: Final = re.compile(
    r"^(?P<what>.{3,}?)(?:第[一二三四五]批|首批)?(?P<act>(?:推荐|申报|公示|评价入库|入库|备案|获批)+)$"
)
_TRAILING_LEVEL: Final = re.compile(
    r"^(?P<head>.{2,}?)(?P<level>国家级|省级|市级|县级|A类|B类|C类|国家|省部级)$"
)


def _levels_first(phrase: str) -> str:
    """星创天地国家级 reads 国家级星创天地; …企业首批推荐申报 reads 推荐申报…企业."""
    act = _TRAILING_ACT.match(phrase)
    if act:
        return act["act"] + act["what"]
    match = _TRAILING_LEVEL.match(phrase)
    return match["level"] + match["head"] if match else phrase

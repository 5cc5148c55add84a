"""What each figure measures, as a short noun phrase in the report's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kechuang.reading.drafts import Draft, since_previous
from kechuang.reading.kinds import CAPACITIES, action_after, starts_a_pair
from kechuang.reading.lexicon import lexicon
from kechuang.reading.patterns import pattern
from kechuang.reading.phrases import (
    joined_parts,
    noun_after,
    noun_before,
    only_verbs,
    scope_of_rank,
    strip_edges,
)

MONEY: Final = frozenset({"元", "美元", "欧元", "港元", "日元", "英镑"})
SHORT: Final = 3
_GROWTH_WORDS: Final = re.compile(r"(?:的)?(?:平均)?(?:增速|增幅|增长率|降幅|年均增速|同比增速)$")
_SHARE_OF: Final = re.compile(
    r"占(?!有|地|用)(?P<whole>[^，。;占\d]{0,20}?)(?:的)?(?P<word>比重|比例|份额)?(?:达到?|为|超过?|约|近|提高到|的|稳定在|提升到|提升至|突破|接近)*$"
)
_LIST_OF_FIGURES: Final = re.compile(r"分别|各")


def name_all(text: str, drafts: Sequence[Draft]) -> None:
    """Name every figure in order; later ones may borrow from those before them."""
    last: Draft | None = None
    theme = _theme_of(text)
    for number, draft in enumerate(drafts):
        if last is not None and last.sentence.paragraph == draft.sentence.paragraph:
            draft.recent = last
        last = draft
        if "distributed" in draft.doubts:
            continue
        draft.theme = theme
        draft.measure = _clean(_with_theme(draft, _clean(_measure(draft)))) or None
        if _distribution(text, drafts, number):
            _distribute(text, drafts, number)


def _with_theme(draft: Draft, phrase: str) -> str:
    """A noun too general to stand alone takes the theme of its sentence: 科技特派员…服务队."""
    words = lexicon()
    general = phrase in words.general_nouns or phrase in words.money_nouns
    if not general or not phrase or draft.kind == "rank":
        return phrase
    first = next((each for each in list(draft.earlier())[::-1] if each.measure), None)
    theme = first.measure if first is not None and first.measure else ""
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


def _measure(draft: Draft) -> str:
    if draft.prefix and draft.lead.lstrip(" 、，“(").startswith(draft.prefix):
        draft.lead = draft.lead.lstrip(" 、，“(")[len(draft.prefix) :]
    if draft.previous is not None and _ends_a_pair(draft, draft.previous):
        return draft.previous.measure or ""
    if draft.quantity.form in ("rank", "top"):
        return _of_rank(draft)
    if draft.unit == "位":
        place = _of_rank(draft)
        return place if not place or place.endswith(("位次", "排名")) else f"{place}位次"
    if draft.unit in ("%", "‰", "百分点", "倍") or draft.quantity.form in ("doubling", "ratio"):
        return _of_ratio(draft)
    if draft.unit in ("年", "周年", "个月") or re.search(r"(?:连续|蝉联)$", draft.before):
        return _of_spell(draft)
    if draft.unit in MONEY:
        return _of_money(draft)
    return _of_count(draft)


def _ends_a_pair(draft: Draft, previous: Draft) -> bool:
    """…由0.96%到2.10%: the second level measures what the first does."""
    return starts_a_pair(previous) and bool(
        re.fullmatch(r"[^，。;\d]{0,8}(?:到|至|为)[了约近超过达]*", draft.before)
    )


def _borrowed(draft: Draft) -> str:
    """The measure of the nearest figure before in the sentence that says one worth going on about."""
    for each in draft.earlier():
        if each.measure and "borrowed" not in each.doubts and not _SIDE_REMARK.search(each.measure):
            return each.measure
    return ""


_SIDE_REMARK: Final = re.compile(r"(?:年数|次数|任务超额比例)$")


def _of_rank(draft: Draft) -> str:
    phrase = scope_of_rank(draft.lead)
    if re.search(r"增[幅速]|提升幅度", draft.before) and len(phrase) <= 4:
        base = _borrowed(draft)
        return f"{base}{phrase or '增幅'}" if base else phrase or _topic(draft)
    phrase = re.sub(r"(?:上升|前移|前进|下降|后退|提升|跃升|由|升|则|进位|比前|比)+$", "", phrase)
    if not re.fullmatch(r"总数|数量|总量|规模|增速|排名|得分|位次|总分|指标|", phrase):
        return phrase
    base = _judged(draft) or _spoken_of(draft) or _borrowed(draft)
    if base.endswith("任务完成率"):
        base = base.removesuffix("率")
    base = base or _latest_place(draft) or draft.theme or _topic(draft)
    return base if base.endswith(phrase) else base + phrase


def _latest_place(draft: Draft) -> str:
    """The order that the passage last spoke of: 庚县上升21位，排第30名."""
    each = draft.recent
    for _ in range(8):
        if each is None:
            return ""
        if each.measure and (each.kind == "rank" or each.unit in ("位", "分")):
            return each.measure.removesuffix("位次").removesuffix("平均得分")
        each = each.recent
    return ""


def _spoken_of(draft: Draft) -> str:
    """A place held for years names its measure before the spell: 指数连续六年进全国前十."""
    previous = draft.previous
    if previous is None or previous.unit not in ("年", "次") or not previous.before:
        return ""
    phrase = noun_before(re.sub(r"(?:连续|蝉联)$", "", previous.lead))
    return phrase if len(phrase) > SHORT else ""


_JUDGED: Final = re.compile(r"(?:评价|排名|能力|指数|考核|监测|评估|得分|竞争力|水平)$")


def _judged(draft: Draft) -> str:
    """In an evaluation that a clause since the last figure names: 在…监测评价中，居全省第16位."""
    for clause in reversed(re.split(r"[，;:]", since_previous(draft))[:-1]):
        phrase = scope_of_rank(re.sub(r"[中里上]$", "", clause))
        if _JUDGED.search(phrase):
            return phrase
    return ""


def _topic(draft: Draft) -> str:
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


def _of_ratio(draft: Draft) -> str:
    lead = draft.lead
    if draft.before.rstrip().endswith("(") and draft.kind in ("share", "target"):
        draft.doubts.append("borrowed")
        return f"{_borrowed(draft)}占比"
    if draft.quantity.form == "ratio" and draft.unit == "%":
        return _of_structure(draft)
    share = _SHARE_OF.search(lead)
    if draft.kind in ("share", "target") and share is not None:
        return _of_share(draft, share)
    lead = re.sub(r"(?:是|为|相当于)[^，]{0,24}的$", "", lead) if draft.unit == "倍" else lead
    phrase = noun_before(_COMPARISON.sub("", _GROWTH_WORDS.sub("", _before_growth(lead))))
    if not phrase and draft.after.startswith("的") and draft.kind == "share":
        noun, _ = noun_after(draft.after[1:])
        if noun:
            return f"{noun}占比"
    if _GENERIC_SHARE.fullmatch(phrase):
        base = re.sub(r"任务完成率$", "", _borrowed(draft))
        return base + phrase if base else phrase
    if draft.kind == "standard":
        return _rate_of_a_rule(draft, phrase)
    if phrase in ("规模", "总量", "数量", "总额") and _borrowed(draft):
        return re.sub(r"(?:占比|规模|总量|数量|总额|数)$", "", _borrowed(draft)) + phrase
    generic = phrase in ("增速", "增幅", "其") or (phrase in _SUMS and not draft.prefix)
    if generic or len(phrase) < 2:
        base = _base_of_growth(draft)
        if base:
            return base
    if draft.kind == "share" and re.search(r"任务|目标|计划", draft.before):
        draft.doubts.append("borrowed")
        return f"{_borrowed(draft)}任务完成率"
    if re.search(r"超额", draft.before):
        draft.doubts.append("borrowed")
        return f"{_borrowed(draft)}任务超额比例"
    if not phrase:
        noun, action = noun_after(draft.after)
        phrase = noun or action or _topic(draft)
        if draft.after.startswith("的"):
            noun, action = noun_after(draft.after[1:])
            phrase = noun + ("占比" if draft.kind == "share" else "")
    return phrase


_GENERIC_SHARE: Final = pattern("naming.generic_share")


def _rate_of_a_rule(draft: Draft, phrase: str) -> str:
    """按…的8%给予补助: the rate at which the rule pays."""
    if re.search(r"率|比例|比重|占", phrase):
        return phrase
    base = phrase if len(phrase) >= SHORT else _borrowed(draft) or _beneficiary(draft) or phrase
    word = re.search(r"贴息|补贴|补助|奖励|资助|扣除|奖补|支持", draft.after[:10])
    return f"{base}{word[0] if word else ''}比例"


_SUMS: Final = frozenset({"产值", "收入", "总产值", "营收", "利润"})
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
    return _topic(draft)


_GROWTH_TAIL: Final = re.compile(
    r"(?:(?:按|以)[^，]{0,8}(?:计算|口径|价))?(?:(?:高于|低于|快于|慢于|好于)[^，]{1,20}$|(?:同比|环比|比上年|较上年|年均|平均|分别|均|实现|，|:|双双|累计|较|比)*(?:增长|增加|提高|提升|上升|下降|减少|回落|降低|增速|增幅|净增|翻|实现翻|快于|高于|低于|降|涨|滞后|落后)(?:了|达到?|为|约|超过?|均|都|近|到|至|速度|率|保持)*)$"
)


_COMPARISON: Final = re.compile(
    r"(?:^|[，、])(?:较|比|与|同)[^，]{0,14}$|^(?:较|比)[\u4e00-\u9fff]{0,10}(?:时|前|末|初|平均|水平)"
)


def _before_growth(lead: str) -> str:
    return _GROWTH_TAIL.sub("", lead)


def _base_of_growth(draft: Draft) -> str:
    """Growth speaks of the level before it: 成交额23.29亿元，同比增长44.79%."""
    for each in draft.earlier():
        if each.kind != "rank" and each.measure and "borrowed" not in each.doubts:
            return each.measure
    topic = _topic(draft)
    if not topic and draft.recent is not None:
        return re.sub(r"占.*$", "", draft.recent.measure or "")
    return topic


def _of_share(draft: Draft, share: re.Match[str]) -> str:
    part = noun_before(draft.lead[: share.start()])
    if re.search(r"企业研发费用与|与", part) and not share["whole"]:
        return part
    whole, word = share["whole"] or "", share["word"] or "比重"
    if not part:
        part = _borrowed(draft) or _topic(draft)
        draft.doubts.append("borrowed")
    if not whole:
        return f"{part}占比"
    return f"{part}占{whole}{word}"


def _of_spell(draft: Draft) -> str:
    tail = re.sub(r"[第前]$", "", re.split(r"[，。;]", draft.tail)[0])
    before = re.sub(r"(?:连续|蝉联|累计|长达|近|已|有)+$", "", draft.lead)
    if before and len(noun_before(before)) <= 3 and draft.previous is not None:
        before = _borrowed(draft) + before.strip("，、")
    elif not noun_before(before) and draft.previous is not None and not tail[2:]:
        before = _borrowed(draft)
    phrase = strip_edges(noun_before(before) + tail)
    if not phrase:
        return ""
    return f"{phrase}次数" if draft.unit == "次" else f"{phrase}年数"


def _of_money(draft: Draft) -> str:
    paid = _PAYS.sub("", draft.lead)
    phrase = noun_before(
        paid if len(noun_before(paid)) >= SHORT or draft.kind == "standard" else draft.lead
    )
    noun = _noun_of_money(draft.after)
    base = _borrowed(draft)
    if noun and (not phrase or draft.kind == "standard" or len(phrase) < SHORT):
        return _with_head(phrase or _beneficiary(draft), noun)
    if not phrase and ";" in since_previous(draft) and _topic(draft):
        return _topic(draft)
    if not phrase and not base:
        base = _topic(draft) or (draft.recent.measure or "" if draft.recent else "")
    if not phrase or phrase in (
        "到位",
        "到账",
        "支持",
        "争取",
        "投资",
        "合同额",
        "合同金额",
        "执行",
        "投放",
        "贡献",
        "其中",
        "单家企业每年",
        "年度",
    ):
        return _money_of(base, phrase or draft.before) or _beneficiary(draft) or noun
    level = re.fullmatch(r"(国家级|省级|市级|县级|区级)(?:总额|资金|金额|部分|补助)?", phrase)
    if level and base:
        return level[1] + re.sub(r"^(?:国家级|省级|市级|县级)|(?:企业|项目)$", "", base)
    if phrase in lexicon().money_nouns and len(phrase) <= SHORT:
        whole = (
            _money_of(base, phrase)
            if base and not _is_money(draft.previous)
            else _topic(draft) + phrase
        )
        return whole if len(whole) > len(phrase) else phrase
    if phrase in ("吸纳合同", "输出合同") and base.endswith("额"):
        return phrase[:2] + re.sub(r"^(?:吸纳|输出)", "", base)
    if phrase in lexicon().kept_verbs and base:
        return _money_of(phrase + re.sub(r"^(?:吸纳|输出)", "", base), "成交额")
    if base and base.endswith(phrase) and _same_topic(draft):
        return base
    return phrase


_PAYS: Final = pattern("naming.pays")


def _is_money(draft: Draft | None) -> bool:
    return draft is not None and draft.unit in MONEY


def _noun_of_money(after: str) -> str:
    """…10万元的补助, 20万元奖励, 500亿元的基金."""
    noun, _ = noun_after(after[1:] if after.startswith("的") else after)
    return noun


def _with_head(phrase: str, noun: str) -> str:
    return noun if not phrase or noun.startswith(phrase) else phrase + noun


def _money_of(base: str, verb: str) -> str:
    """The money side of what was counted: 项目59项、资金1357万元."""
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


def _beneficiary(draft: Draft) -> str:
    """In a rule the one who gets the money names it: 对首次认定的高新技术企业给予10万元."""
    match = re.search(
        r"(?:对|凡|给)([^，。;]{2,40}?)(?:的)?(?:，|给予|奖励|补助|，?按|每|一次性|，[^，]{0,10}给)",
        draft.said[-80:],
    )
    if match is None:
        return _topic(draft) if draft.kind == "standard" else ""
    return strip_edges(match[1]) + (
        "奖励" if "奖" in draft.before else "补助" if "补" in draft.before else ""
    )


def _of_count(draft: Draft) -> str:
    noun, action = noun_after(draft.after)
    phrase = noun_before(draft.lead)
    modifier = draft.lead.rstrip()
    if draft.unit == "分" and not re.search("分$|指数|评价", phrase):
        return _score(draft, phrase)
    if draft.unit == "分" and re.fullmatch(r"(?:平均|总|综合)?(?:得分|分数|分值|分)", phrase):
        return draft.theme + phrase
    if draft.quoted.endswith("人口"):
        return "人口" if len(phrase) < SHORT else phrase + "人口"
    if noun in ("得分", "分数", "位次", "排名", "分值") and action:
        return noun + re.split(r"[、，]", action)[0]
    if noun and draft.unit in CAPACITIES:
        return re.split(r"[、等]", noun)[0] or noun
    if noun:
        return _after_number(draft, noun, action, phrase, modifier)
    if modifier.endswith("的") and len(modifier) > 2:
        return _described(draft, modifier)
    if not phrase:
        return _inherited(draft, action)
    contrasted = _contrasted(draft, phrase)
    if contrasted:
        return contrasted
    words = lexicon()
    if re.fullmatch(r"[A-D甲乙丙丁]类", phrase):
        return phrase + ("县" if draft.unit == "个" else "企业")
    if words.levels_only.fullmatch(phrase):
        return _levelled(draft, phrase)
    phrase = _levels_first(phrase)
    if len(phrase) <= 6 and only_verbs(phrase):
        return _done(draft, phrase)
    earlier = _said_in_full(draft, phrase)
    if earlier:
        return earlier
    if phrase in ("总数", "总量", "数量") and _counted_before(draft):
        return _counted_before(draft) + phrase
    if draft.unit == "家" and not phrase.endswith((*words.bodies, "数", "数量", "总量")):
        return _completed(draft, phrase)
    if phrase in words.kept_verbs or phrase in ("省外", "省内", "境外", "市外"):
        return _completed_verb(draft, phrase)
    if action and len(phrase) <= SHORT and phrase in words.general_nouns:
        return action + phrase
    return phrase


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


def _counted_before(draft: Draft) -> str:
    """What 总数 is the total of."""
    base = _borrowed(draft) or _recently_counted(draft)
    return re.sub(r"(?:总数|总量|数量)$", "", base)


def _done(draft: Draft, verb: str) -> str:
    """征集难题83条，解决51条: the verb is said of what was counted before."""
    base = _borrowed(draft) or _recently_counted(draft)
    if not base:
        return verb + ("企业" if draft.unit in ("家", "户") else "")
    base = base if len(base) <= 4 else lexicon().governing_at_start.sub("", base, count=1)
    kept = next(
        (each for each in lexicon().kept_verbs if each in verb and base.startswith(each)), ""
    )
    base = base.removeprefix(kept)
    return base if verb in base else verb + base


def _score(draft: Draft, phrase: str) -> str:
    """廊坊77.59分 goes on about the score said before."""
    each = draft.recent
    for _ in range(8):
        if each is None:
            return phrase
        if each.unit == "分" and each.measure:
            return each.measure
        each = each.recent
    return phrase


def _said_in_full(draft: Draft, phrase: str) -> str:
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
    base = _borrowed(draft) or (
        draft.recent.measure if draft.recent and draft.recent.measure else ""
    )
    if not base:
        return phrase
    base = re.sub(r"^(?:吸纳|输出)", "", base) if phrase in ("吸纳", "输出") else base
    base = re.sub(
        r"(?:登记|合同)?(?:成交|交易)?总?(?:额|金额)$",
        lambda match: "合同" if "合同" in match[0] else "",
        base,
    )
    return f"{phrase}{base}数" if base and not base.endswith("数") else phrase + base


def _after_number(draft: Draft, noun: str, action: str, phrase: str, modifier: str) -> str:
    if modifier.endswith("的") and len(modifier) > 2:
        described = noun_before(modifier[:-1]) or strip_edges(modifier[:-1])
        if len(noun) <= 4:
            return described[-20:] + noun
    if noun in lexicon().general_nouns:
        action = action_after(draft)
        passive = not action or action.startswith(("被", "中", "列入"))
        if passive and len(phrase) > SHORT and not draft.joined and not _SENDS.search(phrase):
            return _with_head(phrase, noun)
        full_action = re.split(
            r"[，。;]",
            draft.tail[len(draft.after) - len(action) :] if action in draft.after else action,
        )[0]
        if action and not re.match(
            r"(?:比|较|占|增长|同比|达|已|均|都|分别|共|在|与(?!.*签))", action
        ):
            doing = re.split(r"[、]", strip_edges(full_action))[0][:24]
            return f"{re.sub(r'(?:和|与|、|及)$', '', doing)}{noun}"
        if phrase and len(phrase) >= 2 and not phrase.startswith(noun):
            return _with_head(phrase, noun) if draft.unit != "人" or len(phrase) > 3 else noun
        kept = next((verb for verb in lexicon().kept_verbs if verb in draft.lead[-8:]), "")
        return kept + noun
    kept = next(
        (verb for verb in lexicon().kept_verbs if draft.lead.rstrip("了约近").endswith(verb)), ""
    )
    return kept + noun


_SENDS: Final = pattern("naming.sends")


def _inherited(draft: Draft, action: str) -> str:
    """No noun on either side: the number goes on about what was counted before."""
    base = _borrowed(draft) or _recently_counted(draft)
    if action and not base:
        return re.sub(r"^(?:入选|当选|获得|获评|获|被评为|荣获|列入|纳入|进入)", "", action)
    if draft.unit in ("人", "名") and action and len(action) > 3:
        return re.sub(r"^(?:入选|当选|获得|获评|获|被评为|荣获)", "", action)
    if action and len(action) >= 2 and base:
        return f"{action}{base}" if len(action) <= 8 else base
    if base:
        return _with_event(draft, base)
    return _topic(draft)


def _recently_counted(draft: Draft) -> str:
    """What the passage last counted with the same classifier: 主城都市区新增1048家."""
    each = draft.recent
    for _ in range(4):
        if each is None:
            return ""
        if each.unit == draft.unit and each.measure:
            return each.measure
        each = each.recent
    return ""


def _with_event(draft: Draft, base: str) -> str:
    kept = next((verb for verb in lexicon().kept_verbs if verb in draft.lead), "")
    return base if not kept or kept in base else f"{kept}{base}"


def _contrasted(draft: Draft, phrase: str) -> str:
    """授权899件 after 专利申请量1492件 means 专利授权量."""
    base = _borrowed(draft)
    for pair in lexicon().contrasts:
        word = next(
            (word for word in pair if phrase in (word, f"{word}量", f"{word}数", f"{word}额")), None
        )
        if word is None or not base:
            continue
        other = next((other for other in pair if other != word and other in base), None)
        if other is not None:
            return base.replace(other, word)
    return ""


def _levelled(draft: Draft, phrase: str) -> str:
    """国家级1家、省级7家: the head is said once, before the first or with it."""
    base = _borrowed(draft)
    if not base:
        return phrase
    words = lexicon()
    level = words.level_at_start.match(base)
    head = base[level.end() :] if level else base
    return phrase + head


_TRAILING_LEVEL: Final = re.compile(
    r"^(?P<head>.{2,}?)(?P<level>国家级|省级|市级|县级|A类|B类|C类|国家|省部级)$"
)


def _levels_first(phrase: str) -> str:
    """星创天地国家级 reads 国家级星创天地."""
    match = _TRAILING_LEVEL.match(phrase)
    return match["level"] + match["head"] if match else phrase


def _same_topic(draft: Draft) -> bool:
    previous = draft.previous
    return previous is not None and ("其中" in draft.before or draft.sentence is previous.sentence)


_LINKED: Final = re.compile(r"^(.{2,9})的(.{1,3})$")
_NOISE: Final = re.compile(r"^(?:的|了|和|与|及|或|、|“(?=[^”]*$))+|(?:的|了|和|与|及|、|“)+$")


def _clean(phrase: str) -> str:
    phrase = strip_edges(_NOISE.sub("", strip_edges(phrase)))
    phrase = _LINKED.sub(r"\1\2", phrase)
    for short, full in lexicon().expansions.items():
        phrase = re.sub(rf"{short}(?!业)", full, phrase)
    return phrase if len(phrase) <= 48 else phrase[-40:]


def _distribution(text: str, drafts: Sequence[Draft], number: int) -> bool:
    """Whether this figure is the first of a list shared out by 分别."""
    draft = drafts[number]
    if not _LIST_OF_FIGURES.search(draft.before[-12:]):
        return False
    return number + 1 < len(drafts) and _continues(drafts[number + 1], draft)


def _continues(draft: Draft, first: Draft) -> bool:
    if draft.sentence is not first.sentence:
        return False
    return not draft.before.strip("、和与及，万约近超以上左右 ")


def _members(drafts: Sequence[Draft], number: int) -> list[int]:
    members = [number]
    while members[-1] + 1 < len(drafts) and _continues(drafts[members[-1] + 1], drafts[number]):
        members.append(members[-1] + 1)
    return members


def _distribute(text: str, drafts: Sequence[Draft], number: int) -> None:
    """Give each member of 分别A、B、C the noun that it belongs to."""
    members = _members(drafts, number)
    draft = drafts[number]
    names = _names_shared_out(draft, len(members))
    if len(names) != len(members):
        return
    if draft.kind == "growth" and all(
        len(name) <= 4 and name[-1] not in "额量值入数润资费" for name in names
    ):
        _share_out_subjects(drafts, members, names)
        return
    noun = _noun_of_money(drafts[members[-1]].after) if draft.unit in MONEY else ""
    for member, name in zip(members, names, strict=True):
        measure = name if not noun or name.endswith(noun) else name + noun
        drafts[member].measure = _clean(measure)
        drafts[member].doubts.append("distributed")


def _share_out_subjects(drafts: Sequence[Draft], members: list[int], names: list[str]) -> None:
    """渝东北和渝东南增速分别为…: short names with nothing to measure are whom it is about."""
    measure = drafts[members[0]].recent
    for member, name in zip(members, names, strict=True):
        drafts[member].measure = None if measure is None else measure.measure
        drafts[member].subject = name
        drafts[member].doubts.append("distributed")


def _levels_shared_out(clause: str, count: int) -> list[str]:
    """国家级、省级、市级企业研发机构: one head with as many levels as there are sums."""
    levels = list(lexicon().level_at_start.finditer(clause))
    listed = [
        level
        for level in levels
        if clause[level.end() : level.end() + 1] in ("、", "和", "与")
        or clause[max(0, level.start() - 1) : level.start()] in ("、", "和", "与")
    ]
    if len(listed) != count or count < 2:
        return []
    after = re.split(r"[，;的]", clause[listed[-1].end() :])[0]
    before = re.split(r"获得|获批|认定的?|获|对|给|评为|的", clause[: listed[0].start()])[-1]
    tail = re.sub(r"(?:分别|各).*$", "", after)
    return [strip_edges(before) + level[0] + strip_edges(tail) for level in listed]


def _names_shared_out(draft: Draft, count: int) -> list[str]:
    earlier = [each for each in draft.earlier()][:count]
    own = joined_parts(noun_before(_before_growth(re.split(r"分别|各", draft.lead)[0])))
    if len(own) == count:
        return own
    since = draft.said[-(draft.quantity.start - earlier[0].quantity.end) :] if earlier else ""
    if len(earlier) == count and len(own) <= 1 and len(re.split(r"[，;]", since)) <= 2:
        names = [each.measure or "" for each in reversed(earlier)]
        if all(names):
            return names
    for clause in reversed(re.split(r"[，;:]", draft.said)[-4:]):
        levelled = _levels_shared_out(clause, count)
        if levelled:
            return levelled
        clause = re.split(r"从无到有", clause)[0]
        parts = joined_parts(noun_before(re.sub(r"^.*?对(?:新)?(?:认定|获批)?的?", "", clause)))
        if len(parts) == count:
            return parts
    return []

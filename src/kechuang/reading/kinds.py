"""What sort of statement each figure makes: the first rule that knows decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from kechuang.reading.drafts import Draft, since_previous
from kechuang.reading.lexicon import lexicon
from kechuang.reading.model import Kind
from kechuang.reading.patterns import pattern
from kechuang.reading.phrases import noun_after, noun_before

KindRule = Callable[[Draft], Kind | None]

_LEVEL_REACHED: Final = pattern("kinds.level_reached")
_GROWS: Final = pattern("kinds.grows")
_GROWTH_WORD: Final = re.compile(r"增速|增幅|增长率|年均增长|同比")
_PER_HEAD: Final = pattern("kinds.per_head")
_MOVES: Final = pattern("kinds.moves")
_DIFFERENCE: Final = pattern("kinds.difference")
_COMPARES: Final = re.compile(r"年增加|比|较|净增|同比|环比|相比")
_RULE_SENTENCE: Final = pattern("kinds.rule_sentence")
_PAID: Final = re.compile(r"已|共|兑现|兑付|拨付|到位|下达|累计|为\d+家|惠及|今年|去年|安排资金")
_OBTAINED: Final = re.compile(r"拿到|领到|发放|落实(?!对)|获得|争取|获(?:省|市|国)")
_STOCK_MONEY: Final = pattern("kinds.stock_money")
_TOTAL: Final = pattern("kinds.total")
_EVENT: Final = pattern("kinds.event")
_ACTS: Final = pattern("kinds.acts")
_EXISTS: Final = pattern("kinds.exists")
_STOCK_HEAD: Final = pattern("kinds.stock_head")
_FLOW_HEAD: Final = pattern("kinds.flow_head")
_STATE: Final = pattern("kinds.state")
MONEY: Final = frozenset({"元", "美元", "欧元", "港元", "日元", "英镑"})
COUNTED_BODIES: Final = frozenset(
    {"家", "个", "户", "所", "座", "处", "名", "人", "支", "条", "亩", "间", "台", "套"}
)


def ends_a_pair(draft: Draft) -> bool:
    """…由0.96%到2.10%: whether this is the level at the end of a from–to pair."""
    if draft.previous is None or not starts_a_pair(draft.previous):
        return False
    return bool(_PAIR_ENDS.fullmatch(draft.before))


_PAIR_ENDS: Final = re.compile(
    r"[^，。;\d]{0,8}(?:到|至|为)(?:(?:19|20)\d\d年[底末度]?)?的?[了约近超过达]*"
)


def policy(draft: Draft) -> Kind | None:
    """A policy sets sums, rates and marks; nothing in it has happened. News of one also counts."""
    if draft.mode == "rules" and draft.unit in (*MONEY, "%") and not _PAID.search(draft.said[-40:]):
        return "standard"
    return (
        "standard"
        if draft.mode == "policy" and draft.quantity.form not in ("rank", "top")
        else None
    )


def place(draft: Draft) -> Kind | None:
    """第16位, 前40位."""
    if draft.quantity.form in ("rank", "top"):
        return "rank"
    return None


def moved_places(draft: Draft) -> Kind | None:
    """上升38位: 位 is a place, not a person, after a word that moves."""
    written_as_place = draft.quantity.unit == "人" and draft.unit == "位"
    return "change" if written_as_place else None


def points(draft: Draft) -> Kind | None:
    """百分点 always measure a difference."""
    return "change" if draft.unit == "百分点" else None


def times(draft: Draft) -> Kind | None:
    """增长1.6倍 grows; 是上个五年的3倍 compares."""
    if draft.unit != "倍" and draft.quantity.form != "doubling":
        return None
    compares = re.search(r"(?:是|为|相当于|达到?)[^，]{0,24}的$", draft.before)
    return "share" if compares else "growth"


def percentage(draft: Draft) -> Kind | None:
    """A per cent is growth after a word of growth, a rule's rate, else a proportion."""
    if draft.unit not in ("%", "‰") or draft.quantity.form == "doubling":
        return None
    before = draft.before
    if draft.joined and draft.previous is not None and len(before.strip("、和与及 分别为")) == 0:
        return draft.previous.kind if draft.previous.unit == draft.unit else "share"
    if _is_a_rule(draft) and re.search(r"按|比例|税率|扣除|补贴|补助", before + draft.after[:6]):
        return "standard"
    if _LEVEL_REACHED.search(before) or _LEVEL_REACHED.search(draft.lead.removesuffix("的")):
        return "growth" if _GROWTH_WORD.search(before) else "share"
    if re.search(r"超额(?:完成)?$", before):
        return "share"
    if _GROWS.search(before) or re.search(r"(?:增速|增幅|增长率|降幅|增长)[^，占]{0,8}$", before):
        return "growth"
    return "share"


def of_two(draft: Draft) -> Kind | None:
    """8.3∶41.4∶50.3."""
    return "share" if draft.quantity.form == "ratio" else None


def per_head(draft: Draft) -> Kind | None:
    """人均, 万人 and 每百家 make an intensity of any count."""
    text = draft.lead or ""
    if _PER_HEAD.search(text[-24:]) and not re.search(r"增长|提高\d", text[-6:]):
        return None if _DIFFERENCE.search(text) else "share"
    return None


def spell(draft: Draft) -> Kind | None:
    """连续9年, 近50年, 蝉联8次."""
    if draft.unit in ("年", "周年", "个月") or re.search(r"(?:连续|蝉联)$", draft.before):
        return "stock"
    return None


def sum_of_a_rule(draft: Draft) -> Kind | None:
    """最高给予500万元: what a policy promises, or the mark that it sets."""
    if draft.unit not in ("元", "美元", "%"):
        return None
    return "standard" if _is_a_rule(draft) else None


def _is_a_rule(draft: Draft) -> bool:
    """The sentence states a rule and no payment made."""
    said = draft.said
    if re.search(r"不低于|不少于", draft.before + said[-4:] + draft.quoted[:3]) and re.search(
        r"预算|专项资金|设立|每年", said[-20:] + draft.after
    ):
        return True
    whole = said + draft.quoted + draft.tail
    if not _RULE_SENTENCE.search(whole[-160:]) or _PAID.search(said[-40:]):
        return False
    return not _OBTAINED.search(draft.before.rsplit("的", 1)[-1]) or "一次性" in draft.before


def difference(draft: Draft) -> Kind | None:
    """较上年净增909件, 比2020年高4.81分, 多13个."""
    before = draft.before
    if re.search(r"净增(?!长)", draft.lead):
        return "change"
    if not _DIFFERENCE.search(before):
        return None
    compares = _COMPARES.search(draft.said[-40:])
    if re.search(r"净增加?$", before):
        return "change"
    return "change" if compares else None


def money(draft: Draft) -> Kind | None:
    """Money flows, unless it is a size or a balance."""
    if draft.unit not in MONEY:
        return None
    near = (draft.lead[-12:] or draft.before[-12:]) + draft.after[:6]
    return "stock" if _STOCK_MONEY.search(near) and not re.search(r"签约|融资", near) else "flow"


_PROJECT: Final = re.compile(r"[^，。;\d]{1,16}?(?:项目|装置|工程|生产线|基地)")


def is_a_project(draft: Draft) -> bool:
    """年产60万吨油料等项目: what a project is laid out for, reached or not."""
    laid_out = draft.unit in lexicon().capacities or draft.unit in ("吨", "万吨", "立方米")
    grown = re.search(r"(?:达到?|至|突破|超|新增|完成)$", draft.lead)
    return laid_out and not grown and bool(_PROJECT.match(draft.after))


def there(draft: Draft) -> Kind | None:
    """Capacities, scores and what is named as a holding are what there is."""
    lead = draft.lead
    if draft.unit in lexicon().capacities and not _MADE.search(lead):
        return "stock"
    if draft.unit == "分" or (draft.quantity.form == "bare" and draft.quoted.endswith("两位数")):
        return "stock"
    if re.search(r"(?:日均|月均|每天|每月)", lead):
        return "flow"
    return "stock" if _STOCK_HEAD.search(lead[-10:]) else None


def acting(draft: Draft) -> Kind | None:
    """110家企业申报…: what the things counted do happened; what they have is."""
    action = "" if starts_a_pair(draft) else action_after(draft)
    if _EXISTS.match(action):
        return "stock"
    if action and _ACTS.match(action) and not _TOTAL_STATED.search(draft.lead):
        return "flow"
    return None


def led_up_to(draft: Draft) -> Kind | None:
    """A total said last is a stock, an event said last decides by its verb."""
    lead = draft.lead + draft.quoted[: draft.quantity.number_start - draft.quantity.start]
    events = list(_EVENT.finditer(lead))
    event = events[-1] if events else None
    total = _TOTAL.search(lead)
    last_is_total = total is not None and (event is None or event.end() < total.start())
    if total is not None and last_is_total and total[0] not in _WEAK_TOTALS:
        return "flow" if _FLOW_HEAD.search(lead) else "stock"
    return None if event is None else _of_event(draft, event[0])


def going_along(draft: Draft) -> Kind:
    """Without a verb of its own a count goes along with its list."""
    previous = draft.previous
    if draft.joined and previous is not None and previous.kind in ("stock", "flow"):
        return previous.kind
    if _FLOW_HEAD.search(draft.lead) and draft.unit not in COUNTED_BODIES:
        return "flow"
    if re.match(r"[，、;]?建(?![成有立设])", draft.lead):
        return "flow"
    return _carried(draft)


_MADE: Final = re.compile(r"产量|发电量|新增|完成|建成|新建|改造|推广|种植|治理|播种")
_WEAK_TOTALS: Final = frozenset({"为", "由", "至", "近", "数"})
_TOTAL_STATED: Final = re.compile(r"目前|截至|现有|总数|累计|有效期内|拥有")


def starts_a_pair(draft: Draft) -> bool:
    """由10.71亿元增长到32.09亿元: whether this is the level at the start of a from–to pair."""
    if not re.search(r"(?:由|从)[^，。;]{0,12}$", draft.before):
        return False
    return bool(re.match(r"[^，。;\d]{0,8}(?:到|至|为)", draft.after + "\n"))


def _of_event(draft: Draft, event: str) -> Kind:
    lead = draft.lead
    whole = draft.said[-60:]
    if re.search(r"累计|拥有|现有|共有|已有|目前|总数|有效期内|在册", lead) and not re.search(
        r"新增|举办|培训|服务|发放|走访|争取|申报|转化|解决|引进|完成|实施|授权|登记", lead
    ):
        return "stock"
    holds = event in _HELD and re.search(r"目前|截至目前|现已", draft.said)
    if holds and draft.unit in COUNTED_BODIES and not re.search("新[增引]", lead):
        return "stock"
    stands = re.search(r"目前|截至|累计|现有|全[省市县区]已?建", whole)
    is_new = re.search(r"新(?:建|增|认|培|组|设)", lead)
    return "stock" if event in _BUILT and stands and not is_new else "flow"


_HELD: Final = frozenset({"引进", "形成", "培育", "建成", "集聚", "认定", "入驻", "发展", "带动"})
_BUILT: Final = frozenset(
    {"建成", "建设", "成立", "组建", "建立", "创建", "布局", "孵化", "入驻", "集聚"}
)


def _carried(draft: Draft) -> Kind:
    """Without a verb of its own a count goes on as the one before it, or is what there is."""
    if draft.previous is not None and re.fullmatch(
        r"[，、]?(?:合计|总计|共计|共|累计)?达?到?", draft.lead
    ):
        added = re.search(r"新增|新认定|新建|增加", draft.previous.lead)
        return "stock" if added and draft.unit in COUNTED_BODIES else draft.previous.kind
    own_words = draft.lead.removeprefix(draft.prefix)
    if draft.unit in COUNTED_BODIES and ";" in since_previous(draft) and noun_before(own_words):
        return "stock"
    previous = next((each for each in draft.earlier() if each.kind in ("stock", "flow")), None)
    if draft.unit in COUNTED_BODIES:
        if (
            previous is not None
            and previous.unit in COUNTED_BODIES
            and not _STATE.search(draft.lead)
        ):
            return previous.kind
        return "stock"
    return previous.kind if previous is not None and previous.unit == draft.unit else "flow"


def action_after(draft: Draft) -> str:
    """What the things counted do, also when two nouns share it: 15所高职院校21个专业群入选…"""
    noun, action = noun_after(draft.after)
    rest = draft.tail[len(draft.after) :]
    if action or not noun or not rest or draft.after.endswith(("，", ";", "。")):
        return action
    return noun_after(re.split(r"[，。;]", rest)[0])[1]


def going_on(draft: Draft) -> Kind | None:
    """…从5.6万元增至7.8万元，超过1万美元: no noun of its own, so it goes on as the one before."""
    previous = draft.previous
    if previous is not None and ends_a_pair(draft):
        return None if previous.kind in ("growth", "change") else previous.kind
    if (
        previous is None
        or previous.kind not in ("share", "stock", "standard")
        or noun_before(draft.lead)
    ):
        return None
    alike = previous.unit == draft.unit or (previous.unit in MONEY and draft.unit in MONEY)
    lead = draft.lead.removesuffix("的")
    reaches = _LEVEL_REACHED.search(lead) or re.match(r"[，、]?(?:达到?|超过?|突破|为)?$", lead)
    moves = _GROWS.search(lead) and not _LEVEL_REACHED.search(lead)
    if not alike or not reaches or moves or noun_after(draft.after)[0]:
        return None
    return previous.kind


RULES: Final[tuple[KindRule, ...]] = (
    policy,
    place,
    moved_places,
    points,
    going_on,
    times,
    of_two,
    percentage,
    spell,
    sum_of_a_rule,
    difference,
    per_head,
    money,
    there,
    acting,
    led_up_to,
    going_along,
)


def _first_kind(draft: Draft) -> Kind:
    for rule in RULES:
        kind = rule(draft)
        if kind is not None:
            return kind
    return "flow"


def _shares_a_limit(draft: Draft) -> bool:
    """最高给予500万元、300万元: the limit holds for both."""
    previous = draft.previous
    if previous is None or not draft.joined or draft.before.strip("、和 "):
        return False
    loose = previous.quantity.start == previous.quantity.number_start
    return previous.bound == "max" and loose and draft.bound == "exact"


def settle_kind(draft: Draft) -> None:
    """Decide the kind; a goal keeps its sign and is a target whatever it is inside."""
    if (
        draft.unit == "人"
        and _MOVES.search(draft.before)
        and draft.quoted.rstrip("以上左右").endswith("位")
    ):
        draft.unit = "位"
    if is_a_project(draft):
        draft.kind = "stock"
        return
    kind = _first_kind(draft)
    if kind == "standard" and _shares_a_limit(draft):
        draft.bound = "max"
    _sign(draft, kind)
    draft.kind = "target" if draft.goal and kind != "standard" and draft.unit != "年" else kind


_FALLS: Final = pattern("kinds.falls")
_NAMED_FALL: Final = re.compile(r"降幅|下降率|降低率|压减率")


def _sign(draft: Draft, kind: Kind) -> None:
    """A fall is negative, unless the words name the fall itself (降幅)."""
    if kind not in ("change", "growth") or draft.quantity.form == "doubling":
        return
    before = draft.before
    carried = draft.joined and draft.previous is not None and not before.strip("、和与及 ")
    falls = draft.previous.value < 0 if carried and draft.previous else bool(_FALLS.search(before))
    if falls and not _NAMED_FALL.search(before) and draft.value > 0:
        draft.value = -draft.value
        draft.value_max = None if draft.value_max is None else -draft.value_max

"""What sort of statement each figure makes: the first rule that knows decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from kechuang.reading.drafts import Draft, since_previous
from kechuang.reading.model import Kind
from kechuang.reading.phrases import noun_after, noun_before

KindRule = Callable[[Draft], Kind | None]

_LEVEL_REACHED: Final = re.compile(
    r"(?:提高|提升|上升|增加|增长|下降|降低|降|升|扩大|增|跃升|攀升|达|压减|压缩|回落)(?:到|至|为)(?:了)?[^，]{0,3}$"
)
_GROWS: Final = re.compile(
    r"(?:增长率?|下降|增加|减少|提高|提升|上升|回落|降低|下滑|增速|增幅|降幅|增|降|同比|环比|年均|涨|压减|缩减|多|少|快于|压降|攀升|跃升)"
    r"(?:了|达到|达|为|约|超过|超|均|都|分别|近|幅度|平均|和|、|又|再|同比|:|最高|速度|率|不低于|，|的)*$"
)
_GROWTH_WORD: Final = re.compile(r"增速|增幅|增长率|年均增长|同比")
_SHARE_WORD: Final = re.compile(r"占|比重|比例|占比|强度|贡献率|率(?:达|为|提|上|保|稳|超|突|超过|到|:|$)|覆盖率|指数")
_PER_HEAD: Final = re.compile(r"人均|万人|每百|每千|每万|每亿|每平方|平均每|每亩|每笔|单只|件均|单个平均|场均|单产|亩均|地均|预期寿命|户均|每名|每家|户口均")
_MOVES: Final = re.compile(r"(?:上升|提升|前进|前移|提高|跃升|升|进|上移|下降|下滑|后退|降|进位|攀升|提前|晋升|跃居|赶超)(?:了|至)?$")
_DIFFERENCE: Final = re.compile(
    r"(?:净增加?|增加了?|减少了?|(?<!最)多(?!达)|(?<!不)少|提高了?|提升了?|上升了?|下降了?|高|低|增|降低了?|缩短了?|压缩了?|升|降|减|压减了?|滞后|落后|领先)(?:约|近|了)?$"
)
_COMPARES: Final = re.compile(r"比|较|净增|同比|环比|相比")
_RULE: Final = re.compile(
    r"(?:给予|奖励|补助|资助|补贴|奖补|一次性|封顶|最高|按|不低于|不少于|不超过|可获|可享|可申请|每家|每项|每人|每年安排|比例|标准|设立|达到|满|限额|奖|罚)[^，;]{0,14}$"
)
_RULE_SENTENCE: Final = re.compile(
    r"对(?!接|外|口|比|全|标|企业提出)[^，。]{2,40}(?:的|者|企业|单位|机构|平台|人才|团队|个人)[，,]?[^。]{0,40}(?:给予|奖励|补助|资助|补贴|奖)|给予[^，。]{0,16}(?:奖励|补助|补贴|资助|奖补|支持)|一次性(?:奖|给|补)|封顶|最高(?:给|奖|补|资|可|不|支)|按[^，。]{0,24}(?:给予|补助|奖励|补贴|比例)|每(?:家|项|人|个|件)[^，。]{0,6}(?:奖|补|给)|奖励标准|补助标准|加计扣除比例|税率|奖\d"
)
_PAID: Final = re.compile(r"已|共|兑现|兑付|拨付|到位|下达|累计|为\d+家|惠及|今年|去年|安排资金")
_OBTAINED: Final = re.compile(r"拿到|领到|发放|落实(?!对)|获得|争取|获(?:省|市|国)")
_STOCK_MONEY: Final = re.compile(r"规模(?!以上)|余额|资产|注册资本|资金池|存款|市值|估值|储备|存量|授信额度|资本金|债务")
_TOTAL: Final = re.compile(
    r"(?:总数|总量|共有|现有|已有|拥有|建有|设有|保有|在册|有效期?内?|在孵|入驻|累计达?到?|达到?|增至|增加到|增加至|发展到|扩大到|为|有|突破|超过?|保持在?|稳定在|接近|升至|总人数|壮大到|跃升到|跃升至|增长到|提高到|增到|近|至|数|成为|包联|合作|签有|聚集|集聚|汇聚|汇集|容纳|配备|覆盖|由|评为|评定为|开通|已达|存量|组成|拥有量)(?:了|约|近|达到?|为|有|超过?|、|“|已)*$"
)
_EVENT: Final = re.compile(
    r"入库|新增|新建|新认定|新培育|新入库|新获|新入选|新引进|新设|新签|新组建|新注册|新备案|新集聚|新聚|新办|新招|新创|(?<![创革更最特高])新(?=[省国市县区]级|国家|招|发|开|增|签|建|购|添|报|立|聘|派)|举办|召开|举行|开展|完成|实施|组织|申报|推荐|引进|引育|引入|招引|签订|签约|签署|辅导|指导|帮助|转化|培训|选派|下派|派出|派驻|解决|服务(?!机构|平台|中心|站|业|$|商|体系|团)|走访|发放|兑现|兑付|落实|争取|承担|立项|获得|荣获|获批|获评|获奖|获|入选|入围|入列|认定|备案|公示|申请|授权|授予|转让|登记|发布|征集|推广|示范推广|制定|攻克|帮扶|带动|聘请|聘任|落地|落户|开工|组建|成立|创建|建立|改造|淘汰|办结|受理|办理|举行|接待|发表|出版|出台|印发|培养|培育|建成|输送|参加|参与|参训|拿到|领到|评选|表彰|命名|授牌|揭牌|挂牌|启动|验收|结题|投产|投入|支持|安排|设立|孵化(?!\)|器|企业|基地|园|载体|平台|体系|链)|毕业|梳理|收集|征求|化解|破解|减免|惠及|助力|招聘|引才|达成|促成|送出|推出|形成|凝练|布局|建设|晋级|上榜|跻身|当选|列入|纳入|拨付|下达|升级|参会|参展|上升|通过|过评审|下沉|深入|吸纳|输出|流向|评审"
)
_ACTS: Final = re.compile(
    r"下派|选派|派出|受奖|受表彰|获奖|提供|解决|申报|入选|进入|开展|参训|签订|签约|签署|获|参加|落户|实施|拿到|跻身|上升|下降|当选|落实|组团|到[\u4e00-\u9fff]|赴|深入|分别与|享受|通过|过评审|列入|纳入|被(?!评为|认定为|命名为|列为)|受益|报名|参与|兑现|成果?转化|提升|重组|上线|立项|投产|开工|谈成|达成|完成|晋级|脱贫|增收|结业|毕业|荣获|进村|下沉|入企|挂牌|揭牌|新增|集中|现场"
)
_EXISTS: Final = re.compile(r"被评为|被认定为|签有|建有|设有|拥有|具有|有|接通|处于|位于|属于|全部|实现|互通")
_STOCK_HEAD: Final = re.compile(r"资源量|储量|拥有量|保有量|总数|存量|有效|在册|总人数|余额|总装机|产能|里程|面积|库容|装机")
_FLOW_HEAD: Final = re.compile(r"申请量|授权量|申请$|授权$|产量|成交|立项|产值|营收|收入|登记|申报|新增|人次|场次|活动|专利申请|专利授权|毕业生|增加值|吞吐量|利润|支出|投资")
_STATE: Final = re.compile(r"目前|截至|现有|累计|全[省市县区国]|总数|拥有|有效期|已建|已有|在册|底,|末")
MONEY: Final = frozenset({"元", "美元", "欧元", "港元", "日元", "英镑"})
COUNTED_BODIES: Final = frozenset({"家", "个", "户", "所", "座", "处", "名", "人", "支", "条", "亩", "间", "台", "套"})


def policy(draft: Draft) -> Kind | None:
    """A policy sets sums, rates and marks; nothing in it has happened."""
    return "standard" if draft.mode == "policy" and draft.quantity.form not in ("rank", "top") else None


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
    if _LEVEL_REACHED.search(before):
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
    if draft.unit not in ("元", "美元", "%") or draft.sentence is None:
        return None
    return "standard" if _is_a_rule(draft) else None


def _is_a_rule(draft: Draft) -> bool:
    """The sentence states a rule and no payment made."""
    said = draft.said
    if re.search(r"不低于|不少于", draft.before + said[-4:] + draft.quoted[:3]) and re.search(r"预算|专项资金|设立|每年", said[-20:] + draft.after):
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


def counted(draft: Draft) -> Kind | None:
    """Counts: what exists is a stock, what happened is a flow."""
    lead = draft.lead
    if draft.unit in CAPACITIES and not re.search(r"产量|发电量|新增|完成|建成|新建|改造|推广|种植|治理|播种", lead):
        return "stock"
    if draft.unit == "分" or draft.quantity.form == "bare" and draft.quoted.endswith("两位数"):
        return "stock"
    if re.search(r"(?:日均|月均|每天|每月)", lead):
        return "flow"
    if _STOCK_HEAD.search(lead[-10:]):
        return "stock"
    action = "" if starts_a_pair(draft) else action_after(draft)
    if _EXISTS.match(action):
        return "stock"
    if action and _ACTS.match(action) and not _TOTAL_STATED.search(lead):
        return "flow"
    events = list(_EVENT.finditer(lead))
    totals = _TOTAL.search(lead)
    if totals and (not events or events[-1].end() <= totals.start()) and totals[0] not in ("为", "由", "至", "近", "数"):
        return "flow" if _FLOW_HEAD.search(lead) else "stock"
    if events:
        return _of_event(draft, events[-1][0])
    if draft.joined and draft.previous is not None and draft.previous.kind in ("stock", "flow"):
        return draft.previous.kind
    if _FLOW_HEAD.search(lead) and draft.unit not in COUNTED_BODIES:
        return "flow"
    if re.match(r"[，、;]?建(?![成有立设])", lead):
        return "flow"
    return _carried(draft)


CAPACITIES: Final = frozenset(
    {"千瓦", "兆瓦", "吉瓦", "吉瓦时", "兆瓦时", "公里", "千米", "平方米", "平方公里", "亩", "公顷", "P", "PFLOPS", "EFLOPS", "张", "间"}
)
_TOTAL_STATED: Final = re.compile(r"目前|截至|现有|总数|累计|有效期内|拥有")


def starts_a_pair(draft: Draft) -> bool:
    """由10.71亿元增长到32.09亿元: whether this is the level at the start of a from–to pair."""
    if not re.search(r"(?:由|从)[^，。;]{0,12}$", draft.before):
        return False
    return bool(re.match(r"[^，。;\d]{0,8}(?:到|至|为)", draft.after + "\n"))


def _of_event(draft: Draft, event: str) -> Kind:
    lead = draft.lead
    whole = draft.said[-60:]
    if re.search(r"累计|拥有|现有|共有|已有|目前|总数|有效期内|在册", lead) and not re.search(r"新增|举办|培训|服务|发放|走访|争取|申报|转化|解决|引进|完成|实施|授权|登记", lead):
        return "stock"
    if event in ("建成", "建设", "成立", "组建", "建立", "创建", "布局", "孵化", "入驻", "集聚"):
        if re.search(r"目前|截至|累计|现有|全[省市县区]已?建", whole) and not re.search(r"新(?:建|增|认|培|组|设)", lead):
            return "stock"
    return "flow"


def _carried(draft: Draft) -> Kind:
    """Without a verb of its own a count goes on as the one before it, or is what there is."""
    if draft.previous is not None and re.fullmatch(r"[，、]?(?:合计|总计|共计|共|累计)?达?到?", draft.lead):
        added = re.search(r"新增|新认定|新建|增加", draft.previous.lead)
        return "stock" if added and draft.unit in COUNTED_BODIES else draft.previous.kind
    own_words = draft.lead.removeprefix(draft.prefix)
    if draft.unit in COUNTED_BODIES and ";" in since_previous(draft) and noun_before(own_words):
        return "stock"
    previous = next((each for each in draft.earlier() if each.kind in ("stock", "flow")), None)
    if draft.unit in COUNTED_BODIES:
        if previous is not None and previous.unit in COUNTED_BODIES and not _STATE.search(draft.lead):
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
    if previous is None or previous.kind not in ("share", "stock", "standard") or noun_before(draft.lead):
        return None
    alike = previous.unit == draft.unit or (previous.unit in MONEY and draft.unit in MONEY)
    reaches = _LEVEL_REACHED.search(draft.before) or re.match(r"[，、]?(?:达到?|超过?|突破|为)?$", draft.before)
    moves = _GROWS.search(draft.before) and not _LEVEL_REACHED.search(draft.before)
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
    counted,
)


def settle_kind(draft: Draft) -> None:
    """Decide the kind; a goal keeps its sign and is a target whatever it is inside."""
    if draft.unit == "人" and _MOVES.search(draft.before) and draft.quoted.rstrip("以上左右").endswith("位"):
        draft.unit = "位"
    kind = next((kind for rule in RULES if (kind := rule(draft)) is not None), "flow")
    _sign(draft, kind)
    draft.kind = "target" if draft.goal and kind != "standard" and draft.unit != "年" else kind


_FALLS: Final = re.compile(r"(?:滞后|落后|下降|减少|降低|回落|下滑|低于?|少|降|压减|缩减|后退|缩短|压缩|压降)(?:了|约|近|超过|达|为|幅度|分别|了约|同比)*[^，\u4e00-\u9fff]*$")
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

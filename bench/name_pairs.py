"""A made-up register of firms and a list against it whose right answers are known.

Nothing here knows how names are compared: the words, the slips and the ways in which a list goes
wrong stand here, told apart from the tables of the matcher.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kechuang.matching.names import Firm, Listed

PROVINCE: Final = "拟北省"
CITIES: Final = {
    "示山市": ("甲川县", "乙原县", "丙水县", "丁丘区", "戊林县", "己沙县"),
    "范江市": ("庚阳县", "辛河县", "壬湖区", "癸岭县", "子峰县"),
}
BRANDS: Final = (
    "宏达", "恒通", "金鼎", "瑞丰", "华创", "天翼", "中科", "鑫源", "博远", "盛泰", "启明", "安邦",
    "龙腾", "海纳", "众诚", "德信", "永固", "佳和", "远航", "正阳", "凯旋", "九州", "飞跃", "汇智",
    "嘉禾", "凌云", "明珠", "新锐", "同创", "三友", "百川", "长青", "红旗", "东升", "北辰", "南华",
)  # fmt: skip
SECOND: Final = "源达成远通安泰元丰和立兴润盛华利邦腾捷峰宇辉昊铭诺信晟睿"
TRADES: Final = (
    "科技", "商贸", "机械制造", "电子", "生物科技", "化工", "环保设备", "新材料", "轴承", "阀门",
    "食品", "农业科技", "建材", "仪器仪表", "医药", "汽车零部件", "软件开发", "信息技术",
    "橡塑制品", "精密铸造", "包装", "电力设备", "管业", "智能装备", "纺织", "实业", "光电科技",
    "工程检测",
)  # fmt: skip
FORMS: Final = ("有限公司",) * 8 + ("有限责任公司", "股份有限公司")
OTHERS: Final = ("厂", "农机合作社", "研究院", "加工厂")

Draw = random.Random


@dataclass(frozen=True, slots=True)
class Pair:
    """One entry of the list: the firm that it means, None for one that is not in the register."""

    entry: Listed
    truth: str | None
    way: str


@dataclass(frozen=True, slots=True)
class _Made:
    """A firm as it was put together."""

    city: str
    county: str
    brand: str
    trade: str
    form: str
    style: str

    @property
    def claim(self) -> tuple[str, str, str]:
        """What no second firm of a county may be called, however it is written."""
        return self.county, self.brand, self.trade

    def name(self) -> str:
        place = {"county": self.county, "short": self.county[:-1], "city": self.city, "none": ""}
        if self.style == "bracket":
            return f"{self.brand}（{self.county[:-1]}）{self.trade}{self.form}"
        return f"{place[self.style]}{self.brand}{self.trade}{self.form}"


def register(count: int, seed: int) -> list[Firm]:
    """So many firms, each with a name of its own; some have former names."""
    return [firm for firm, _ in _register(count, seed)]


def _register(count: int, seed: int) -> list[tuple[Firm, _Made]]:
    draw = Draw(seed)
    taken: set[tuple[str, str, str]] = set()
    names: set[str] = set()
    firms: list[tuple[Firm, _Made]] = []
    while len(firms) < count:
        made = _made(draw, count)
        name = made.name()
        if made.claim in taken or name in names:
            continue
        taken.add(made.claim)
        names.add(name)
        former: tuple[str, ...] = ()
        if draw.random() < 0.08:
            brand = _made(draw, count).brand
            old = _Made(made.city, made.county, brand, made.trade, made.form, "county")
            if old.claim not in taken:
                taken.add(old.claim)
                former = (old.name(),)
        line = (PROVINCE, made.city, made.county)
        firms.append((Firm(f"F{len(firms):06d}", name, former, "", line), made))
    return firms


def _made(draw: Draw, count: int) -> _Made:
    city = draw.choice(list(CITIES))
    county = draw.choice(CITIES[city])
    brand = draw.choice(BRANDS)
    if count > 20_000:
        brand += draw.choice(SECOND) + draw.choice(SECOND)
    elif draw.random() < 0.5:
        brand += draw.choice(SECOND)
    trade = draw.choice(TRADES)
    form = draw.choice(FORMS) if draw.random() < 0.93 else draw.choice(OTHERS)
    style = draw.choices(("county", "short", "city", "none", "bracket"), (55, 15, 15, 10, 5))[0]
    return _Made(city, county, brand, trade, form, style)


# --- slips of those who type a list

TRADITIONAL: Final = dict(
    zip(
        "华创鑫丰泰远启龙腾纳众诚达东东阳凯飞汇云锐红长马电机农业药设备阀门橡质环检测车软开发术网织实厂县仪",
        "華創鑫豐泰遠啟龍騰納眾誠達東東陽凱飛匯雲銳紅長馬電機農業藥設備閥門橡質環檢測車軟開發術網織實廠縣儀",
        strict=True,
    )
)
SAME_SOUND: Final = {
    "宏": "红", "恒": "横", "通": "同", "鼎": "顶", "瑞": "锐", "丰": "风", "华": "花", "创": "闯",
    "天": "添", "科": "棵", "源": "元", "博": "勃", "盛": "胜", "启": "起", "安": "按", "邦": "帮",
    "腾": "藤", "诚": "成", "信": "芯", "固": "故", "佳": "加", "航": "杭", "智": "志", "珠": "株",
    "轴": "轴", "承": "成", "阀": "罚", "械": "谢", "化": "华", "工": "公", "保": "宝", "设": "社",
    "材": "才", "装": "妆", "管": "馆", "纺": "仿", "检": "减", "软": "阮", "仪": "宜", "铸": "筑",
}  # fmt: skip
LOOKS_SO: Final = {
    "宏": "宠", "达": "迏", "恒": "桓", "瑞": "端", "创": "刨", "天": "夭", "鑫": "森", "博": "傅",
    "盛": "盔", "泰": "秦", "明": "朋", "安": "女", "邦": "郑", "诚": "城", "信": "伫", "永": "水",
    "佳": "隹", "远": "运", "阳": "阴", "凯": "觊", "飞": "乇", "科": "料", "技": "枝", "商": "啇",
    "机": "杌", "械": "戒", "电": "申", "化": "比", "环": "坏", "设": "没", "材": "村", "轴": "铀",
    "承": "氶", "阀": "阅", "农": "衣", "建": "健", "仪": "议", "汽": "气", "软": "轮", "包": "句",
}  # fmt: skip


def _slip(table: dict[str, str], name: str, draw: Draw, start: int) -> str:
    body = len(name) - 4
    places = [at for at in range(start, body) if name[at] in table and table[name[at]] != name[at]]
    if not places:
        return ""
    at = draw.choice(places)
    return name[:at] + table[name[at]] + name[at + 1 :]


def _stem_place(made: _Made, name: str, draw: Draw) -> int:
    """A place within the firm's own words, behind its region."""
    start = name.index(made.brand)
    return draw.randrange(start, start + len(made.brand + made.trade) - (made.style == "bracket"))


def _traditional(_made: _Made, name: str, _draw: Draw) -> str:
    return "".join(TRADITIONAL.get(each, each) for each in name)


def _spaced(_made: _Made, name: str, draw: Draw) -> str:
    at = draw.randrange(1, len(name))
    mark = draw.choice((" ", "\u3000", "  ", "·", "\u00a0"))
    return f"{name[:at]}{mark}{name[at:]}" if draw.random() < 0.7 else f" {name}\u3000"


def _brackets(made: _Made, name: str, draw: Draw) -> str:
    if made.style != "bracket":
        return ""
    ways = (("(", ")"), ("【", "】"), ("", ""), ("〔", "〕"))
    left, right = draw.choice(ways)
    return name.replace("（", left).replace("）", right)


def _form(made: _Made, name: str, draw: Draw) -> str:
    others = {
        "有限公司": ("有限责任公司",) * 3 + ("股份有限公司", ""),
        "有限责任公司": ("有限公司",) * 3 + ("",),
        "股份有限公司": ("有限公司", "股份公司", ""),
    }
    if made.form not in others:
        return ""
    return name.removesuffix(made.form) + draw.choice(others[made.form])


def _branch(made: _Made, name: str, draw: Draw) -> str:
    if not made.form.endswith("公司"):
        return ""
    where = draw.choice(CITIES[made.city])
    return name + draw.choice((f"{where[:-1]}分公司", "第一分公司", f"{where}分厂", "驻外办事处"))


def _region_less(made: _Made, name: str, draw: Draw) -> str:
    if made.style not in ("county", "city", "short"):
        return ""
    rest = name[name.index(made.brand) :]
    if made.style == "county" and draw.random() < 0.5:
        return made.county[:-1] + rest
    return rest


def _region_more(made: _Made, name: str, draw: Draw) -> str:
    before = {
        "county": (PROVINCE + made.city, made.city, PROVINCE, PROVINCE[:-1] + made.city[:-1]),
        "short": (made.city, PROVINCE),
        "city": (PROVINCE,),
        "none": (made.county, made.city, PROVINCE + made.city + made.county),
    }
    return draw.choice(before[made.style]) + name if made.style in before else ""


def _note(made: _Made, name: str, draw: Draw) -> str:
    notes = (
        "高企",
        "2025年复核",
        "专精特新",
        "重新认定",
        "省级",
        made.county,
        "牵头单位",
        "已迁出",
    )
    left, right = draw.choice((("（", "）"), ("(", ")"), ("【", "】")))
    return f"{name}{left}{draw.choice(notes)}{right}" if draw.random() < 0.8 else f"{name}★"


def _number(_made: _Made, name: str, draw: Draw) -> str:
    number = draw.randrange(1, 300)
    written = (f"{number}.", f"{number}、", f"（{number}）", f"{number}) ", "（十二）", "三、", "⑦")
    return draw.choice(written) + name


def _sound(made: _Made, name: str, draw: Draw) -> str:
    return _slip(SAME_SOUND, name, draw, name.index(made.brand))


def _shape(made: _Made, name: str, draw: Draw) -> str:
    return _slip(LOOKS_SO, name, draw, name.index(made.brand))


def _less(made: _Made, name: str, draw: Draw) -> str:
    at = _stem_place(made, name, draw)
    return name[:at] + name[at + 1 :]


def _more(made: _Made, name: str, draw: Draw) -> str:
    at = _stem_place(made, name, draw)
    return name[: at + 1] + name[at] + name[at + 1 :]


def _swapped(made: _Made, name: str, _draw: Draw) -> str:
    at = name.index(made.brand)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _form_slip(made: _Made, name: str, draw: Draw) -> str:
    if made.form != "有限公司":
        return ""
    return name.removesuffix("有限公司") + draw.choice(
        ("有限公", "有线公司", "有限公司司", "限公司")
    )


def _two(made: _Made, name: str, draw: Draw) -> str:
    """Two things at once, as lists have them."""
    first = draw.choice((_sound, _region_less, _form))(made, name, draw)
    return draw.choice((_number, _note, _traditional, _spaced))(made, first, draw) if first else ""


Way = Callable[[_Made, str, Draw], str]
WAYS: Final[dict[str, Way]] = {
    "traditional": _traditional, "spaces": _spaced, "brackets": _brackets, "form": _form,
    "branch": _branch, "region left out": _region_less, "region added": _region_more,
    "note": _note, "number": _number, "sound": _sound, "shape": _shape, "letter gone": _less,
    "letter doubled": _more, "order": _swapped, "form misspelt": _form_slip, "two at once": _two,
}  # fmt: skip


# --- firms that only look like ours


def _other_county(made: _Made, draw: Draw) -> _Made:
    city = draw.choice(list(CITIES))
    county = draw.choice([each for each in CITIES[city] if each != made.county])
    return _Made(city, county, made.brand, made.trade, made.form, "county")


def _other_trade(made: _Made, _draw: Draw) -> _Made:
    pairs = {
        "科技": "科贸", "商贸": "工贸", "电子": "电力", "化工": "化纤", "建材": "建设",
        "农业科技": "农业科贸", "生物科技": "生物科贸", "光电科技": "光电科贸", "食品": "药品",
    }  # fmt: skip
    trade = pairs.get(made.trade)
    if trade is None:
        return made
    return _Made(made.city, made.county, made.brand, trade, made.form, made.style)


def _ordinal(made: _Made, draw: Draw) -> tuple[str, str]:
    """The name of a works and that of the works beside it."""
    one, other = draw.sample("一二三四五六", 2)
    stem = f"{made.county}{made.brand}{made.trade}"
    return f"{stem}{one}厂", f"{stem}{other}厂"


def pairs(
    seed: int, firms: int = 6_000, count: int = 2_000, dirty: int = 600, near: int = 200
) -> tuple[list[Firm], list[Pair]]:
    """A register and a list against it.

    Of `count` entries `dirty` are written badly, `near` mean a firm that is not in the register
    and looks like one that is; of the others some are former names and some are quite unknown.
    """
    draw = Draw(seed)
    made = _register(firms, seed)
    known = {name for firm, _ in made for name in (firm.name, *firm.former)}
    claims = {each.claim for _, each in made}
    chosen = draw.sample(made, count)
    found = _dirty(draw, chosen[:dirty], known)
    extra, near_ones = _near(draw, chosen[dirty : dirty + near], claims, known, len(made))
    found += near_ones
    for firm, each in chosen[dirty + near :]:
        if firm.former and draw.random() < 0.7:
            found.append(Pair(Listed(firm.former[0]), firm.code, "former name"))
        elif draw.random() < 0.15:
            found.append(Pair(Listed(_unknown(each, draw)), None, "unknown"))
        else:
            found.append(Pair(Listed(firm.name), firm.code, "as it is"))
    draw.shuffle(found)
    return [*(firm for firm, _ in made), *extra], found


def _dirty(draw: Draw, chosen: list[tuple[Firm, _Made]], known: set[str]) -> list[Pair]:
    ways = list(WAYS)
    found: list[Pair] = []
    for number, (firm, made) in enumerate(chosen):
        for turn in range(len(ways)):
            way = ways[(number + turn) % len(ways)]
            name = WAYS[way](made, firm.name, draw)
            if name and name != firm.name and name not in known:
                found.append(Pair(Listed(name), firm.code, way))
                break
    return found


def _near(
    draw: Draw,
    chosen: list[tuple[Firm, _Made]],
    claims: set[tuple[str, str, str]],
    known: set[str],
    count: int,
) -> tuple[list[Firm], list[Pair]]:
    """Firms that are not in the register; of each pair of works the first one is put in."""
    extra: list[Firm] = []
    found: list[Pair] = []
    for number, (_firm, made) in enumerate(chosen):
        if number % 3 == 0:
            ours, theirs = _ordinal(made, draw)
            line = (PROVINCE, made.city, made.county)
            extra.append(Firm(f"F{count + len(extra):06d}", ours, (), "", line))
            found.append(Pair(Listed(theirs), None, "works beside"))
            continue
        other = _other_trade(made, draw) if number % 3 == 1 else made
        way = "county beside" if other == made else "trade beside"
        while other.claim in claims or other.name() in known:
            other, way = _other_county(made, draw), "county beside"
        found.append(Pair(Listed(other.name()), None, way))
    return extra, found


def _unknown(made: _Made, draw: Draw) -> str:
    brand = "".join(draw.sample("墨砚棠樾澈珩翎霁岫蘅", 3))
    return _Made(made.city, made.county, brand, made.trade, made.form, "county").name()

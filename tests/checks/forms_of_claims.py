"""Made-up sentences about repeated facts, places, units of money and goals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dice import COUNTS, FILLERS, MONEY, SHARES, YEAR, Dice, Pair, rounded

Documents = tuple[tuple[str, ...], tuple[str, ...]]


def repeat_forms(dice: Dice) -> list[Callable[[], Documents]]:
    name, unit = dice.choice(COUNTS[:6])
    measure, share = dice.choice(MONEY), dice.choice(SHARES)
    count = dice.randint(12, 900)
    other = int(dice.misprint(Decimal(count), 0, Decimal(max(1, count // 30))))
    filler, second = dice.sample(FILLERS, 2)

    def told_twice(first: str, again: str, right: str, wrong: str) -> Documents:
        start = first.replace("%s", right) + filler + second
        return (start + again.replace("%s", right),), (start + again.replace("%s", wrong),)

    def stock() -> Documents:
        mark = f"{{%s|stock|{name}}}"
        return told_twice(
            f"截至{YEAR}年底，全县{name}达到{mark}。",
            f"到{YEAR}年底，全县拥有{name}{mark}。",
            f"{count}{unit}",
            f"{other}{unit}",
        )

    def money() -> Documents:
        value = dice.number("2", "60", 2)
        mark = f"{{%s|flow|{measure}}}"
        wrong = dice.misprint(value, 2, value * Decimal("0.04"))
        return told_twice(
            f"{YEAR}年，全县{measure}{mark}。",
            f"{YEAR}年全年完成{measure}{mark}。",
            f"{rounded(value, 2)}亿元",
            f"{wrong}亿元",
        )

    def proportion() -> Documents:
        value = dice.number("1.2", "48", 2)
        mark = f"{{%s|share|{share}}}"
        wrong = dice.misprint(value, 2, value * Decimal("0.03"))
        return told_twice(
            f"{YEAR}年，全县{share}达到{mark}。",
            f"{YEAR}年全县{share}为{mark}。",
            f"{rounded(value, 2)}%",
            f"{wrong}%",
        )

    def growth() -> Documents:
        value = dice.number("3", "58", 1)
        mark = f"{{%s|growth|{measure}}}"
        wrong = dice.misprint(value, 1, Decimal("0.9"))
        return told_twice(
            f"{YEAR}年，全县{measure}同比增长{mark}。",
            f"{YEAR}年，{measure}比上年增长{mark}。",
            f"{rounded(value, 1)}%",
            f"{wrong}%",
        )

    def place() -> Documents:
        value = dice.randint(2, 60)
        wrong = value + dice.randint(1, 9)
        mark = "{%s|rank|县域科技创新能力}"
        return told_twice(
            f"{YEAR}年，我县县域科技创新能力居全省{mark}。",
            f"{YEAR}年县域科技创新能力居全省{mark}。",
            f"第{value}位",
            f"第{wrong}位",
        )

    def two_reports() -> Documents:
        text = f"{YEAR}年底，全县{name}{{%s|stock|{name}}}。"
        far = int(dice.misprint(Decimal(count), 0, Decimal(max(2, count // 15))))
        right, wrong = (text.replace("%s", f"{value}{unit}") for value in (count, far))
        return (filler + right, right + second), (filler + right, wrong + second)

    return [stock, money, proportion, growth, place, two_reports]


Placed = tuple[str, str, str]
"""The region, and a sentence with a possible and with an impossible place."""

RANKED = ["科技创新能力综合评价", "高新技术企业数", "技术合同成交额", "专利授权量", "研发投入强度"]


def rank_forms(dice: Dice) -> list[Callable[[], Placed]]:
    measure = dice.choice(RANKED)

    def mark(quote: str) -> str:
        return f"{{{quote}|rank|{measure}}}"

    def county_in_province() -> Placed:
        region = dice.choice(["河北省邯郸市曲周县", "湖南省湘西土家族苗族自治州龙山县", "安徽省六安市霍山县"])
        verb = dice.choice(["列全省", "居全省", "位居全省", "排全省", "在全省排名"])
        text = f"{YEAR}年{measure}{verb}%s。"
        right, wrong = dice.randint(3, 80), dice.randint(230, 480)
        return region, text % mark(f"第{right}位"), text % mark(f"第{wrong}位")

    def county_in_city() -> Placed:
        region = dice.choice(["河北省邯郸市曲周县", "安徽省六安市霍山县", "湖北省宜昌市夷陵区"])
        text = f"{measure}{dice.choice(['居全市', '位列全市', '排全市'])}%s，为历年最好成绩。"
        right, wrong = dice.randint(2, 6), dice.randint(31, 88)
        return region, text % mark(f"第{right}位"), text % mark(f"第{wrong}位")

    def city_in_province() -> Placed:
        region = dice.choice(["河北省唐山市", "湖北省荆州市", "安徽省铜陵市", "浙江省温州市"])
        text = f"{YEAR}年，全市{measure}{dice.choice(['居全省', '列全省', '在全省排'])}%s。"
        right, wrong = dice.randint(2, 9), dice.randint(24, 70)
        return region, text % mark(f"第{right}位"), text % mark(f"第{wrong}位")

    def province_in_country() -> Placed:
        region = dice.choice(["河北省", "江西省", "云南省", "内蒙古自治区", "浙江省"])
        text = f"{measure}{dice.choice(['居全国', '位列全国', '排全国'])}%s。"
        right, wrong = dice.randint(2, 29), dice.randint(46, 98)
        return region, text % mark(f"第{right}位"), text % mark(f"第{wrong}位")

    def among_so_many() -> Placed:
        units = dice.randint(40, 170)
        what = dice.choice(["个县（市、区）", "个县区", "个县"])
        said = f"{{{units}个|stock|参评县}}{what[1:]}"
        text = f"{YEAR}年，我县{measure}在全省{said}{dice.choice(['中列', '中排名', '中居'])}%s。"
        right, wrong = dice.randint(2, units), dice.randint(units + 1, units + 90)
        return "示例省示例市甲县", text % mark(f"第{right}位"), text % mark(f"第{wrong}位")

    return [county_in_province, county_in_city, city_in_province, province_in_country, among_so_many]


def slip_forms(dice: Dice) -> list[Callable[[], Pair]]:
    measure = dice.choice(MONEY)
    before, now = YEAR - 1, YEAR
    filler = dice.choice(FILLERS)
    a = dice.number("1.5", "30", 2)
    quotient = dice.number("1.04", "1.9", 3)
    b = rounded(a * quotient, 2)
    growth = rounded((b / a - 1) * 100, 1)

    def from_to() -> Pair:
        text = (
            f"{measure}由{{{a}亿元|flow|{measure}|{before}}}增长到{{{b}%s|flow|{measure}}}，"
            f"增长{{{growth}%|growth|{measure}}}。"
        )
        return text.replace("%s", "亿元"), text.replace("%s", "万元")

    def year_before() -> Pair:
        text = (
            f"{before}年，全县{measure}为{{{a}亿元|flow|{measure}|{before}}}。{filler}"
            f"{now}年，全县{measure}为{{{b}%s|flow|{measure}}}。"
        )
        return text.replace("%s", "亿元"), text.replace("%s", "万元")

    def goal() -> Pair:
        text = (
            f"{now}年目标是{measure}达到{{{a}亿元|target|{measure}}}。{filler}"
            f"{now}年全县{measure}完成{{{b}%s|flow|{measure}}}。"
        )
        return text.replace("%s", "亿元"), text.replace("%s", "万元")

    def among() -> Pair:
        part = rounded(a * 10000 * dice.number("0.1", "0.9", 2), 0)
        text = (
            f"全年{measure}{{{a}亿元|flow|{measure}}}，其中规上工业企业{measure}"
            f"{{{part}%s|flow|规上工业企业{measure}}}。"
        )
        return text.replace("%s", "万元"), text.replace("%s", "亿元")

    def share() -> Pair:
        part = rounded(b * dice.number("0.1", "0.8", 2), 2)
        ratio = rounded(part / b * 100, 1)
        text = (
            f"全年{measure}{{{b}亿元|flow|{measure}}}，其中规上工业企业{measure}"
            f"{{{part}%s|flow|规上工业企业{measure}}}，占{{{ratio}%|share|规上工业企业{measure}占比}}。"
        )
        return text.replace("%s", "亿元"), text.replace("%s", "万元")

    def average() -> Pair:
        firms = dice.randint(20, 300)
        mean = rounded(b * 10000 / firms, 1)
        text = (
            f"全县{{{firms}家|flow|享受加计扣除企业}}企业享受研发费用加计扣除{{{b}%s|flow|研发费用加计扣除额}}，"
            f"户均{{{mean}万元|share|户均研发费用加计扣除额}}。"
        )
        return text.replace("%s", "亿元"), text.replace("%s", "万元")

    return [from_to, year_before, goal, among, share, average]


def goal_forms(dice: Dice) -> list[Callable[[], Pair]]:
    name, unit = dice.choice(COUNTS)
    goal = dice.randint(40, 600)
    done = goal + dice.randint(2, goal // 2)
    short = goal - dice.randint(2, goal // 3)
    ratio = Decimal(done) / goal * 100
    wrong = dice.misprint(ratio, 1, Decimal("1.6"))
    said = dice.choice(["超额完成年度任务", "圆满完成年度目标", "顺利完成年度目标任务", "超额完成全年目标"])

    def completion() -> Pair:
        text = (
            f"{YEAR}年下达目标：{name}{{{goal}{unit}|target|{name}}}。到年底，新增{name}"
            f"{{{done}{unit}|flow|{name}}}，为全年任务的{{%s|share|{name}任务完成率}}。"
        )
        return text.replace("%s", f"{rounded(ratio, 1)}%"), text.replace("%s", f"{wrong}%")

    def claimed() -> Pair:
        text = (
            f"年初确定的目标是新增{name}{{{goal}{unit}|target|{name}}}，全年实际新增{name}"
            f"{{%s|flow|{name}}}，{said}。"
        )
        return text.replace("%s", f"{done}{unit}"), text.replace("%s", f"{short}{unit}")

    def claimed_later() -> Pair:
        text = (
            f"{YEAR}年目标新增{name}{{{goal}{unit}|target|{name}}}。{dice.choice(FILLERS[:8])}"
            f"全年新增{name}{{%s|flow|{name}}}，{said}。"
        )
        return text.replace("%s", f"{done}{unit}"), text.replace("%s", f"{short}{unit}")

    def below_hundred() -> Pair:
        low = rounded(Decimal(short) / goal * 100, 1)
        text = f"全年新增{name}{{{done}{unit}|flow|{name}}}，完成目标任务的{{%s|share|{name}任务完成率}}，{said}。"
        return text.replace("%s", f"{rounded(ratio, 1)}%"), text.replace("%s", f"{low}%")

    def beyond() -> Pair:
        text = (
            f"{YEAR}年计划新增{name}{{{goal}{unit}|target|{name}}}。实际新增{name}{{{done}{unit}|flow|{name}}}，"
            f"超额{{%s|share|{name}任务超额比例}}。"
        )
        far = dice.misprint(ratio - 100, 1, Decimal("1.6"))
        return text.replace("%s", f"{rounded(ratio - 100, 1)}%"), text.replace("%s", f"{far}%")

    def money() -> Pair:
        aim = dice.number("1", "40", 2)
        reached = rounded(aim * dice.number("1.01", "1.6"), 2)
        share = reached / aim * 100
        slip = dice.misprint(share, 1, Decimal("1.6"))
        text = (
            f"全年技术合同成交额目标{{{aim}亿元|target|技术合同成交额}}，实际完成{{{reached}亿元|flow|技术合同成交额}}，"
            "完成率{%s|share|技术合同成交额任务完成率}。"
        )
        return text.replace("%s", f"{rounded(share, 1)}%"), text.replace("%s", f"{slip}%")

    return [completion, claimed, claimed_later, below_hundred, beyond, money]

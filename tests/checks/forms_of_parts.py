"""Made-up sentences about parts, totals and shares."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dice import COUNTS, YEAR, Dice, Pair, rounded


def part_forms(dice: Dice) -> list[Callable[[], Pair]]:
    name, unit = dice.choice(COUNTS)
    counts = [dice.randint(3, 60) for _ in range(3)]
    total = sum(counts)
    slip = int(dice.misprint(Decimal(total), 0, Decimal(1)))
    kind = "stock"

    def placed(texts: list[str]) -> str:
        return "、".join(
            f"{town}{{{count}{unit}|{kind}|{name}||{town}}}" for town, count in zip(texts, counts, strict=True)
        )

    def both(text: str) -> Pair:
        return text % f"{total}{unit}", text % f"{slip}{unit}"

    def added_up() -> Pair:
        word = dice.choice(["合计", "共计", "总计"])
        return both(f"{name}情况：{placed(['乙县', '丙县', '丁县'])}，{word}{{%s|{kind}|{name}}}。")

    def respectively() -> Pair:
        return both(
            f"乙县、丙县、丁县共有{name}{{%s|{kind}|{name}}}，分别为{{{counts[0]}{unit}|{kind}|{name}||乙县}}、"
            f"{{{counts[1]}{unit}|{kind}|{name}||丙县}}、{{{counts[2]}{unit}|{kind}|{name}||丁县}}。"
        )

    def classes() -> Pair:
        a, b, c = counts
        return both(
            "当年全省参评县（市、区）共{%s|stock|参评县}。评价结果为：" + f"A类县{{{a}个|stock|A类县}}，"
            f"B类县{{{b}个|stock|B类县}}，C类县{{{c}个|stock|C类县}}。"
        ) if unit == "个" else both_counties()

    def both_counties() -> Pair:
        a, b, c = counts
        text = (
            "当年参加评价的县（市、区）共{%s|stock|参评县}，其中A类" + f"{{{a}个|stock|A类县}}、B类"
            f"{{{b}个|stock|B类县}}、C类{{{c}个|stock|C类县}}。"
        )
        return text % f"{total}个", text % f"{slip}个"

    def among() -> Pair:
        part = dice.randint(5, total - 2)
        too_many = total + dice.randint(1, 40)
        text = f"全县{name}总数达{{{total}{unit}|{kind}|{name}}}，其中规上工业企业{{%s|{kind}|规上工业企业{name}}}。"
        return text % f"{part}{unit}", text % f"{too_many}{unit}"

    def with_rest() -> Pair:
        a, b, c = counts
        wrong = int(dice.misprint(Decimal(c), 0, Decimal(1)))
        text = (
            f"全县研发人员{{{total}人|stock|研发人员}}，其中企业{{{a}人|stock|企业研发人员}}，"
            f"高校院所{{{b}人|stock|高校院所研发人员}}，其余{{%s|stock|其余研发人员}}。"
        )
        return text % f"{c}人", text % f"{wrong}人"

    def money_of_levels() -> Pair:
        parts = [rounded(dice.number("120", "4000"), 0) for _ in range(3)]
        whole = sum(parts, Decimal(0))
        wrong = whole - rounded(min(parts) * dice.number("0.2", "0.9"), 0) - 3
        text = (
            "全年争取科技资金{%s|flow|科技资金}，其中省级" + f"{{{parts[0]}万元|flow|省级科技资金}}、市级"
            f"{{{parts[1]}万元|flow|市级科技资金}}、县级{{{parts[2]}万元|flow|县级科技资金}}。"
        )
        return text % f"{whole}万元", text % f"{wrong}万元"

    def patents() -> Pair:
        a, b, c = counts
        less = total - dice.randint(1, min(counts))
        text = (
            "全年专利授权{%s|flow|专利授权量}，其中发明专利" + f"{{{a}件|flow|发明专利授权量}}、实用新型"
            f"{{{b}件|flow|实用新型专利授权量}}、外观设计{{{c}件|flow|外观设计专利授权量}}。"
        )
        return text % f"{total}件", text % f"{less}件"

    return [added_up, respectively, classes, among, with_rest, money_of_levels, patents]


def share_forms(dice: Dice) -> list[Callable[[], Pair]]:
    name, unit = dice.choice(COUNTS)
    whole = dice.randint(120, 900)
    part = dice.randint(20, whole - 20)
    share = Decimal(part) / whole * 100
    places = dice.choice([1, 2])
    far = Decimal("0.4") + share / 80
    wrong = dice.misprint(share, places, far)
    right = rounded(share, places)

    def both(text: str) -> Pair:
        return text.replace("%s", f"{right}%"), text.replace("%s", f"{wrong}%")

    def among() -> Pair:
        return both(
            f"全县新增{name}{{{whole}{unit}|flow|{name}}}，其中民营{name}{{{part}{unit}|flow|民营{name}}}，"
            f"占{{%s|share|民营{name}占{name}比重}}。"
        )

    def in_brackets() -> Pair:
        other = dice.randint(5, whole - part) if whole - part > 5 else 5
        first = rounded(Decimal(other) / whole * 100, places)
        return both(
            f"全县累计{name}{{{whole}{unit}|stock|{name}}}，按领域分，电子信息领域{name}{{{other}{unit}|stock|电子信息{name}}}"
            f"（{{{first}%|share|电子信息{name}占比}}）、先进制造领域{name}{{{part}{unit}|stock|先进制造{name}}}"
            f"（{{%s|share|先进制造{name}占比}}）。"
        )

    def of_the_whole() -> Pair:
        return both(
            f"甲县{name}{{{part}{unit}|stock|{name}}}，占全市{{{whole}{unit}|stock|{name}||示例市}}的"
            f"{{%s|share|{name}占全市比重}}。"
        )

    def two_lists() -> Pair:
        total = dice.number("20", "90", 2)
        piece = rounded(total * dice.number("0.1", "0.8"), 2)
        money = rounded(piece / total * 100, places)
        return both(
            f"全年吸纳技术合同{{{whole}项|flow|吸纳技术合同数}}、成交额{{{rounded(total, 2)}亿元|flow|吸纳技术合同成交额}}，"
            f"其中来自省外{{{part}项|flow|吸纳省外技术合同数}}、{{{piece}亿元|flow|吸纳省外技术合同成交额}}，"
            f"分别占{{%s|share|省外合同数占比}}和{{{money}%|share|省外成交额占比}}。"
        )

    def of_the_product() -> Pair:
        product = dice.number("300", "1500", 2)
        spent = rounded(product * dice.number("0.009", "0.039", 6), 2)
        intensity = spent / product * 100
        slip = dice.misprint(intensity, 2, Decimal("0.12"))
        text = (
            f"全年地区生产总值{{{rounded(product, 2)}亿元|flow|地区生产总值}}。全社会研发经费{{{spent}亿元|flow|全社会研发经费}}，"
            "占地区生产总值比重{%s|share|全社会研发经费占地区生产总值比重}。"
        )
        return text.replace("%s", f"{rounded(intensity, 2)}%"), text.replace("%s", f"{slip}%")

    def average() -> Pair:
        firms = dice.randint(20, 300)
        mean = dice.number("40", "400", 2)
        total = firms * mean / 10000
        slip = dice.misprint(mean, 1, mean * Decimal("0.1"))
        text = (
            f"全县{{{firms}家|flow|享受加计扣除企业}}企业享受研发费用加计扣除{{{rounded(total, 2)}亿元|flow|研发费用加计扣除额}}，"
            "户均{%s|share|户均研发费用加计扣除额}。"
        )
        return text.replace("%s", f"{rounded(mean, 1)}万元"), text.replace("%s", f"{slip}万元")

    def of_all() -> Pair:
        return both(
            f"{YEAR}年全县共有{name}{{{whole}{unit}|stock|{name}}}。其中，乡镇{name}{{{part}{unit}|stock|乡镇{name}}}，"
            f"占全县总数的{{%s|share|乡镇{name}占比}}。"
        )

    return [among, in_brackets, of_the_whole, two_lists, of_the_product, average, of_all]

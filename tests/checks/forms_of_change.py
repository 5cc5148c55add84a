"""Made-up sentences about growth and change."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dice import COUNTS, FILLERS, MONEY, SHARES, YEAR, Dice, Pair, rounded


def growing(dice: Dice) -> tuple[Decimal, Decimal, Decimal]:
    """An earlier and a later level and the growth in per cent."""
    earlier = dice.number("1.2", "40")
    quotient = dice.number("1.03", "2.6")
    return earlier, earlier * quotient, (quotient - 1) * 100


def counted(dice: Dice) -> tuple[int, int, Decimal]:
    earlier = dice.randint(21, 700)
    later = earlier + dice.randint(max(2, earlier // 20), earlier)
    return earlier, later, (Decimal(later) / earlier - 1) * 100


def growth_forms(dice: Dice) -> list[Callable[[], Pair]]:
    measure = dice.choice(MONEY)
    name, unit = dice.choice(COUNTS)
    before, now = YEAR - 1, YEAR

    def both(text: Callable[[str], str], growth: Decimal) -> Pair:
        places = dice.choice([1, 1, 2])
        wrong = dice.misprint(growth, places, Decimal("0.6") + growth / 50)
        return text(f"{rounded(growth, places)}%"), text(f"{wrong}%")

    def from_to() -> Pair:
        a, b, g = growing(dice)
        verb = dice.choice(["增长到", "增加到", "提高到", "增至", "上升到"])
        return both(
            lambda q: f"{measure}由{{{rounded(a, 2)}亿元|flow|{measure}|{before}}}{verb}"
            f"{{{rounded(b, 2)}亿元|flow|{measure}}}，增长{{{q}|growth|{measure}|{before}/{now}}}。",
            g,
        )

    def than_last_year() -> Pair:
        a, b, g = growing(dice)
        return both(
            lambda q: f"{now}年，全县{measure}达到{{{rounded(b, 2)}亿元|flow|{measure}}}，比上年的"
            f"{{{rounded(a, 2)}亿元|flow|{measure}|{before}}}增长{{{q}|growth|{measure}}}。",
            g,
        )

    def count_between_years() -> Pair:
        a, b, g = counted(dice)
        return both(
            lambda q: f"全县{name}从{before}年的{{{a}{unit}|stock|{name}|{before}}}增加到{now}年的"
            f"{{{b}{unit}|stock|{name}}}，增幅{{{q}|growth|{name}|{before}/{now}}}。",
            g,
        )

    def two_sentences() -> Pair:
        a, b, g = growing(dice)
        return both(
            lambda q: f"{before}年，全县{measure}为{{{rounded(a, 2)}亿元|flow|{measure}|{before}}}。"
            f"{dice_free}{now}年，全县{measure}完成{{{rounded(b, 2)}亿元|flow|{measure}}}，"
            f"同比增长{{{q}|growth|{measure}}}。",
            g,
        )

    def net_gain() -> Pair:
        a, b, g = counted(dice)
        return both(
            lambda q: f"全县{name}达到{{{b}{unit}|stock|{name}}}，较上年净增"
            f"{{{b - a}{unit}|change|{name}|{before}/{now}}}，增长{{{q}|growth|{name}}}。",
            g,
        )

    def in_brackets() -> Pair:
        a, b, g = growing(dice)
        return both(
            lambda q: f"全年实现{measure}{{{rounded(b, 2)}亿元|flow|{measure}}}（上年为"
            f"{{{rounded(a, 2)}亿元|flow|{measure}|{before}}}），同比增长{{{q}|growth|{measure}}}。",
            g,
        )

    def falling() -> Pair:
        b, a, _ = growing(dice)
        fall = (1 - b / a) * 100
        return both(
            lambda q: f"受市场影响，{measure}由上年的{{{rounded(a, 2)}亿元|flow|{measure}|{before}}}下降到"
            f"{{{rounded(b, 2)}亿元|flow|{measure}}}，下降{{{q}|growth-|{measure}}}。",
            fall,
        )

    def same_period() -> Pair:
        a, b, g = growing(dice)
        return both(
            lambda q: f"截至{now}年底，{measure}{{{rounded(b, 2)}亿元|flow|{measure}}}，上年同期为"
            f"{{{rounded(a, 2)}亿元|flow|{measure}|{before}}}，同比增长{{{q}|growth|{measure}}}。",
            g,
        )

    dice_free = dice.choice(FILLERS[:8])
    return [from_to, than_last_year, count_between_years, two_sentences, net_gain, in_brackets,
            falling, same_period]


def change_forms(dice: Dice) -> list[Callable[[], Pair]]:
    share = dice.choice(SHARES)
    before, now = YEAR - 1, YEAR
    a = rounded(dice.number("1.1", "60"), 2)
    d = rounded(dice.number("0.15", "4.8"), 2)
    b = a + d
    wrong = dice.misprint(d, 2, Decimal("0.08"))
    filler = dice.choice(FILLERS[:8])

    def both(text: Callable[[str], str]) -> Pair:
        return text(f"{d}个百分点"), text(f"{wrong}个百分点")

    def from_to() -> Pair:
        return both(
            lambda q: f"{share}由{{{a}%|share|{share}|{before}}}提高到{{{b}%|share|{share}}}，提高"
            f"{{{q}|change|{share}|{before}/{now}}}。"
        )

    def than_last_year() -> Pair:
        return both(
            lambda q: f"{now}年全县{share}达到{{{b}%|share|{share}}}，比上年的"
            f"{{{a}%|share|{share}|{before}}}提高{{{q}|change|{share}|{before}/{now}}}。"
        )

    def two_sentences() -> Pair:
        return both(
            lambda q: f"{before}年，全县{share}为{{{a}%|share|{share}|{before}}}。{filler}"
            f"{now}年，全县{share}为{{{b}%|share|{share}}}，比上年提高{{{q}|change|{share}|{before}/{now}}}。"
        )

    def between_years() -> Pair:
        return both(
            lambda q: f"{share}从{before}年的{{{a}%|share|{share}|{before}}}上升到{now}年的"
            f"{{{b}%|share|{share}}}，上升{{{q}|change|{share}|{before}/{now}}}。"
        )

    def in_brackets() -> Pair:
        return both(
            lambda q: f"{share}{{{b}%|share|{share}}}（上年为{{{a}%|share|{share}|{before}}}），提升"
            f"{{{q}|change|{share}|{before}/{now}}}。"
        )

    def falling() -> Pair:
        return both(
            lambda q: f"{share}由{{{b}%|share|{share}|{before}}}下降到{{{a}%|share|{share}}}，下降"
            f"{{{q}|change-|{share}|{before}/{now}}}。"
        )

    def counts() -> Pair:
        name, unit = dice.choice(COUNTS)
        first, last, _ = counted(dice)
        slip = int(dice.misprint(Decimal(last - first), 0, Decimal(1)))
        text = (
            f"全县{name}由{{{first}{unit}|stock|{name}|{before}}}增加到{{{last}{unit}|stock|{name}}}，"
            "净增{%s|change|" + name + f"|{before}/{now}}}。"
        )
        return text % f"{last - first}{unit}", text % f"{slip}{unit}"

    def places() -> Pair:
        last = dice.randint(3, 40)
        up = dice.randint(3, 45)
        slip = int(dice.misprint(Decimal(up), 0, Decimal(1)))
        text = (
            f"综合排名由全省第{last + up}位上升到第{last}位，".replace(
                f"第{last + up}位", f"{{第{last + up}位|rank|综合排名|{before}}}"
            ).replace(f"第{last}位", f"{{第{last}位|rank|综合排名}}", 1)
            + "上升{%s|change|综合排名|" + f"{before}/{now}}}。"
        )
        return text % f"{up}位", text % f"{slip}位"

    return [from_to, than_last_year, two_sentences, between_years, in_brackets, falling, counts, places]



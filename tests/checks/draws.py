"""The numbers behind the made-up sentences, and what a misprint makes of them.

Levels are drawn with more decimals than are printed, and every growth, share and difference is
reckoned before rounding, as an office does. Each draw gives the names that a form may use, and the
right and the wrong value for its one varying place.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Draw:
    right: str
    wrong: str
    names: dict[str, object] = field(default_factory=dict[str, object])
    region: str = ""


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class Dice(random.Random):
    def number(self, low: str, high: str, places: int = 4) -> Decimal:
        scale = 10**places
        return Decimal(self.randint(int(Decimal(low) * scale), int(Decimal(high) * scale))) / scale

    def misprint(self, value: Decimal, places: int, far: Decimal) -> Decimal:
        """The printed number with a digit wrong or two exchanged, at least `far` away."""
        printed = str(rounded(value, places))
        spots = [spot for spot, mark in enumerate(printed) if mark.isdigit()]
        for _ in range(500):
            digits = list(printed)
            first = self.randrange(len(spots))
            if first + 1 < len(spots) and self.random() < 0.5:
                one, other = spots[first], spots[first + 1]
                digits[one], digits[other] = digits[other], digits[one]
            else:
                digits[spots[first]] = self.choice("123456789")
            wrong = Decimal("".join(digits))
            leads_with_nought = digits[0] == "0" and printed[0] != "0"
            if abs(wrong - value) >= far and wrong > 0 and not leads_with_nought:
                return wrong
        return rounded(value * 2 + far, places)


def _growth(dice: Dice, growth: Decimal, names: dict[str, object]) -> Draw:
    places = dice.choice([1, 1, 2])
    wrong = dice.misprint(growth, places, Decimal("0.7") + growth / 50)
    return Draw(f"{rounded(growth, places)}%", f"{wrong}%", names)


def money_growth(dice: Dice) -> Draw:
    a, quotient = dice.number("1.2", "40"), dice.number("1.03", "2.6")
    names: dict[str, object] = {"a": rounded(a, 2), "b": rounded(a * quotient, 2)}
    return _growth(dice, (quotient - 1) * 100, names)


def money_fall(dice: Dice) -> Draw:
    a, quotient = dice.number("2.4", "60"), dice.number("0.4", "0.97")
    names: dict[str, object] = {"a": rounded(a, 2), "b": rounded(a * quotient, 2)}
    return _growth(dice, (1 - quotient) * 100, names)


def _two_counts(dice: Dice) -> tuple[int, int]:
    earlier = dice.randint(21, 700)
    return earlier, earlier + dice.randint(max(2, earlier // 20), earlier)


def count_growth(dice: Dice) -> Draw:
    a, b = _two_counts(dice)
    return _growth(dice, Decimal(b - a) / a * 100, {"a": a, "b": b, "apart": b - a})


def points(dice: Dice) -> Draw:
    a, apart = dice.number("1.1", "60", 2), dice.number("0.15", "4.8", 2)
    wrong = dice.misprint(apart, 2, Decimal("0.08"))
    names: dict[str, object] = {"a": rounded(a, 2), "b": rounded(a + apart, 2)}
    return Draw(f"{rounded(apart, 2)}个百分点", f"{wrong}个百分点", names)


def count_change(dice: Dice) -> Draw:
    a, b = _two_counts(dice)
    wrong = dice.misprint(Decimal(b - a), 0, Decimal(1))
    return Draw(f"{b - a}$unit", f"{wrong}$unit", {"a": a, "b": b})


def place_change(dice: Dice) -> Draw:
    b, up = dice.randint(3, 40), dice.randint(3, 45)
    wrong = dice.misprint(Decimal(up), 0, Decimal(1))
    return Draw(f"{up}位", f"{wrong}位", {"a": b + up, "b": b})


def _three(dice: Dice) -> dict[str, object]:
    x, y, z = (dice.randint(3, 60) for _ in range(3))
    return {"x": x, "y": y, "z": z, "total": x + y + z}


def total_of_three(dice: Dice) -> Draw:
    names = _three(dice)
    total = names["total"]
    return Draw(str(total), str(dice.misprint(Decimal(str(total)), 0, Decimal(1))), names)


def rest_of_total(dice: Dice) -> Draw:
    names = _three(dice)
    rest = names["z"]
    return Draw(str(rest), str(dice.misprint(Decimal(str(rest)), 0, Decimal(1))), names)


def part_of_total(dice: Dice) -> Draw:
    total = dice.randint(30, 400)
    return Draw(str(dice.randint(2, total - 1)), str(total + dice.randint(1, 60)), {"total": total})


def too_small_total(dice: Dice) -> Draw:
    names = _three(dice)
    parts = [int(str(names[name])) for name in ("x", "y", "z")]
    return Draw(str(sum(parts)), str(sum(parts) - dice.randint(1, min(parts))), names)


def total_of_three_moneys(dice: Dice) -> Draw:
    x, y, z = (dice.randint(120, 4000) for _ in range(3))
    less = x + y + z - dice.randint(min(x, y, z) // 5 + 4, min(x, y, z))
    return Draw(str(x + y + z), str(less), {"x": x, "y": y, "z": z})


def _share(dice: Dice, share: Decimal, places: int, names: dict[str, object]) -> Draw:
    wrong = dice.misprint(share, places, Decimal("0.1") + share / 60)
    return Draw(f"{rounded(share, places)}%", f"{wrong}%", names)


def count_share(dice: Dice) -> Draw:
    whole = dice.randint(120, 900)
    part = dice.randint(20, whole - 40)
    other = dice.randint(5, whole - part)
    first = rounded(Decimal(other) / whole * 100, 2)
    names: dict[str, object] = {"whole": whole, "part": part, "other": other, "first": f"{first}%"}
    return _share(dice, Decimal(part) / whole * 100, dice.choice([1, 2]), names)


def share_of_product(dice: Dice) -> Draw:
    whole = dice.number("300", "1500", 2)
    part = rounded(whole * dice.number("0.009", "0.039", 6), 2)
    names: dict[str, object] = {"whole": rounded(whole, 2), "part": part}
    return _share(dice, part / whole * 100, 2, names)


def average(dice: Dice) -> Draw:
    firms, mean = dice.randint(40, 300), dice.number("60", "400", 2)
    total = rounded(firms * mean / 10000, 2)
    wrong = dice.misprint(mean, 1, mean / 10)
    names: dict[str, object] = {"firms": firms, "total": total}
    return Draw(f"{rounded(mean, 1)}万元", f"{wrong}万元", names)


def repeated_count(dice: Dice) -> Draw:
    count = dice.randint(12, 900)
    wrong = dice.misprint(Decimal(count), 0, Decimal(max(1, count // 20)))
    return Draw(str(count), str(wrong), {"count": count})


def repeated_money(dice: Dice) -> Draw:
    money = rounded(dice.number("2", "60", 2), 2)
    return Draw(str(money), str(dice.misprint(money, 2, money / 20)), {"money": money})


def repeated_share(dice: Dice) -> Draw:
    value = rounded(dice.number("3", "58", 1), 1)
    return Draw(str(value), str(dice.misprint(value, 1, Decimal("0.9"))), {"value": value})


def repeated_place(dice: Dice) -> Draw:
    place = dice.randint(2, 60)
    return Draw(str(place), str(place + dice.randint(1, 9)), {"place": place})


def county_in_province(dice: Dice) -> Draw:
    return Draw(str(dice.randint(3, 80)), str(dice.randint(230, 480)), region="county")


def county_in_city(dice: Dice) -> Draw:
    return Draw(str(dice.randint(2, 6)), str(dice.randint(31, 88)), region="county")


def city_in_province(dice: Dice) -> Draw:
    return Draw(str(dice.randint(2, 9)), str(dice.randint(24, 70)), region="city")


def province_in_country(dice: Dice) -> Draw:
    return Draw(str(dice.randint(2, 29)), str(dice.randint(46, 98)), region="province")


def place_among_units(dice: Dice) -> Draw:
    units = dice.randint(40, 170)
    wrong = units + dice.randint(1, 90)
    return Draw(str(dice.randint(2, units)), str(wrong), {"units": units})


def _slip_names(dice: Dice) -> dict[str, object]:
    a = rounded(dice.number("1.5", "30", 2), 2)
    b = rounded(a * dice.number("1.04", "1.9", 3), 2)
    piece = rounded(b * dice.number("0.2", "0.8", 2), 2)
    firms = dice.randint(20, 300)
    return {
        "a": a,
        "b": b,
        "growth": rounded((b / a - 1) * 100, 1),
        "piece": piece,
        "ratio": rounded(piece / b * 100, 1),
        "part": rounded(a * 10000 * dice.number("0.1", "0.9", 2), 0),
        "firms": firms,
        "mean": rounded(b * 10000 / firms, 1),
    }


def large_for_small(dice: Dice) -> Draw:
    return Draw("亿元", "万元", _slip_names(dice))


def small_for_large(dice: Dice) -> Draw:
    return Draw("万元", "亿元", _slip_names(dice))


def _goal_names(dice: Dice) -> tuple[int, int, int]:
    goal = dice.randint(40, 600)
    return goal, goal + dice.randint(2, goal // 2), goal - dice.randint(2, goal // 3)


def completion(dice: Dice) -> Draw:
    goal, done, _ = _goal_names(dice)
    ratio = Decimal(done) / goal * 100
    wrong = dice.misprint(ratio, 1, Decimal("1.8"))
    return Draw(f"{rounded(ratio, 1)}%", f"{wrong}%", {"goal": goal, "done": done})


def beyond_goal(dice: Dice) -> Draw:
    goal, done, _ = _goal_names(dice)
    beyond = Decimal(done) / goal * 100 - 100
    wrong = dice.misprint(beyond, 1, Decimal("1.8"))
    return Draw(f"{rounded(beyond, 1)}%", f"{wrong}%", {"goal": goal, "done": done})


def shortfall(dice: Dice) -> Draw:
    goal, done, short = _goal_names(dice)
    return Draw(str(done), str(short), {"goal": goal})


def share_below_hundred(dice: Dice) -> Draw:
    goal, done, short = _goal_names(dice)
    right, wrong = (rounded(Decimal(value) / goal * 100, 1) for value in (done, short))
    return Draw(f"{right}%", f"{wrong}%", {"done": done})

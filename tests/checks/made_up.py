"""Made-up report texts, each once without an error and once with one of a known kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dice import FILLERS, Dice, Pair
from forms_of_change import change_forms, growth_forms
from forms_of_claims import goal_forms, rank_forms, repeat_forms, slip_forms
from forms_of_parts import part_forms, share_forms

OF_EACH_KIND = 25

_PAIRS: dict[str, Callable[[Dice], list[Callable[[], Pair]]]] = {
    "growth_against_levels": growth_forms,
    "points_against_shares": change_forms,
    "parts_against_total": part_forms,
    "share_against_part_and_whole": share_forms,
    "slip_of_ten_thousand": slip_forms,
    "goal_called_reached": goal_forms,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Marked texts (see `marked`) of one or two reports, without and with the error."""

    check: str
    form: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    region: str = "示例省示例市甲县"


def samples(seed: int, of_each_kind: int = OF_EACH_KIND) -> Iterator[Sample]:
    """The same texts for the same seed, so many for each of the eight checks."""
    dice = Dice(seed)
    for number in range(of_each_kind):
        for check, forms in _PAIRS.items():
            drawn = forms(dice)
            form = drawn[number % len(drawn)]
            right, wrong = form()
            opening, ending = _around(dice, right)
            yield Sample(
                check,
                form.__name__,
                (opening + right + ending,),
                (opening + wrong + ending,),
            )
        repeated = repeat_forms(dice)
        told = repeated[number % len(repeated)]
        right_texts, wrong_texts = told()
        yield Sample("one_fact_two_values", told.__name__, right_texts, wrong_texts)
        ranked = rank_forms(dice)
        place = ranked[number % len(ranked)]
        region, right, wrong = place()
        opening, ending = _around(dice, right)
        yield Sample(
            "rank_beyond_units",
            place.__name__,
            (opening + right + ending,),
            (opening + wrong + ending,),
            region,
        )


def _around(dice: Dice, sentence: str) -> tuple[str, str]:
    """Idle sentences before and after that the text does not hold already."""
    unused = [filler for filler in FILLERS if filler not in sentence]
    before, after = dice.sample(unused, 2)
    return before, after

"""Made-up report texts, each once without an error and once with one of a known kind."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import draws
from draws import Dice, Draw

YEAR = 2023
OWN_REGION = "示例省示例市甲县"
OF_EACH_KIND = 25
_DATA: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("forms.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Marked texts (see `marked`) of one or two reports, without and with the error."""

    check: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    region: str


def samples(seed: int, of_each_kind: int = OF_EACH_KIND) -> Iterator[Sample]:
    """The same texts for the same seed, so many for each check, its forms in turn."""
    dice = Dice(seed)
    kinds: dict[str, list[dict[str, Any]]] = {}
    for form in _DATA["form"]:
        kinds.setdefault(form["check"], []).append(form)
    for check, forms in kinds.items():
        for number in range(of_each_kind):
            form = forms[number % len(forms)]
            yield _sample(check, form, dice)


def _sample(check: str, form: dict[str, Any], dice: Dice) -> Sample:
    draw: Draw = getattr(draws, form["draw"])(dice)
    words = _words(dice)
    region = dice.choice(_DATA["words"][draw.region]) if draw.region else OWN_REGION
    opening, ending = dice.sample(
        [idle for idle in _DATA["words"]["idle"] if idle not in (words["filler"], words["other"])],
        2,
    )

    def written(error: str) -> tuple[str, ...]:
        names = {**words, **draw.names, "error": Template(error).substitute(words)}
        texts = [Template(text).substitute(names) for text in form["texts"]]
        return tuple(
            [opening + texts[0], *texts[1:-1], texts[-1] + ending]
            if len(texts) > 1
            else [opening + texts[0] + ending]
        )

    return Sample(check, written(draw.right), written(draw.wrong), region)


def _words(dice: Dice) -> dict[str, object]:
    words: dict[str, Any] = _DATA["words"]
    name, unit = dice.choice(words["counted"])
    filler, other = dice.sample(words["idle"], 2)
    chosen = {
        slot: dice.choice(words[slot])
        for slot in ("up", "together", "held", "ranked", "said", "measure", "share")
    }
    return {
        **chosen,
        "name": name,
        "unit": unit,
        "filler": filler,
        "other": other,
        "year": YEAR,
        "before": YEAR - 1,
    }

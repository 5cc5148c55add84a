"""The word lists of the comparison of names, read once from `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class NameWords:
    """What the comparison knows of names.

    `forms` maps a legal form to its class. `apart` gives for a character the sets of characters
    that it tells apart, `alike` those that are taken for it.
    """

    forms: Mapping[str, str]
    branch_ends: tuple[str, ...]
    kept_notes: tuple[str, ...]
    known_notes: tuple[str, ...]
    former_notes: tuple[str, ...]
    apart: Mapping[str, frozenset[str]]
    alike: Mapping[str, frozenset[str]]
    trades: frozenset[str]
    sure: Mapping[str, int]


@cache
def name_words() -> NameWords:
    """The word lists as shipped."""
    data = tomllib.loads(files("kechuang.matching.names").joinpath("words.toml").read_text("utf-8"))
    forms = {word: form["class"] for form in data["form"] for word in form["words"]}
    return NameWords(
        forms=dict(sorted(forms.items(), key=lambda item: -len(item[0]))),
        branch_ends=tuple(data["branch"]["ends"]),
        kept_notes=tuple(data["notes"]["kept"]),
        known_notes=tuple(data["notes"]["known"]),
        former_notes=tuple(data["notes"]["former"]),
        apart=_together(data["different"]["sets"]),
        alike=_together(data["alike"]["groups"]),
        trades=frozenset(data["different"]["trades"]),
        sure=data["sure"],
    )


def _together(groups: list[str]) -> dict[str, frozenset[str]]:
    """For each character the others of its groups."""
    found: dict[str, set[str]] = {}
    for group in groups:
        for each in group:
            found.setdefault(each, set()).update(group)
    return {each: frozenset(others - {each}) for each, others in found.items()}

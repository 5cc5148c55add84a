"""Where facts come from: the sources of `sources.yaml`, and which one counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import yaml

from kechuang.office.ground.showing import in_chinese

BUREAU: Final = "bureau"
FIRM: Final = "firm_statement"


@dataclass(frozen=True, slots=True)
class Source:
    """One source: `rank` says how early it counts, `why` why it may not be stored at all.

    `ask` is who corrects it, where another body keeps it.
    """

    code: str
    name: str
    name_en: str
    rank: int
    official: bool
    refused: bool
    why: str
    ask: str = ""
    ask_en: str = ""

    @property
    def asked(self) -> str:
        """Who corrects it, in the language of the page."""
        return self.ask if in_chinese() else self.ask_en

    @property
    def told(self) -> str:
        """What it is called in the language of the page."""
        return self.name if in_chinese() else self.name_en


@cache
def load_sources() -> Mapping[str, Source]:
    """All sources by code, those that count first in front."""
    text = files("kechuang.office.registry").joinpath("sources.yaml").read_text("utf-8")
    found = {
        code: Source(
            code=code,
            name=row["name"],
            name_en=row["en"],
            rank=row["rank"],
            official=row["official"],
            refused=row.get("refused", False),
            why=row.get("why", ""),
            ask=row.get("ask", ""),
            ask_en=row.get("ask_en", ""),
        )
        for code, row in yaml.safe_load(text)["sources"].items()
    }
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].rank)))


def usable_sources() -> tuple[Source, ...]:
    """The sources that a person may choose, those that count first in front."""
    return tuple(each for each in load_sources().values() if not each.refused)

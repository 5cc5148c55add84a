"""The sentences of `sentences.yaml`: what each needs, in which order, how they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

PLACE: Final = re.compile(r"\{([a-z_]+)\}")


class SentencesError(Exception):
    """The file of sentences is wrong; the message names the place, the value and the mend."""


@dataclass(frozen=True, slots=True)
class SentenceField:
    """What a sentence may name: a reader must have `verb`; a figure must show its source."""

    code: str
    name: str
    verb: str
    is_figure: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write a sentence, and the fields without which it cannot be written."""

    needs: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its ways, the longest first; a smaller `priority` is kept first."""

    code: str
    name: str
    part: int
    priority: int
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The whole file."""

    least: int
    most: int
    fields: Mapping[str, SentenceField]
    sentences: tuple[Sentence, ...]


@cache
def load_sentences() -> Sentences:
    """The sentences that are shipped. Raises `SentencesError`."""
    found = files("kechuang.office.desk.composing").joinpath("sentences.yaml")
    return read_sentences(found.read_text("utf-8"))


def read_sentences(text: str) -> Sentences:
    """The sentences of a file, checked.

    Raises `SentencesError` where a way names a field that there is not, or needs others than it
    names: either would be found out only when a firm happens to have them.
    """
    raw: Mapping[str, Any] = yaml.safe_load(text)
    fields = {
        code: SentenceField(code, row["name"], row["verb"], bool(row.get("figure", False)))
        for code, row in raw["fields"].items()
    }
    sentences = tuple(_sentence(row, fields) for row in raw["sentences"])
    codes = [each.code for each in sentences]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise SentencesError(f"句子编号“{twice[0]}”出现了两次。请改成不同的编号。")
    length = raw["length"]
    return Sentences(length["least"], length["most"], MappingProxyType(fields), sentences)


def _sentence(row: Mapping[str, Any], fields: Mapping[str, SentenceField]) -> Sentence:
    ways = tuple(Way(tuple(way["needs"]), way["text"]) for way in row["ways"])
    for way in ways:
        named = set(PLACE.findall(way.text))
        unknown = sorted((named | set(way.needs)) - set(fields))
        if unknown:
            told = "句子“{code}”用了没有列出的字段“{field}”。请在 fields 里补上，或改用已有字段。"
            raise SentencesError(told.format(code=row["code"], field=unknown[0]))
        if named != set(way.needs):
            odd = sorted(named ^ set(way.needs))[0]
            told = "句子“{code}”的 needs 与花括号里的字段不一致：“{field}”只在一边。请写成一样。"
            raise SentencesError(told.format(code=row["code"], field=odd))
    return Sentence(row["code"], row["name"], row["part"], row["priority"], ways)

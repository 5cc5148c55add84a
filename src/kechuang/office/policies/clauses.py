"""The clauses of a policy document, as its own text numbers them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NUMBER: Final = "[一二三四五六七八九十百零〇0-9]{1,6}"
ARTICLE: Final = re.compile(rf"\s*(第{NUMBER}条)[\s　:：]*(.*)")
ITEM: Final = re.compile(r"\s*([一二三四五六七八九十]{1,3})、\s*(.*)")
CHAPTER: Final = re.compile(rf"\s*第{NUMBER}[编章节](?:[\s　]|$)")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its number as it is quoted, and its words."""

    number: str
    text: str


def clauses(text: str) -> list[Clause]:
    """The articles (第三条) of a text; where it has none, its numbered parts (三、).

    What stands before the first is none of them, and headings of chapters belong to none.

    >>> clauses("总则\\n第一条 范围。\\n（一）企业。\\n第二章 附则\\n第二条　期限。")
    [Clause(number='第一条', text='范围。\\n（一）企业。'), Clause(number='第二条', text='期限。')]
    >>> clauses("各县：\\n一、范围\\n全市企业。")
    [Clause(number='一', text='范围\\n全市企业。')]
    >>> clauses("没有编号。")
    []
    """
    lines = text.splitlines()
    head = ARTICLE if any(ARTICLE.match(line) for line in lines) else ITEM
    found: list[tuple[str, list[str]]] = []
    is_open = False
    for line in lines:
        begins = head.match(line)
        if begins:
            found.append((begins[1], [begins[2].strip()]))
            is_open = True
        elif CHAPTER.match(line):
            is_open = False
        elif is_open and line.strip():
            found[-1][1].append(line.strip())
    return [Clause(number, "\n".join(filter(None, words))) for number, words in found]

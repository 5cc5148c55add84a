"""A page as a few kinds of blocks, written as Markdown or as one HTML file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import TypeAlias

from kechuang.files.safe import one_line

_MARKS = re.compile(r"[\\`*\[\]|]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the page's own."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; without a header its first column names the second. `marked` rows stand out."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an outline: how deep it lies, its number, its text, and what is added in small."""

    depth: int
    number: str
    text: str
    small: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A numbered list with lists inside."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page of the same folder, and what is added in small."""

    text: str
    address: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """A list of links."""

    items: tuple[Link, ...]


Block: TypeAlias = Heading | Paragraph | Table | Outline | Links


def markdown(blocks: Iterable[Block]) -> str:
    """The page as Markdown.

    >>> print(markdown([Heading(1, "甲"), Table(("值",), (("5*4",),))]), end="")
    # 甲
    <BLANKLINE>
    | 值 |
    |---|
    | 5\\*4 |
    """
    return "\n".join("".join(f"{line}\n" for line in _markdown(block)) for block in blocks)


def _markdown(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_plain(block.text)}"
        case Paragraph():
            yield _plain(block.text)
        case Table():
            header = block.header or ("", "")
            yield _row(header)
            yield "|" + "---|" * len(header)
            for position, row in enumerate(block.rows):
                cells = [_plain(cell) for cell in row]
                if position in block.marked:
                    cells = [f"**{cell}**" if cell else cell for cell in cells]
                yield f"| {' | '.join(cells)} |"
        case Outline():
            for item in block.items:
                mark = f" **{_plain(item.mark)}**" if item.mark else ""
                small = f" {_plain(item.small)}" if item.small else ""
                yield f"{'  ' * item.depth}- {item.number} {_plain(item.text)}{small}{mark}"
        case Links():
            yield from map(_link, block.items)


def _link(link: Link) -> str:
    small = f" {_plain(link.small)}" if link.small else ""
    return f"- [{_plain(link.text)}](<{link.address}>){small}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    """The text so that Markdown shows it as it is."""
    return _MARKS.sub(lambda found: f"\\{found[0]}", one_line(text))


def html(blocks: Sequence[Block], language: str, footer: str, skip: str) -> str:
    """The page as one file: no script, nothing loaded, all text escaped, fit for printing."""
    title = next(block.text for block in blocks if isinstance(block, Heading))
    body = "".join(_html(block) for block in blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy())}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(title)}</title>\n<style>{_style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{_text(skip)}</a>\n<main id="main">\n{body}</main>\n'
        f"<footer>{_text(footer)}</footer>\n</body>\n</html>\n"
    )


@cache
def _style() -> str:
    return files("kechuang.rulebook").joinpath("page.css").read_text("utf-8")


def _policy() -> str:
    """The content security policy: nothing but this page's own style sheet, known by its digest."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _text(text: str) -> str:
    return escape(one_line(text))


def _html(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{_text(block.text)}</h{block.level}>\n"
        case Paragraph():
            return f"<p>{_text(block.text)}</p>\n"
        case Table():
            return _html_table(block)
        case Outline():
            return "".join(_html_items(block.items))
        case Links():
            return f'<ul class="links">\n{"".join(map(_html_link, block.items))}</ul>\n'


def _html_link(link: Link) -> str:
    small = f" <small>{_text(link.small)}</small>" if link.small else ""
    return f'<li><a href="{escape(link.address)}">{_text(link.text)}</a>{small}</li>\n'


def _html_table(table: Table) -> str:
    parts = ['<div class="wide"><table>']
    if table.header:
        cells = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in table.header)
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    parts.append("<tbody>\n")
    for position, row in enumerate(table.rows):
        style = ' class="marked"' if position in table.marked else ""
        first = f'<th scope="row">{_text(row[0])}</th>' if not table.header else None
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in (row[1:] if first else row))
        parts.append(f"<tr{style}>{first or ''}{cells}</tr>\n")
    parts.append("</tbody></table></div>\n")
    return "".join(parts)


def _html_items(items: Sequence[Item]) -> Iterator[str]:
    depth = -1
    for item in items:
        if item.depth > depth:
            yield '<ul class="outline">' * (item.depth - depth)
        else:
            yield "</li>" + "</ul></li>" * (depth - item.depth)
        depth = item.depth
        mark = f' <strong class="mark">{_text(item.mark)}</strong>' if item.mark else ""
        small = f" <small>{_text(item.small)}</small>" if item.small else ""
        yield f"\n<li><b>{_text(item.number)}</b> {_text(item.text)}{small}{mark}"
    if items:
        yield "</li></ul>" * (depth + 1) + "\n"

"""HTML and XML parsed piece by piece, without building a tree and without following anything.

lxml brings no type stubs, so it is met only here.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportAttributeAccessIssue=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final, Protocol

from lxml import etree  # pyright: ignore[reportMissingTypeStubs]

STEP: Final = 1 << 16
ParserError: Final[type[Exception]] = etree.LxmlError


class MarkupError(ValueError):
    """Markup that is broken beyond reading; the argument is the parser's own short message."""


class Listener(Protocol):
    """What is told of each tag and each piece of text, in order."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""
        ...

    def end(self, tag: str) -> None:
        """A tag closes."""
        ...

    def data(self, text: str) -> None:
        """A piece of text; one run may come in several."""
        ...

    def close(self) -> None:
        """The end of the file."""
        ...


class Parser(Protocol):
    """What is used of either parser of lxml."""

    def feed(self, data: bytes, /) -> None:
        """Parse some more of the file."""
        ...

    def close(self) -> object:
        """Parse what is left."""
        ...


def parse_html(text: str, listener: Listener) -> None:
    """Tell `listener` of a page as a browser would see it, broken markup mended.

    A page without any content tells nothing.
    """
    parser: Parser = etree.HTMLParser(
        target=listener, encoding="utf-8", no_network=True, huge_tree=True, remove_pis=True
    )
    with suppress(MarkupError):
        _feed(parser, text.encode("utf-8", "replace"))


def parse_xml(data: bytes, listener: Listener) -> None:
    """Tell `listener` of an XML part; entities stay unresolved and nothing is fetched.

    Raises:
        MarkupError: the XML is broken, or declares a document type, as no Office program does.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise MarkupError("含文档类型声明")
    parser: Parser = etree.XMLParser(
        target=listener, resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True
    )
    _feed(parser, data)


def _feed(parser: Parser, data: bytes) -> None:
    try:
        for place in range(0, len(data), STEP):
            parser.feed(data[place : place + STEP])
        parser.close()
    except ParserError as error:
        raise MarkupError(str(error)) from error

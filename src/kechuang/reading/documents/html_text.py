"""The text of a web page as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kechuang.reading.documents.blocks import Blocks, glue
from kechuang.reading.documents.markup import parse_html
from kechuang.reading.documents.model import settings

SPACES: Final = re.compile("[ \t\r\n\f\v\u00a0]+")
NO_WIDTH: Final = "\u200b\ufeff"
UNSEEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def html_text(page: str) -> str:
    r"""The visible text of a page, one paragraph or table row a line.

    Inline tags don't part words; scripts, styles, navigation and hidden elements are left out.

    >>> html_text("<p>成交额<b>23.</b>29亿元<p><script>x=1</script><tr><td>高企<td>5家</tr>")
    '成交额23.29亿元\n高企 | 5家'

    Raises:
        TooMuchTextError: it holds more text than any report.
    """
    reader = _Page()
    parse_html(page.replace("\0", "\ufffd"), reader)
    return "\n".join(reader.blocks.finish())


def _clean(paragraph: str) -> str:
    """White space as a browser shows it, and none where a source line ended amid Chinese."""

    def shown(found: re.Match[str]) -> str:
        if "\n" not in found.group():
            return " "
        return glue(paragraph[: found.start()][-1:], paragraph[found.end() : found.end() + 1])

    return SPACES.sub(shown, paragraph).strip().strip(NO_WIDTH).strip()


class _Page:
    """Listens to the tags of a page and gathers what is visible."""

    def __init__(self) -> None:
        words = settings()["html"]
        self._dropped = frozenset[str](words["dropped"])
        self._blocks = frozenset[str](words["blocks"])
        self._rows = frozenset[str](words["rows"])
        self._cells = frozenset[str](words["cells"])
        self._depth = 0
        self._preformatted = 0
        self.blocks = Blocks(_clean)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._depth or self._unseen(tag, attributes):
            self._depth += 1
        elif tag in self._rows:
            self.blocks.start_row()
        elif tag in self._cells:
            self.blocks.start_cell()
        elif tag in self._blocks or tag == "br":
            self.blocks.end_paragraph()
            self._preformatted += tag == "pre"

    def end(self, tag: str) -> None:
        if self._depth:
            self._depth -= 1
        elif tag in self._rows:
            self.blocks.end_row()
        elif tag in self._blocks or tag in self._cells:
            self.blocks.end_paragraph()
            self._preformatted -= tag == "pre"

    def data(self, text: str) -> None:
        if self._depth:
            return
        if not self._preformatted:
            self.blocks.text(text)
            return
        first, *others = text.split("\n")
        self.blocks.text(first)
        for line in others:
            self.blocks.end_paragraph()
            self.blocks.text(line)

    def close(self) -> None:
        """Nothing is left to do: `finish` closes what is open."""

    def _unseen(self, tag: str, attributes: Mapping[str, str]) -> bool:
        if tag in self._dropped or "hidden" in attributes:
            return True
        return bool(UNSEEN.search(attributes.get("style", "")))

"""What every chart is drawn with: shapes, text of known width, and words for those who listen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np

from kechuang.files.safe import one_line

MARGIN: Final = 20.0
ROW: Final = 26.0
TOP: Final = 92.0
"""Where rows begin, below the heading and a line of column heads."""
SIZE, HEADING = 14.0, 18.0
"""The sizes of text in style.css."""
WIDEST: Final = 900.0
"""How wide a heading may make a chart that is narrow by itself."""
_NARROW: Final = 0.56
"""The width of a letter or digit as a share of that of a Chinese character."""


class Drawing:
    """An SVG in the making; lengths are pixels."""

    def __init__(self, kind: str, width: float, height: float, heading: str, told: str) -> None:
        """`kind` names the chart among others of a page; `told` says in words what it shows."""
        self._shapes: list[str] = []
        self._heading, self._told = one_line(heading), one_line(told)
        shown = fitted(self._heading, max(width, WIDEST) - 2 * MARGIN, HEADING)
        width = max(width, width_of(shown, HEADING) + 2 * MARGIN)
        self._kind, self._width, self._height = kind, ceil(width), ceil(height)
        self.rectangle(0, 0, self._width, self._height, "paper")
        self.text(MARGIN, 36, shown, "heading")

    def rectangle(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """A filled rectangle."""
        self._add(f'<rect{_at(x=x, y=y, width=width, height=height)} class="{kind}"/>')

    def line(self, x: float, y: float, to_x: float, to_y: float, kind: str) -> None:
        """A straight line."""
        self._add(f'<line{_at(x1=x, y1=y, x2=to_x, y2=to_y)} class="{kind}"/>')

    def circle(self, x: float, y: float, radius: float, kind: str) -> None:
        """A circle."""
        self._add(f'<circle{_at(cx=x, cy=y, r=radius)} class="{kind}"/>')

    def curve(self, points: Sequence[tuple[float, float]], kind: str, told: str) -> None:
        """A curve that runs level through its points; `told` appears when it is pointed at."""
        path = f"M{_number(points[0][0])} {_number(points[0][1])}"
        for (x, y), (to_x, to_y) in pairwise(points):
            middle = _number((x + to_x) / 2)
            path += (
                f" C{middle} {_number(y)} {middle} {_number(to_y)} {_number(to_x)} {_number(to_y)}"
            )
        self._add(f'<path d="{path}" class="{kind}"><title>{_safe(told)}</title></path>')

    def text(self, x: float, y: float, text: str, kind: str = "") -> None:
        """A line of text; `y` is where it stands."""
        style = f' class="{kind}"' if kind else ""
        self._add(f"<text{_at(x=x, y=y)}{style}>{_safe(text)}</text>")

    def label(self, x: float, y: float, text: str, room: float, kind: str = "") -> None:
        """A text cut to its room; the whole of it appears when it is pointed at."""
        short = fitted(text, room)
        if short == text:
            self.text(x, y, text, kind)
            return
        style = f' class="{kind}"' if kind else ""
        self._add(f"<text{_at(x=x, y=y)}{style}>{_safe(short)}<title>{_safe(text)}</title></text>")

    def svg(self) -> str:
        """The whole as text."""
        size = f'width="{_number(self._width)}" height="{_number(self._height)}"'
        box = f'viewBox="0 0 {_number(self._width)} {_number(self._height)}"'
        named = f'aria-labelledby="{self._kind}-title {self._kind}-desc"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img" {named} '
                'lang="zh-CN">',
                f'<title id="{self._kind}-title">{_safe(self._heading)}</title>',
                f'<desc id="{self._kind}-desc">{_safe(self._told)}</desc>',
                f"<style>{_style()}</style>",
                *self._shapes,
                "</svg>\n",
            ]
        )

    def _add(self, shape: str) -> None:
        self._shapes.append(shape)


@cache
def _style() -> str:
    return files("kechuang.evaluation.charts").joinpath("style.css").read_text("utf-8")


def _at(**places: float) -> str:
    return "".join(f' {name}="{_number(place)}"' for name, place in places.items())


def _number(value: float) -> str:
    return f"{round(value, 1):g}"


def _safe(text: str) -> str:
    return escape(one_line(text))


def width_of(text: str, size: float = SIZE) -> float:
    """How wide a text is, about."""
    wide = sum(unicodedata.east_asian_width(each) in "WFA" for each in text)
    return size * (wide + _NARROW * (len(text) - wide))


def fitted(text: str, room: float, size: float = SIZE) -> str:
    """The text, cut with an ellipsis where it is wider than its room."""
    if width_of(text, size) <= room:
        return text
    kept = text
    while kept and width_of(kept + "…", size) > room:
        kept = kept[:-1]
    return kept + "…"


def column_for(texts: Sequence[str], least: float, most: float) -> float:
    """The room that a column of texts takes."""
    return min(most, max([least, *(width_of(text) for text in texts)]))


def steps(most: float, count: int = 5) -> list[float]:
    """Round numbers from 0 up to `most` for the lines of an axis, about `count` of them."""
    if not most > 0:
        return [0.0]
    rough = most / count
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(each for each in (1, 2, 5, 10) if each * power >= rough) * power
    return [float(each) for each in np.arange(0, most * (1 + 1e-9), step)]


def signed(value: float, decimals: int = 2) -> str:
    """A number with its sign; nought has none."""
    text = f"{value:+.{decimals}f}".replace("-", "−")
    return text[1:] if float(f"{value:.{decimals}f}") == 0 else text

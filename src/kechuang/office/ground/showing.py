"""How values are shown: numbers, dates, states, and what nobody filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final, cast

from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from kechuang.office.ground.slots import Text

SIGNS: Final = {
    "todo": "circle",
    "normal": "dash",
    "soon": "clock",
    "late": "alert",
    "done": "check",
}
CODE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9.-]{4,24}")
CHINESE: Final = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


@dataclass(frozen=True, slots=True)
class State:
    """A state as a badge: `code` gives colour and sign, `label` the word that always stands by.

    The codes: todo (somebody must act), normal, soon (due before long), late (overdue or wrong),
    done.
    """

    code: str
    label: Text

    def __str__(self) -> str:
        return str(self.label)

    def __html__(self) -> SafeString:
        """The badge."""
        return format_html(
            '<span class="state state-{}">{}{}</span>',
            self.code,
            icon(SIGNS[self.code]),
            data(self.label),
        )


def is_code(value: object) -> bool:
    """Whether a value is an identifier, which is read at a glance and never broken.

    >>> is_code("91990102MA00001RKL"), is_code("https://example.org/long/way"), is_code("SUV")
    (True, False, False)
    """
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def icon(name: str) -> SafeString:
    """A picture of our sprite, hidden from screen readers: words stand beside it."""
    return _drawn(f"{static('site/icons.svg')}#{name}")


@cache
def _drawn(address: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        address,
    )


def in_chinese() -> bool:
    """Whether the page is in Chinese, which it is where nothing else was chosen."""
    return (get_language() or "zh").startswith("zh")


def language_mark(text: object) -> SafeString:
    """The attribute that marks a text of the data as Chinese where the page around it is not."""
    return SafeString("" if in_chinese() or not CHINESE.search(str(text)) else ' lang="zh"')


def data(text: object) -> SafeString:
    """A text of the data, marked as Chinese where the page around it is not."""
    mark = language_mark(text)
    if not mark:
        return conditional_escape(cast("str", text))
    return format_html("<span{}>{}</span>", mark, text)


def options(choices: Iterable[tuple[str, Text]], chosen: str) -> SafeString:
    """The choices of a list box, each marked as Chinese where its name is data."""
    return format_html_join(
        "",
        '<option value="{}"{}{}>{}</option>',
        (
            (code, language_mark(name), SafeString(" selected" if code == chosen else ""), name)
            for code, name in choices
        ),
    )


def bracketed(text: object) -> SafeString:
    """A text in the brackets of the language of the page."""
    return format_html(in_brackets("{}"), data(text))


def in_brackets(text: object) -> str:
    """The same as plain text."""
    return gettext("（%(text)s）") % {"text": text}


def enumerated(texts: Iterable[str]) -> str:
    """Words one after the other."""
    return gettext("、").join(texts)


def unfilled() -> SafeString:
    """What stands where nobody filled anything in, which is not zero."""
    return format_html('<span class="unfilled">{}</span>', gettext("未填"))


def figures(value: Decimal | int | str, digits: int | None = None) -> str:
    """A number with thousands apart; `digits` rounds half up, otherwise it is shown exactly.

    >>> figures(Decimal("1284500.500000"))
    '1,284,500.5'
    >>> figures(Decimal("2.345"), 2)
    '2.35'
    """
    exact = Decimal(value)
    if digits is None:
        exact = exact.normalize()
        if exact == exact.to_integral():
            exact = exact.quantize(Decimal(1))
    else:
        exact = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return f"{exact:,f}"


def plain(value: object, align: str = "text", digits: int | None = None) -> str:
    """A value as text, empty where nobody filled it in."""
    match value:
        case None:
            return ""
        case bool():
            return gettext("是") if value else gettext("否")
        case datetime():
            return local(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case int() | Decimal() if align == "number":
            return figures(value, digits)
        case list() | tuple() | set() | frozenset():
            return enumerated(plain(each, align, digits) for each in value)
    return str(value)


def shown(value: object, align: str = "text", digits: int | None = None) -> SafeString:
    """A value as HTML."""
    if hasattr(value, "__html__"):
        return conditional_escape(cast("str", value))
    text = plain(value, align, digits)
    if not text:
        return unfilled()
    if isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', text, text)
    return data(text)


def local(moment: datetime) -> datetime:
    """A moment on the clock of the installation."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def pairs(names: Iterable[tuple[Text, object]]) -> list[tuple[Text, SafeString]]:
    """Names and values, the values ready to be shown."""
    return [(name, shown(value)) for name, value in names]

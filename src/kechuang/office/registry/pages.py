"""The pages that plain records have: a record, one act of its own, a tab of a dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.showing import State, data, is_code
from kechuang.office.ground.slots import SourceRef, Text
from kechuang.office.parties.models import Party
from kechuang.office.registry.lists.shared import dossier
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.sources import load_sources
from kechuang.office.registry.standing import told_source

F = TypeVar("F", bound=forms.Form)
Done = Callable[[F], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done to a record: a button that leads to its page."""

    name: Text
    url: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table; a short one, a date, a number or a code, is never broken."""

    value: object
    is_short: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A table below the facts: the first cell of a row names it."""

    code: str
    name: Text
    headers: Sequence[Text]
    rows: Sequence[Sequence[object]]
    empty: Text = ""
    acts: Sequence[Act] = ()
    lead: object = ""

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows, each value with whether it keeps on one line."""
        return [
            [Cell(value, isinstance(value, date | int) or is_code(value)) for value in row]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Head:
    """The top of a record: its name, its state, what can be done; the first is what is next.

    `title` is what the window is called where the name alone would be a word of the dictionary.
    """

    name: str
    state: State | None
    acts: Sequence[Act]
    title: str = ""


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined]


def record_page(
    request: HttpRequest,
    head: Head,
    facts: Sequence[tuple[Text, object]],
    sections: Sequence[Section],
    subject: SourceRef,
) -> HttpResponse:
    """The page of one record, what happened to it last."""
    context = {
        "head": head,
        "facts": facts,
        "sections": sections,
        "history": history(subject, *words.of(subject)),
    }
    return render(request, "registry/record.html", context)


def task_page(
    request: HttpRequest,
    title: str,
    form: F,
    act: Done[F],
    back: str,
    *,
    lead: object = "",
    button: Text = "",
    danger: bool = False,
    template: str = "registry/task.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of one act. `act` does it and gives what to say and where to go on.

    `template` lays the form out otherwise, with what it needs `more`.
    """
    if request.method == "POST" and form.is_valid():
        try:
            told, address = act(form)
        except ValidationError as error:
            tell_errors(form, error)
        else:
            messages.success(request, told)
            return redirect(address)
    context = {
        "title": title, "form": form, "cancel": back, "lead": lead, "button": button or title,
        "danger": danger, **(more or {}),
    }  # fmt: skip
    return render(request, template, context)


def tell_errors(form: forms.Form, error: ValidationError) -> None:
    """Say what a service refused at the field that it is about, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, wrong in error.error_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        for each in wrong:
            form.add_error(name if known else None, each)


def given(request: HttpRequest) -> Any:
    """What was sent, None where a form is only opened."""
    return request.POST if request.method == "POST" else None


def changed(told: object) -> str:
    """What to say after a change that may have changed nothing."""
    return _("已保存，变更已记录。") if told else _("没有改动，记录保持原样。")


def link(url: str | None, text: object) -> SafeString:
    """A way to somewhere, the bare text where there is none."""
    return format_html('<a href="{}">{}</a>', url, data(text)) if url else data(text)


def together(parts: Sequence[object]) -> SafeString:
    """Several things in one cell."""
    return format_html_join(" ", "{}", ((each,) for each in parts))


def party_link(party: Party) -> SafeString:
    """The way to the dossier of an organisation."""
    return link(dossier(party.code), party.name)


def source_facts(row: Sourced) -> list[tuple[Text, object]]:
    """Where the values of a record come from."""
    source = load_sources()[row.source]
    name = _("%(name)s（由原部门管理，只能用更新的文件替换）") if source.official else "%(name)s"
    return [
        (_("来源"), name % {"name": source.told}),
        (_("文号"), row.document),
        (_("截至日期"), row.as_of),
        (_("确认人"), row.confirmed_name),
    ]


def source_cell(row: Sourced) -> SafeString:
    """Where a row of a table comes from, small and printed with it."""
    return format_html('<span class="quiet">{}</span>', data(told_source(row)))


def tab(sections: Sequence[Section]) -> str:
    """A tab of a dossier: its tables, nothing where there is none."""
    return render_to_string("registry/tab.html", {"sections": sections}) if sections else ""

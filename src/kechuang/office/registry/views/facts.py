"""Pages of facts: lists, one year of an enterprise, what a source says, corrections, doubts."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.registry import fact_pages
from kechuang.office.registry.choosing import NO_YEAR
from kechuang.office.registry.doubting import load_doubts
from kechuang.office.registry.fact_words import field_name
from kechuang.office.registry.forms.facts import CellForm, ExplanationForm, FactsForm
from kechuang.office.registry.lists import facts as lists
from kechuang.office.registry.models import Doubt
from kechuang.office.registry.proposal_marks import marks_of
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries import fact_lists
from kechuang.office.registry.queries import facts as queries
from kechuang.office.registry.services import facts as services
from kechuang.reference import Field

YEAR: Final = "year"


def fact_list(request: HttpRequest) -> HttpResponseBase:
    """Yearly facts with the values that count, of the last year due unless another is asked."""
    _default(request, YEAR, str(fact_lists.year_due()))
    return list_page(request, lists.FACTS, template="registry/facts.html")


def missing_list(request: HttpRequest) -> HttpResponseBase:
    """Enterprises that lack facts of a year, of the last one due unless another is asked."""
    if request.GET.get(YEAR, "") not in {str(year) for year in fact_lists.years_offered()}:
        _set(request, YEAR, str(fact_lists.year_due()))
    return list_page(request, lists.MISSING, template="registry/facts_missing.html")


def doubt_list(request: HttpRequest) -> HttpResponseBase:
    """What can hardly be true; what waits unless something else is asked."""
    _default(request, "state", Doubt.State.OPEN)
    return list_page(request, lists.DOUBTS, template="registry/doubts.html")


def _default(request: HttpRequest, name: str, value: str) -> None:
    if name not in request.GET:
        _set(request, name, value)


def _set(request: HttpRequest, name: str, value: str) -> None:
    query = request.GET.copy()
    query[name] = value
    request.GET = query  # type: ignore[assignment]


def fact(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Everything known of a party and a year, each value with its source and what others say."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    party = _party(actor, code, "fact.view")
    context = {
        "party": party,
        "year": year,
        "years": _years(party, year),
        "groups": fact_pages.year_page(party.pk, year),
        "doubts": _doubts(party, year),
        "marks": marks_of(actor, party),
        "may_change": actor.reaches("fact.change", place_of(party)),
        "history": history(
            SourceRef("yearly_fact", f"{code} {year}"),
            fact_pages.ACTIONS,
            fact_pages.names_in_trail(),
        ),
    }
    return render(request, "registry/fact.html", context)


def fact_record(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Fill in what one source says of a year."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    party = _party(actor, code, "fact.change")
    groups = fact_pages.groups_of(year)
    wanted = request.POST.get("source") or request.GET.get("source", "")
    row = fact_pages.row_of(party.pk, year, wanted)
    form = FactsForm(
        request.POST or None,
        facts=tuple(field for group in groups for field in group.fields),
        before=fact_pages.values_of(row, year),
        initial=fact_pages.source_of(row, wanted),
    )
    if request.method == "POST" and form.is_valid():
        try:
            if year == NO_YEAR:
                services.record_standing(actor, party, form.values(), form.provenance())
            else:
                services.record_yearly(actor, party, year, form.values(), form.provenance())
        except ValidationError as error:
            _add(form, error)
        else:
            told = {"name": party.name, "year": _year_name(year)}
            messages.success(request, _("已录入“%(name)s”%(year)s的数据，并检查了疑点。") % told)
            return redirect("registry:fact", code=code, year=year)
    boxes = [(group, [form[field.code] for field in group.fields]) for group in groups]
    context = {"party": party, "year": year, "form": form, "boxes": boxes}
    context["heads"] = [form[name] for name in ("source", "as_of", "document")]
    return render(request, "registry/fact_record.html", context)


def fact_correct(request: HttpRequest, code: str, year: int, field: str) -> HttpResponse:
    """Set one cell over all sources, with the reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    party = _party(actor, code, "fact.change")
    meaning = _field(year, field)
    cell = fact_pages.cell(party.pk, year, meaning)
    value = cell.chosen.value if cell.chosen else None
    form = CellForm(request.POST or None, field=meaning, value=value)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.correct_cell(actor, party, year, field, form.value(), reason)
        except ValidationError as error:
            _add(form, error)
        else:
            words = _("“%(field)s”已更正。各来源的原值仍保留，可以随时撤销更正。")
            messages.success(request, words % {"field": field_name(meaning)})
            return redirect("registry:fact", code=code, year=year)
    context = {"party": party, "year": year, "field": meaning, "cell": cell, "form": form}
    return render(request, "registry/fact_correct.html", {**context, "name": field_name(meaning)})


@require_POST
def fact_lift(request: HttpRequest, code: str, year: int, field: str) -> HttpResponse:
    """Take a correction back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    party = _party(actor, code, "fact.change")
    meaning = _field(year, field)
    services.lift_correction(actor, party, year, field)
    words = _("“%(field)s”的更正已撤销，按来源次序取值。")
    messages.success(request, words % {"field": field_name(meaning)})
    return redirect("registry:fact", code=code, year=year)


def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """One doubt: what contradicts what, where it comes from; explain it or correct a value."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(fact_lists.doubts(actor), pk=pk)
    may = actor.reaches("fact.change", place_of(found.party))
    waits = may and found.state == Doubt.State.OPEN
    form = ExplanationForm(request.POST or None) if waits else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.settle_doubt(actor, found, form.cleaned_data["explanation"])
        except ValidationError as error:
            _add(form, error)
        else:
            words = _("疑点已记为“已说明”。“%(name)s”的数值不变；数值再变时会重新检查。")
            messages.success(request, words % {"name": found.party.name})
            return redirect("registry:doubts")
    rule = load_doubts().get(found.rule)
    context = {
        "doubt": found,
        "party": found.party,
        "state": lists.state_of(found),
        "rule": lists.rule_name(found.rule),
        "why": rule.why if rule else "",
        "cells": fact_pages.cells_of_doubt(found),
        "may_change": may,
        "form": form,
        "history": history(SourceRef("doubt", str(pk)), fact_pages.DOUBT_ACTIONS, {}, (Doubt,)),
    }
    return render(request, "registry/doubt.html", context)


def _party(actor: Actor, code: str, verb: str) -> Party:
    rows = limit(Party.objects.select_related("region"), actor, verb)
    return get_object_or_404(rows, code=code)


def _field(year: int, code: str) -> Field:
    fields = queries.STANDING if year == NO_YEAR else queries.YEARLY
    if code not in fields:
        raise Http404
    return fields[code]


def _years(party: Party, year: int) -> list[tuple[str, str, bool]]:
    """The years that can be looked at, with their addresses, newest first; then what has none."""
    known = {*queries.years_of(party.pk), *fact_lists.years_beside(), *([year] if year else [])}
    every = [*sorted(known, reverse=True), NO_YEAR]
    return [
        (_year_name(each), reverse("registry:fact", args=[party.code, each]), each == year)
        for each in every
    ]


def _year_name(year: int) -> str:
    return _("%(year)d年") % {"year": year} if year else _("不分年度")


def _doubts(party: Party, year: int) -> list[tuple[Any, str]]:
    rows = fact_lists.open_doubts_of(party.pk).filter(year=year)
    return [(each, lists.rule_name(each.rule)) for each in rows]


def _add(form: Form, error: ValidationError) -> None:
    """Put what a service refused on the form, beside the fields that it has."""
    if hasattr(error, "error_dict"):
        for name, words in error.message_dict.items():
            form.add_error(name if name in form.fields else None, words)
    else:
        form.add_error(None, error)

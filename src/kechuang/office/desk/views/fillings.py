"""Pages of forms that are filled in: sending one, its columns, for whom, the result."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kechuang.office.desk.forms.fillings import (
    ColumnsForm,
    FillForm,
    FilterForm,
    LinesForm,
    SendForm,
)
from kechuang.office.desk.lists.fillings import FILLINGS
from kechuang.office.desk.models import Filling
from kechuang.office.desk.queries import fillings as queries
from kechuang.office.desk.services import fillings as services
from kechuang.office.desk.views import filling_page
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.uploads import UploadRefused


def listed(request: HttpRequest) -> HttpResponseBase:
    """All forms in reach."""
    return list_page(request, FILLINGS, template="desk/fillings.html")


def create(request: HttpRequest) -> HttpResponse:
    """Send a blank form."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    first = {"query": request.GET.get("query", "")}
    form = SendForm(request.POST or None, request.FILES or None, actor=actor, initial=first)
    if request.method == "POST" and form.is_valid():
        filling = _sent(actor, form)
        if filling is not None:
            if filling.state == Filling.State.MAPPING:
                words = _("已认出表头。请核对每一列填什么，只需核对这一次。")
            else:
                words = _("这种表以前填过，表头按记住的对应。请选填哪些单位。")
            messages.success(request, words)
            return redirect("desk:filling", pk=filling.pk)
    return render(request, "desk/filling_create.html", {"form": form})


def _sent(actor: Actor, form: SendForm) -> Filling | None:
    """The filling of a form that may come in; else the page says what is wrong."""
    given = form.cleaned_data
    workbook = given["workbook"]
    try:
        file = services.take_in(actor, given["region"], workbook.name, workbook)
        return services.send(actor, file, given["year"], given["region"], given["query"])
    except UploadRefused as refused:
        form.add_error("workbook", refused.sentence)
    except ValidationError as error:
        form.add_error(None, error)
    return None


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One form where it stands; for HTMX only the part that changes while a job works."""
    return filling_page.answer(request, _found(request, pk))


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill another sheet of the workbook."""
    wanted = request.POST.get("sheet", "")
    return _act(request, pk, lambda actor, filling: services.take_sheet(actor, filling, wanted))


def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns mean."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filling = _found(request, pk)
    form = ColumnsForm(request.POST, filling=filling)
    if form.is_valid():
        try:
            given = form.cleaned_data["columns"]
            services.map_columns(actor, filling, given, form.head(), form.cleaned_data["seen"])
        except ValidationError as error:
            form.add_error(None, error)
        except services.FillingConflict as conflict:
            messages.error(request, str(conflict))
            return redirect("desk:filling", pk=pk)
        else:
            messages.success(request, _("表头的对应已记住，下次同样的表不再问。"))
            return redirect("desk:filling", pk=pk)
    return filling_page.answer(request, filling, columns_form=form)


def firms(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for whom the form is filled."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filling = _found(request, pk)
    pasted = request.POST.get("how") == "lines"
    form = LinesForm(request.POST) if pasted else FilterForm(request.POST, actor=actor)
    if form.is_valid():
        try:
            if isinstance(form, LinesForm):
                services.choose_firms(actor, filling, lines=form.cleaned_data["lines"])
            else:
                services.choose_firms(actor, filling, query=form.query())
        except ValidationError as error:
            told = [text for texts in error.message_dict.values() for text in texts]
            form.add_error("lines" if pasted else None, told)
        except services.FillingConflict as conflict:
            messages.error(request, str(conflict))
            return redirect("desk:filling", pk=pk)
        else:
            return redirect("desk:filling", pk=pk)
    if isinstance(form, LinesForm):
        return filling_page.answer(request, filling, lines_form=form)
    return filling_page.answer(request, filling, filter_form=form)


def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the form."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filling = _found(request, pk)
    form = FillForm(request.POST) if services.has_secrets(filling) else None
    if form is not None and not form.is_valid():
        return filling_page.answer(request, filling, fill_form=form)
    reason = form.cleaned_data["reason"] if form else ""
    try:
        done = services.fill(actor, filling, reason)
    except ValidationError as error:
        assert form is not None  # noqa: S101 - only a reason can be wrong
        form.add_error(None, error)
        return filling_page.answer(request, filling, fill_form=form)
    except services.FillingConflict as conflict:
        messages.error(request, str(conflict))
    else:
        if done.state == Filling.State.DONE:
            messages.success(request, _("已填好，可以下载。"))
        else:
            messages.success(request, _("已开始填写。填好会通知您，可以离开本页。"))
    return redirect("desk:filling", pk=pk)


def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the same form for the same firms with what is known today."""
    return _act(request, pk, services.again)


def _act(
    request: HttpRequest, pk: int, service: Callable[[Actor, Filling], Filling]
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filling = _found(request, pk)
    try:
        filling = service(actor, filling)
    except services.FillingConflict as conflict:
        messages.error(request, str(conflict))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("desk:filling", pk=filling.pk)


def _found(request: HttpRequest, pk: int) -> Filling:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return get_object_or_404(queries.visible(actor), pk=pk)

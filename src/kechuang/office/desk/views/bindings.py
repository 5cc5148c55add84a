"""Pages of books of evidence: the list, one book with its pieces, each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.desk.binding import book
from kechuang.office.desk.forms.bindings import BindingForm, CoverForm, PieceForm
from kechuang.office.desk.lists.bindings import BINDINGS, state_of
from kechuang.office.desk.models import Binding
from kechuang.office.desk.queries import bindings as queries
from kechuang.office.desk.services import bindings as services
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.slots import SourceRef
from kechuang.office.regions.queries import installation
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of

SELECTED: Final = "selected"


def binding_list(request: HttpRequest) -> HttpResponseBase:
    """All books in reach."""
    acts = []
    if pages.actor_of(request).reach(queries.MAKE):
        acts.append(pages.Act(_("新建一册"), reverse("desk:binding_create")))
    return list_page(request, BINDINGS, "registry/records.html", acts=acts)


def create(request: HttpRequest) -> HttpResponse:
    """Begin a book about an organisation."""
    actor, here = pages.actor_of(request), installation()
    initial = {
        "party": text_of(request.GET.get("party", "")),
        "title": _("佐证材料"),
        "unit": here.name if here else "",
        "dated_on": timezone.localdate(),
    }
    form = BindingForm(pages.given(request), actor=actor, initial=initial)

    def act(form: BindingForm) -> tuple[str, str]:
        found = services.create(actor, form.cleaned_data["party"], form.facts())
        return _("已建立。接着选材料、排次序，再点“成册”。"), _address(found)

    back = reverse("desk:bindings")
    return pages.task_page(request, _("新建一册佐证"), form, act, back, button=_("下一步：选材料"))


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One book: its pieces in their order, what could be added, the PDF where there is one."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.visible(actor), pk=pk)
    return _page(request, found, PieceForm())


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the cover says."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.changeable(actor), pk=pk)
    initial = {"title": found.title, "unit": found.unit, "dated_on": found.dated_on}
    form = CoverForm(pages.given(request), actor=actor, initial=initial)

    def act(form: CoverForm) -> tuple[str, str]:
        return pages.changed(services.change(actor, found, form.facts())), _address(found)

    return pages.task_page(
        request, _("修改封面"), form, act, _address(found), lead=found.party.name
    )


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add documents of the dossier that were ticked."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.changeable(actor), pk=pk)
    keys = [int(key) for key in request.POST.getlist(SELECTED) if key.isdecimal()]
    _told(request, lambda: _added(request, services.add_documents(actor, found, keys)))
    return redirect(_address(found))


def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file that is sent for this book."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.changeable(actor), pk=pk)
    form = PieceForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            piece = services.add_file(actor, found, form.cleaned_data["title"], file.name, file)
        except ValidationError as error:
            pages.tell_errors(form, error)
        else:
            messages.success(request, _("已加入“%(title)s”。") % {"title": piece.title})
            return redirect(_address(found))
    return _page(request, found, form)


def piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a piece up or down, or take it out."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.pieces(actor), pk=pk)
    act = request.POST.get("act", "")
    if act in {"up", "down"}:
        _told(request, lambda: services.move(actor, found, up=act == "up"))
    elif act == "remove":
        _told(request, lambda: services.remove(actor, found))
    return redirect(f"{_address(found.binding)}#pieces")


def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind the book."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.changeable(actor), pk=pk)
    _told(request, lambda: _made(request, services.make(actor, found)))
    return redirect(_address(found))


def _made(request: HttpRequest, binding: Binding) -> None:
    if binding.state == Binding.State.MAKING:
        told = _("材料较多或含 Word，由后台任务装订。可以离开此页，完成后在“通知”里告诉您。")
        messages.success(request, told)
    else:
        told = _("已成册，共%(pages)d页。") % {"pages": binding.pages}
        messages.success(request, told)


def _added(request: HttpRequest, rows: list[services.BoundPiece]) -> None:
    if not rows:
        messages.warning(request, _("没有选中文件。请勾选后再点。"))
        return
    told = ngettext("已加入%(count)d份材料。", "已加入%(count)d份材料。", len(rows))
    messages.success(request, told % {"count": len(rows)})


def _told(request: HttpRequest, act: Callable[[], object]) -> None:
    """Do it; what a service refuses is told on the next page."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))


def _page(request: HttpRequest, found: Binding, form: PieceForm) -> HttpResponse:
    actor = pages.actor_of(request)
    place = services.place_of(found)
    may_change = actor.reaches(queries.MAKE, place) and found.state != Binding.State.MAKING
    rows = queries.pieces_of(found)
    subject = SourceRef("binding", str(found.pk))
    may_take = found.file is not None and actor.reaches("file.download", place)
    context = {
        "binding": found,
        "state": state_of(found),
        "facts": [
            (_("单位"), pages.party_link(found.party)),
            (_("编制单位"), found.unit),
            (_("日期"), found.dated_on),
            (_("成册时间"), found.made_at),
            (_("页数"), found.pages),
            ("SHA-256", found.file.digest if found.file else ""),
        ],
        "pieces": [(row, services.WHY.get(row.refusal, "")) for row in rows],
        "may_change": may_change,
        "may_take": may_take,
        "offered": list(queries.offered(found)) if may_change else [],
        "form": form if may_change else None,
        "can_convert": book.can_convert(),
        "history": history(subject, *words.of(subject)),
    }
    return render(request, "desk/binding.html", context)


def _address(binding: Binding) -> str:
    return reverse("desk:binding", args=[binding.pk])

"""Pages of organisations: the list, the dossier, and each act with its own page."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import enumerated
from kechuang.office.ground.slots import acts_for
from kechuang.office.registry import dossier
from kechuang.office.registry.forms.organisations import (
    ChangeForm,
    CreateForm,
    DocumentForm,
    MoveForm,
    RenameForm,
    StatusForm,
    WithdrawForm,
)
from kechuang.office.registry.lists.organisations import ORGANISATIONS, code_of, status_of
from kechuang.office.registry.models import Document, Organisation
from kechuang.office.registry.next_act import next_act
from kechuang.office.registry.pages import actor_of, given, task_page, tell_errors
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries import organisations as queries
from kechuang.office.registry.services import documents, organisations
from kechuang.office.registry.trail import ORGANISATION_FIELDS
from kechuang.office.registry.views.merging import moved


def organisation_list(request: HttpRequest) -> HttpResponseBase:
    """All organisations in reach."""
    return list_page(request, ORGANISATIONS, template="registry/organisations.html")


def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """The dossier: head, the next act, tabs; a merged one leads to the record that goes on."""
    actor = actor_of(request)
    found = dossier.of_request(request, code)
    if found is None:
        if goes_on := moved(request, code):
            return goes_on
        raise Http404
    tabs = dossier.tabs(request, code)
    context = {
        "organisation": found,
        "party": found.party,
        "code": code_of(found),
        "state": status_of(found),
        "tabs": tabs,
        "opened": [tab for tab in tabs if tab.html],
        "printed": dossier.PRINT in request.GET,
    }
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == dossier.PART:
        return render(request, "registry/dossier_part.html", context)
    place = place_of(found.party)
    more = {
        "may_change": actor.reaches("organisation.change", place),
        "may_propose": actor.reaches("proposal.make", place),
        "act": next_act(actor, found),
        "party_acts": acts_for(actor, code, place),
    }
    return render(request, "registry/dossier.html", {**context, **more})


def create(request: HttpRequest) -> HttpResponse:
    """Put an organisation in; a code that is known already leads to its dossier."""
    actor = actor_of(request)
    form = CreateForm(given(request), actor=actor)
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            made = organisations.create(actor, form.facts(), form.provenance())
        except ValidationError as error:
            tell_errors(form, error)
            known = _known(actor, error)
        else:
            told = _("已建立“%(name)s”的档案，代码%(code)s。接着可以登记称号、年度数据。")
            messages.success(request, told % {"name": made.party.name, "code": code_of(made)})
            return redirect("registry:organisation", code=made.party.code)
    return render(request, "registry/organisation_create.html", {"form": form, "known": known})


def _known(actor: Actor, error: ValidationError) -> Organisation | None:
    """The organisation that has the code already, where the actor may open it."""
    for each in getattr(error, "error_dict", {}).get("credit_code", ()):
        if each.code == organisations.KNOWN:
            return queries.visible(actor).filter(party__code=each.params["party"]).first()
    return None


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is known of an organisation, saying where it comes from."""
    actor, found = _changeable(request, code)
    form = ChangeForm(given(request), actor=actor, row=found)

    def act() -> str:
        changed = organisations.change(actor, code, form.cells(), form.provenance())
        names = enumerated(str(ORGANISATION_FIELDS[name]) for name in changed)
        if not changed:
            return _("没有改动，档案保持原样。")
        return _("已修改：%(names)s。来源和变更已记录。") % {"names": names}

    return _task(request, found, form, act, _("修改档案"), _("保存修改"))


def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Give an organisation its new name."""
    actor, found = _changeable(request, code)
    form = RenameForm(given(request))

    def act() -> str:
        data = form.cleaned_data
        organisations.rename(actor, code, data["name"], data["until"], data["document"])
        return _("已更名为“%(name)s”，原名称留作曾用名，仍能查到。") % {"name": data["name"]}

    return _task(request, found, form, act, _("更名"), _("确认更名"))


def move(request: HttpRequest, code: str) -> HttpResponse:
    """Register an organisation in another region."""
    actor, found = _changeable(request, code)
    form = MoveForm(given(request), actor=actor)

    def act() -> str:
        data = form.cleaned_data
        organisations.move(actor, code, data["region"].code, data["on"], data["reason"])
        return _("已迁入“%(region)s”，迁出地留在档案里。") % {"region": data["region"].name}

    return _task(request, found, form, act, _("迁移"), _("确认迁移"))


def status(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether an organisation still works."""
    actor, found = _changeable(request, code)
    form = StatusForm(given(request))

    def act() -> str:
        data = form.cleaned_data
        organisations.set_status(actor, code, data["status"], data["since"], data["reason"])
        label = Organisation.Status(data["status"]).label
        return _("状态已改为“%(status)s”。") % {"status": label}

    return _task(request, found, form, act, _("变更状态"), _("确认变更"))


def document(request: HttpRequest, code: str) -> HttpResponse:
    """Take a document into the dossier."""
    actor, found = _changeable(request, code)
    form = DocumentForm(given(request), request.FILES or None)

    def act() -> str:
        file = form.cleaned_data["file"]
        kept = documents.add_document(actor, code, form.facts(), file.name, file)
        return _("已把“%(title)s”加入档案。") % {"title": kept.title}

    return _task(request, found, form, act, _("加入文件"), _("上传"), tab="documents")


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a document, which stays with the reason."""
    actor = actor_of(request)
    rows = Document.objects.select_related("party__region").filter(withdrawn_at=None)
    owners = queries.changeable(actor).values("pk")
    kept = get_object_or_404(rows.filter(party__in=owners), pk=pk)
    found = get_object_or_404(queries.changeable(actor), pk=kept.party.pk)
    form = WithdrawForm(given(request))

    def act() -> str:
        documents.withdraw_document(actor, kept, form.cleaned_data["reason"])
        return _("“%(title)s”已作废，仍留在档案里备查。") % {"title": kept.title}

    heading = _("作废文件“%(title)s”") % {"title": kept.title}
    return _task(request, found, form, act, heading, _("作废"), tab="documents", danger=True)


def _changeable(request: HttpRequest, code: str) -> tuple[Actor, Organisation]:
    actor = actor_of(request)
    rows = queries.changeable(actor).select_related("parent")
    return actor, get_object_or_404(rows, party__code=code)


def _task(
    request: HttpRequest,
    found: Organisation,
    form: forms.Form,
    act: Callable[[], str],
    title: str,
    button: str,
    *,
    tab: str = "",
    danger: bool = False,
) -> HttpResponse:
    """The page of one act on an organisation; after it the dossier says what was done."""
    back = _address(found.party.code, tab)
    lead = enumerated((found.party.name, found.party.code, found.party.region.name))

    def done(_form: forms.Form) -> tuple[str, str]:
        return act(), back

    return task_page(request, title, form, done, back, lead=lead, button=button, danger=danger)


def _address(code: str, tab: str = "") -> str:
    address = reverse("registry:organisation", args=[code])
    return f"{address}?{dossier.TAB}={tab}" if tab else address

"""Pages of parties."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Place
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.slots import SourceRef, addresses_of_parties, tabs_for
from kechuang.office.parties import queries, services
from kechuang.office.parties.forms import PartyForm
from kechuang.office.parties.lists import PARTIES
from kechuang.office.parties.models import Party

ACTIONS = {"party.create": gettext_lazy("新增"), "party.change": gettext_lazy("修改")}
FIELDS = {
    "name": gettext_lazy("名称"),
    "kind": gettext_lazy("种类"),
    "region": gettext_lazy("区划"),
}


def party_list(request: HttpRequest) -> HttpResponseBase:
    """All parties in reach."""
    return list_page(request, PARTIES, template="parties/list.html")


def record(request: HttpRequest, code: str) -> HttpResponse:
    """A party: a tab for each room that has something to show, changes last.

    What a higher room keeps a page of is shown there.
    """
    actor = request.actor  # type: ignore[attr-defined]
    party = get_object_or_404(queries.visible(actor), code=code)
    if elsewhere := addresses_of_parties(actor, [code]).get(code):
        return redirect(elsewhere)
    tabs = [(tab, tab.render(request, code)) for tab in tabs_for(actor)]
    context = {
        "party": party,
        "facts": [
            (_("代码"), party.code),
            (_("种类"), Party.Kind(party.kind).label),
            (_("区划"), party.region.name),
        ],
        "tabs": [(tab.code, tab.name, html) for tab, html in tabs if html],
        "history": history(SourceRef("party", code), ACTIONS, FIELDS, (Party,)),
        "may_change": actor.reaches("party.change", Place(party.region.path, code)),
    }
    return render(request, "parties/record.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """Put a party in."""
    actor = request.actor  # type: ignore[attr-defined]
    form = PartyForm(request.POST or None, actor=actor, verb="party.create")
    if request.method == "POST" and form.is_valid():
        try:
            party = services.create(actor, form.facts())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("已新增“%(name)s”，可以在“%(region)s”的名单里看到。")
            messages.success(request, text % {"name": party.name, "region": party.region.name})
            return redirect("parties:record", code=party.code)
    return render(request, "parties/create.html", {"form": form})


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a party's name, kind or region; what a higher room keeps is changed there."""
    actor = request.actor  # type: ignore[attr-defined]
    party = get_object_or_404(queries.changeable(actor), code=code)
    if elsewhere := addresses_of_parties(actor, [code]).get(code):
        return redirect(elsewhere)
    form = PartyForm(request.POST or None, actor=actor, verb="party.change", party=party)
    if request.method == "POST" and form.is_valid():
        try:
            changes = services.change(actor, code, form.facts())
        except ValidationError as error:
            form.add_error(None, _on_the_form(error))
        else:
            told = "、".join(str(FIELDS[name]) for name in changes)
            if changes:
                messages.success(request, _("已修改：%(names)s。变更已记录。") % {"names": told})
            else:
                messages.info(request, _("没有改动，记录保持原样。"))
            return redirect("parties:record", code=code)
    return render(request, "parties/change.html", {"form": form, "party": party})


def _on_the_form(error: ValidationError) -> ValidationError:
    """The code cannot be changed, so what is wrong with it for the new kind is said of the kind."""
    words = error.message_dict
    return ValidationError({("kind" if name == "code" else name): words[name] for name in words})

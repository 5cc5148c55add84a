"""The dossier: what its head shows, its tabs, and the tabs that belong to organisations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kechuang.office.ground import showing
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.files import held
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import REVEAL, Found, masked
from kechuang.office.ground.slots import Text, tabs_for
from kechuang.office.registry.cells import CELLS, sizes
from kechuang.office.registry.lists.organisations import status_of
from kechuang.office.registry.models import (
    CellSource,
    FormerName,
    Organisation,
    RegionStay,
)
from kechuang.office.registry.pages import link
from kechuang.office.registry.proposal_marks import marks_of
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.queries.changes import changes
from kechuang.office.registry.queries.organisations import address, visible
from kechuang.office.registry.queries.organisations import documents as documents_of
from kechuang.office.registry.queries.timeline import timeline
from kechuang.office.registry.sourced import sourced_value
from kechuang.office.registry.standing import in_wan
from kechuang.office.registry.trail import ORGANISATION_FIELDS

TAB: Final = "tab"
PRINT: Final = "print"
PART: Final = "dossier"
_KEPT: Final = "_organisation"


@dataclass(frozen=True, slots=True)
class Shown:
    """A tab of the page: where it is opened, whether it is open, and what it holds then."""

    code: str
    name: Text
    url: str
    html: str | None


def of_request(request: HttpRequest, code: str) -> Organisation | None:
    """The organisation of a dossier's page, asked for once a request; None where there is none."""
    kept: Organisation | None = getattr(request, _KEPT, None)
    if kept is None or kept.party.code != code:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        rows = visible(actor).select_related("parent")
        kept = rows.filter(party__code=code).first()
        setattr(request, _KEPT, kept)
    return kept


def tabs(request: HttpRequest, code: str) -> list[Shown]:
    """The tabs of a dossier with the content of the open one; all of them to be printed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    every = tabs_for(actor)
    printed = PRINT in request.GET
    asked = request.GET.get(TAB, "")
    opened = asked if asked in {tab.code for tab in every} else every[0].code
    return [
        Shown(
            tab.code,
            tab.name,
            f"?{TAB}={tab.code}",
            tab.render(request, code) if printed or tab.code == opened else None,
        )
        for tab in every
    ]


def basic(request: HttpRequest, code: str) -> str:
    """What is known of the organisation itself, each value with its source."""
    organisation = of_request(request, code)
    if organisation is None:
        return ""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    party = organisation.pk
    stays = RegionStay.objects.filter(party=party).select_related("region")
    context = {
        "facts": _facts(actor, organisation),
        "former": FormerName.objects.filter(party=party),
        "stays": stays,
        "tags": organisation.tags.all(),
        "below": Organisation.objects.filter(parent=party, merged_into=None)
        .select_related("party")
        .order_by("initials", "pk")[:50],
        "reveal": _reveal_url(actor, organisation),
        "may_propose": actor.reaches("proposal.make", place_of(organisation.party)),
    }
    return render_to_string("registry/tab_basic.html", context, request)


def documents(request: HttpRequest, code: str) -> str:
    """The documents of a dossier, withdrawn ones marked."""
    organisation = of_request(request, code)
    if organisation is None:
        return ""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = list(documents_of(actor, organisation.pk).select_related("file"))
    files = limit(held(), actor, "file.download") if actor.reach("file.download") else None
    reached = (
        set(files.filter(pk__in=[row.file_id for row in rows]).values_list("pk", flat=True))  # type: ignore[attr-defined]
        if files is not None
        else set()
    )
    context = {
        "documents": [(row, row.file_id in reached) for row in rows],  # type: ignore[attr-defined]
        "code": code,
        "may_change": actor.reaches("organisation.change", place_of(organisation.party)),
    }
    return render_to_string("registry/tab_documents.html", context, request)


def events(request: HttpRequest, code: str) -> str:
    """All that happened, newest first."""
    organisation = of_request(request, code)
    if organisation is None:
        return ""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render_to_string(
        "registry/tab_timeline.html", {"events": timeline(actor, organisation)}, request
    )


def history(request: HttpRequest, code: str) -> str:
    """Who changed what, from what to what."""
    organisation = of_request(request, code)
    if organisation is None:
        return ""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {"history": changes(actor, code)}
    return render_to_string("ground/steps.html", context, request)


def phone(actor: Actor, code: str) -> Found | None:
    """The telephone of the contact, for the page on which it is revealed."""
    rows = limit(
        Organisation.objects.select_related("party__region").filter(merged_into=None),
        actor,
        REVEAL,
    )
    organisation = rows.filter(party__code=code).first()
    if organisation is None or not organisation.contact_phone:
        return None
    party = organisation.party
    back = reverse("registry:organisation", args=[code])
    return Found(place_of(party), organisation.contact_phone, party.name, back)


def _reveal_url(actor: Actor, organisation: Organisation) -> str:
    may = actor.reaches(REVEAL, place_of(organisation.party))
    if not may or not organisation.contact_phone:
        return ""
    return reverse("ground:reveal", args=["organisation-phone", organisation.party.code])


def _facts(actor: Actor, organisation: Organisation) -> list[tuple[Text, SafeString]]:
    rows = {each.field: each for each in CellSource.objects.filter(party=organisation.pk)}
    party = organisation.party
    shown: list[tuple[Text, SafeString]] = [
        (_("名称"), sourced_value(party.name, rows.get("name", organisation))),
        (_("区划"), sourced_value(party.region.name, rows.get("region", organisation))),
        (_("状态"), showing.shown(status_of(organisation))),
    ]
    marks = marks_of(actor, party)
    for name, label, value in _cells(actor, organisation):
        filled = value not in (None, "")
        row = rows.get(name, organisation) if filled else None
        beside = marks.beside(f"organisation:{name}", 0, row)
        shown.append((label, format_html("{}{}", sourced_value(value, row), beside)))
    return shown


def _cells(actor: Actor, organisation: Organisation) -> Iterator[tuple[str, Text, object]]:
    """The cells with their names and their values as pages show them."""
    told = {
        "kind": Organisation.Kind(organisation.kind).label,
        "size_class": sizes().get(organisation.size_class, organisation.size_class),
        "contact_phone": masked("phone", organisation.contact_phone),
        "registered_capital": _figures(in_wan(organisation.registered_capital)),
        "parent": _parent(actor, organisation),
    }
    for name in CELLS:
        yield name, ORGANISATION_FIELDS[name], told.get(name, getattr(organisation, name))


def _figures(value: Decimal | None) -> str:
    return "" if value is None else showing.figures(value)


def _parent(actor: Actor, organisation: Organisation) -> SafeString | str:
    parent = organisation.parent
    return link(address(actor, parent.code), parent.name) if parent else ""

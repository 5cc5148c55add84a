"""Putting a tag on organisations of the list or taking it off: choose, look, confirm."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.bulk import SELECTED, Picked, digest, joined, picked
from kechuang.office.registry.forms.organisations import TagForm
from kechuang.office.registry.lists.organisations import ORGANISATIONS
from kechuang.office.registry.models import Organisation, Tag
from kechuang.office.registry.pages import actor_of
from kechuang.office.registry.queries import organisations as queries
from kechuang.office.registry.services import organisations

MOST: Final = 5_000
"""How many organisations one act changes: each leaves a line in the trail, some seconds in all."""
SHOWN: Final = 20
SEEN: Final = "seen"


def tag(request: HttpRequest) -> HttpResponse:
    """Put a tag on organisations or take it off: choose, see which would change, confirm.

    They are those that were ticked, or all that the conditions of the list leave.
    """
    actor = actor_of(request)
    given = picked(request, ORGANISATIONS, MOST)
    if given.total > MOST:
        told = _("筛选出%(total)s家，一次最多处理%(most)s家。请加筛选条件，分几次做。")
        messages.warning(request, told % {"total": f"{given.total:,}", "most": f"{MOST:,}"})
        return redirect(f"{reverse('registry:organisations')}?{given.query}")
    rows = queries.changeable(actor).filter(pk__in=given.keys).order_by("initials", "pk")
    total = rows.count()
    if not total:
        messages.warning(request, _("没有选中企业。请在列表里勾选后再点。"))
        return redirect("registry:organisations")
    asked = "on" in request.POST
    form = TagForm(request.POST if asked else None, actor=actor)
    context: dict[str, Any] = {"form": form, "given": given, "total": total, "preview": None}
    if asked and form.is_valid():
        data = form.cleaned_data
        preview = _preview(actor, rows, data["tag"], data["new"], on=data["on"] == "1")
        if "confirm" in request.POST:
            if request.POST.get(SEEN) == preview["seen"]:
                return _tagged(request, actor, preview, given)
            told = _("预览之后有变动，还没有改。请看新的预览再确认。")
            messages.warning(request, told)
        context["preview"] = preview
    return render(request, "registry/tag.html", context)


def _preview(actor: Actor, rows: Any, found: Tag | None, new: str, *, on: bool) -> dict[str, Any]:
    """Which organisations would change: all of them where the tag is new."""
    same = found or Tag.objects.filter(region__path=actor.region, name=new).first()
    changed = organisations.tag_effect(rows, same, on=on) if same else rows
    every: list[Organisation] = list(changed)
    return {
        "on": on,
        "tag": same,
        "name": same.name if same else new,
        "count": len(every),
        "first": every[:SHOWN],
        "more": max(0, len(every) - SHOWN),
        "codes": [each.party.code for each in every],
        "keys": [each.pk for each in every],
        "seen": digest(each.pk for each in every),
    }


def _tagged(
    request: HttpRequest, actor: Actor, preview: dict[str, Any], given: Picked
) -> HttpResponse:
    on = preview["on"]
    word = preview["tag"] or organisations.add_tag(actor, preview["name"])
    why = _("按条件批量办理：%(told)s") % {"told": given.told} if given.told else ""
    count = organisations.set_tags(actor, preview["codes"], word, on=on, why=why)
    if on:
        told = ngettext("已给%(count)d家贴上“%(tag)s”。", "已给%(count)d家贴上“%(tag)s”。", count)
    else:
        told = ngettext("已从%(count)d家取下“%(tag)s”。", "已从%(count)d家取下“%(tag)s”。", count)
    messages.success(request, told % {"count": count, "tag": word.name})
    # Not sent on: the page carries the organisations that were changed, so that this act alone
    # can be taken back. Loading it again finds nothing to change.
    undo = ((SELECTED, joined(preview["keys"])), ("on", "0" if on else "1"), ("tag", word.pk))
    return render(request, "registry/tagged.html", {"tag": word, "on": on, "undo": undo})

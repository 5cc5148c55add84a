"""Keeping a list as somebody likes to see it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.listings import listings
from kechuang.office.ground.models import SavedView
from kechuang.office.ground.normalise import normalise
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.slots import SourceRef

VERB = "view.save"
LONGEST_QUERY = 1000
MOST = 30


def keep(actor: Actor, listing: str, name: str, query: str) -> SavedView:
    """Keep a view under a name; the same name is written over.

    Raises `ValidationError` with a sentence where that cannot be.
    """
    name = normalise(name)[:60]
    if not name:
        raise ValidationError(_("请给视图起个名字，例如“甲县待核对”。"))
    if listings.find(listing) is None or len(query) > LONGEST_QUERY:
        raise ValidationError(_("这些条件不能保存成视图。请减少条件后再试。"))
    with acting(actor, VERB, Place(owner=actor.code)):
        own = SavedView.objects.filter(owner=actor.code, listing=listing)
        if own.exclude(name=name).count() >= MOST:
            raise ValidationError(
                _("一个列表最多保存%(most)d个视图。请先删除不用的。") % {"most": MOST}
            )
        view, _made = SavedView.objects.update_or_create(
            owner=actor.code, listing=listing, name=name, defaults={"query": query}
        )
        audit.record(actor, audit.Line(VERB, SourceRef("view", str(view.pk)), name))
    return view


def drop(actor: Actor, view: SavedView) -> None:
    """Remove a view of one's own."""
    with acting(actor, VERB, Place(owner=view.owner)):
        subject = SourceRef("view", str(view.pk))
        audit.record(actor, audit.Line("view.drop", subject, view.name))
        view.delete()


def save(request: HttpRequest) -> HttpResponse:
    """Keep the view that a list page sent."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    given = request.POST
    query = QueryDict(given.get("query", "")).urlencode()
    try:
        view = keep(actor, given.get("listing", ""), given.get("name", ""), query)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, _("已保存视图“%(name)s”，以后在“常用视图”中一点就到。") % {"name": view.name}
        )
    return _back(request)


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a view."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    view = get_object_or_404(limit(SavedView.objects.all(), actor, VERB), pk=pk)
    drop(actor, view)
    messages.success(request, _("已删除视图“%(name)s”。") % {"name": view.name})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else "/")

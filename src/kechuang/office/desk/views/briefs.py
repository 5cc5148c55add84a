"""Pages of briefs: find a firm, look at its brief, take it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from kechuang.office.desk.composing import word
from kechuang.office.desk.composing.composing import HIDDEN, LONG, MISSING, Brief, LeftOut
from kechuang.office.desk.lists.briefs import BRIEFS
from kechuang.office.desk.queries import briefs as queries
from kechuang.office.desk.queries.bindings import VIEW
from kechuang.office.desk.services import briefs as services
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.official import MEDIA_TYPE, unusual
from kechuang.office.ground.showing import State, enumerated
from kechuang.office.registry.pages import Act, actor_of

FIRM: Final = "firm"
NOTES: Final[dict[str, word.Notes]] = {"footnotes": "footnotes", "table": "table", "none": "none"}


def brief_list(request: HttpRequest) -> HttpResponseBase:
    """The firms of which a brief can be made, several at once."""
    acts = []
    if actor_of(request).reach(VIEW):
        acts.append(Act(_("佐证成册"), reverse("desk:bindings")))
    return list_page(request, BRIEFS, "registry/records.html", acts=acts)


def brief(request: HttpRequest, code: str) -> HttpResponse:
    """What the brief of a firm says, with the source of each figure, before it is taken away."""
    found = queries.briefs(actor_of(request), [code])
    if not found:
        raise Http404
    return render(request, "desk/brief.html", {**_shown(found[0]), "code": code})


def several(request: HttpRequest) -> HttpResponse:
    """The briefs of several firms before they are taken away; from ticked rows to an address."""
    actor = actor_of(request)
    if request.method == "POST":
        keys = [int(key) for key in request.POST.getlist("selected") if key.isdecimal()]
        rows = queries.firms(actor).filter(pk__in=keys[: queries.MOST]).order_by("initials", "pk")
        codes = list(rows.values_list("party__code", flat=True))
        if not codes:
            messages.warning(request, _("没有选中企业。请在列表里勾选后再点。"))
            return redirect("desk:briefs")
        return redirect(f"{reverse('desk:briefs_several')}?{_query(codes)}")
    found = queries.briefs(actor, request.GET.getlist(FIRM))
    shown = [_shown(each) for each in found]
    query = _query([each.subject.code for each in found])
    return render(request, "desk/briefs_several.html", {"briefs": shown, "query": query})


def download(request: HttpRequest) -> HttpResponse:
    """The document: of one firm, of several in one, or an archive of several."""
    found = queries.briefs(actor_of(request), request.GET.getlist(FIRM))
    if not found:
        messages.warning(request, _("没有选中企业。请在列表里勾选后再点。"))
        return redirect("desk:briefs")
    notes = NOTES.get(request.GET.get("notes", ""), word.FOOTNOTES)
    packed = request.GET.get("as") == "zip"
    content = services.make(actor_of(request), found, notes, packed=packed)
    kind = "application/zip" if packed else MEDIA_TYPE
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = _attachment(found, packed=packed)
    return response


def _attachment(found: Sequence[Brief], *, packed: bool) -> str:
    if len(found) == 1 and not packed:
        name = f"{found[0].subject.name}简介.docx"
    else:
        name = f"企业简介-{timezone.localdate():%Y%m%d}.{'zip' if packed else 'docx'}"
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


def _query(codes: Sequence[str]) -> str:
    return urlencode([(FIRM, code) for code in codes])


def _shown(found: Brief) -> dict[str, object]:
    length = _("%(count)d字") % {"count": found.length}
    if found.is_short:
        wanted = {"length": length, "least": found.least}
        state = State("soon", _("%(length)s，不足%(least)d字") % wanted)
    elif found.length > found.most:
        wanted = {"length": length, "most": found.most}
        state = State("late", _("%(length)s，超过%(most)d字") % wanted)
    else:
        state = State("done", length)
    return {
        "brief": found,
        "state": state,
        "left_out": [(each.sentence.name, _why(each)) for each in found.left_out],
        "unusual": unusual(found.text),
        "word": f"{reverse('desk:brief_word')}?{_query([found.subject.code])}",
    }


def _why(left: LeftOut) -> str:
    names = enumerated(left.fields)
    told = {
        MISSING: _("档案里没有：%(names)s"),
        HIDDEN: _("您的角色看不到：%(names)s"),
        LONG: _("超出篇幅，按优先次序略去"),
    }
    return told[left.why] % {"names": names}

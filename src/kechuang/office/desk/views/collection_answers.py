"""Pages of whoever fills in, and of what one part sent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.desk import collection_page
from kechuang.office.desk.collecting import CollectionRefused, place_of, place_of_part
from kechuang.office.desk.forms.collections import AnswerForm, ScanForm
from kechuang.office.desk.lists.collections import state_of_part
from kechuang.office.desk.models import Collection, CollectionPart
from kechuang.office.desk.queries import collections as queries
from kechuang.office.desk.services import collection_returns as services
from kechuang.office.desk.services.collections import RUN
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.exporting import MEDIA_TYPES
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.registry import pages


def own_list(request: HttpRequest) -> HttpResponse:
    """The forms that an actor is to fill in."""
    actor = pages.actor_of(request)
    parts = list(queries.own_parts(actor).order_by("-collection", "pk")[:100])
    context = {"parts": [(part, state_of_part(part)) for part in parts]}
    return render(request, "desk/collection_own.html", context)


def own(request: HttpRequest, pk: int) -> HttpResponse:
    """One form to fill in: taken away, sent back, what was found in it."""
    part = get_object_or_404(queries.own_parts(pages.actor_of(request)), pk=pk)
    return _part_page(request, part, "desk:collection_own_part")


def part(request: HttpRequest, pk: int) -> HttpResponse:
    """What one part was sent and what it sent back, for whoever collects."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.parts(actor), pk=pk)
    if request.method == "POST" and not actor.reaches(RUN, place_of(found.collection)):
        raise PermissionDenied
    return _part_page(request, found, "desk:collection_part")


def _part_page(request: HttpRequest, found: CollectionPart, route: str) -> HttpResponse:
    actor = pages.actor_of(request)
    form = AnswerForm(request.POST or None, request.FILES or None)
    outcome: services.Outcome | None = None
    if request.method == "POST" and form.is_valid():
        workbook = form.cleaned_data["workbook"]
        try:
            outcome = services.answer(actor, found, workbook.name, workbook)
        except UploadRefused as refused:
            form.add_error("workbook", refused.sentence)
        except CollectionRefused as refused:
            form.add_error("workbook", str(refused))
        else:
            if outcome.taken:
                messages.success(request, _("已收下“%(name)s”。") % {"name": outcome.name})
                return redirect(route, pk=found.pk)
            for sentence in outcome.sentences[:20]:
                form.add_error("workbook", sentence)
    return render(request, "desk/collection_answer.html", _context(actor, found, form, route))


def _context(actor: Actor, found: CollectionPart, form: AnswerForm, route: str) -> dict[str, Any]:
    rows = queries.returns(actor).filter(part=found).order_by("-pk")
    is_own = route == "desk:collection_own_part"
    collects = actor.reaches(RUN, place_of(found.collection))
    may = collects or actor.reaches(services.ANSWER, place_of_part(found))
    is_out = found.collection.state in (Collection.State.SENT, Collection.State.CLOSED)
    facts = [
        (_("填报单位"), found.name),
        (_("报告期"), found.collection.period),
        (_("截止日期"), found.collection.deadline),
        (_("表号"), found.collection.table_number),
        (_("制定机关"), found.collection.issued_by),
        (_("文号"), found.collection.document),
        (_("有效期至"), found.collection.valid_until),
    ]
    if not is_own:
        facts += [
            (_("联系人"), found.contact_name),
            (_("联系电话"), masked("phone", found.contact_phone)),
            (_("催报次数"), str(found.reminders)),
            (_("最近催报"), found.reminded_at),
        ]
    return {
        "part": found,
        "state": state_of_part(found),
        "facts": facts,
        "form": form,
        "scan_form": ScanForm(),
        "returns": collection_page.told_returns(list(rows), may=may),
        "may_answer": may and is_out and found.file is not None,
        "may_contact": collects and not is_own,
        "may_fetch": actor.reaches(services.ANSWER, place_of_part(found)) and is_out,
        "may_download": "file.download" in actor.grants,
        "back": reverse("desk:collection_own")
        if is_own
        else reverse("desk:collection", args=[found.collection.pk]),
    }


def own_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The workbook of one part, to be filled in."""
    found = get_object_or_404(queries.own_parts(pages.actor_of(request)), pk=pk)
    name, stream = services.fetched(pages.actor_of(request), found)
    return FileResponse(stream, as_attachment=True, filename=name, content_type=MEDIA_TYPES["xlsx"])


def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the scan of the sealed page."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.returns(actor), pk=pk)
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("没有选择扫描件。请选择 PDF、JPG 或 PNG 文件。"))
        return redirect(_back(actor, row.part), pk=row.part.pk)
    upload = form.cleaned_data["scan"]
    try:
        services.attach_scan(actor, row, upload.name, upload)
    except UploadRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("已附上盖章页扫描件。"))
    return redirect(_back(actor, row.part), pk=row.part.pk)


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a returned workbook back."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.returns(actor), pk=pk)
    try:
        services.withdraw(actor, row)
    except CollectionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已撤销“%(name)s”，它不再并入汇总。") % {"name": row.name})
    return redirect(_back(actor, row.part), pk=row.part.pk)


def _back(actor: Actor, found: CollectionPart) -> str:
    collects = actor.reaches(queries.VIEW, place_of(found.collection))
    return "desk:collection_part" if collects else "desk:collection_own_part"

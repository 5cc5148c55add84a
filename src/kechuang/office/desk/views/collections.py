"""Pages of whoever collects: set up, send out, take in, chase, merge, settle, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.desk import collection_page
from kechuang.office.desk.collecting import CollectionRefused, form_of, layout_in
from kechuang.office.desk.forms.collections import (
    AboutForm,
    ContactForm,
    CreateForm,
    LayoutForm,
    ReceiveForm,
    ReopenForm,
)
from kechuang.office.desk.lists.collections import COLLECTIONS, PARTS
from kechuang.office.desk.models import Collection, CollectionReturn
from kechuang.office.desk.queries import collections as queries
from kechuang.office.desk.services import collection_returns as returns
from kechuang.office.desk.services import collections as services
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.registry import pages
from kechuang.sheets.layouts import headers_of
from kechuang.sheets.packages import Package
from kechuang.sheets.snapshots import snapshot

PREVIEW: Final = 12
"""Rows of a form that its set-up page shows below the header."""
CONFLICT: Final = "conflict-"
SEEN: Final = "seen-"
"""What counted for a cell when the page was shown."""
MOST_CONFLICTS: Final = 200


def collection_list(request: HttpRequest) -> HttpResponseBase:
    """All collections in reach."""
    acts = [pages.Act(_("催报名单"), f"{reverse('desk:collection_parts')}?state=missing")]
    if pages.actor_of(request).reach(services.RUN) is not None:
        acts.insert(0, pages.Act(_("新建下发"), reverse("desk:collection_create")))
    return list_page(request, COLLECTIONS, "registry/records.html", acts=acts)


def part_list(request: HttpRequest) -> HttpResponseBase:
    """Who was asked, over all collections in reach."""
    acts = [pages.Act(_("全部下发"), reverse("desk:collections"))]
    return list_page(request, PARTS, "registry/records.html", acts=acts)


def create(request: HttpRequest) -> HttpResponse:
    """Upload a form and say what it is."""
    actor = pages.actor_of(request)
    form = CreateForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        row = _created(actor, form)
        if row is not None:
            messages.success(request, _("已收下表样。请核对填报设置：表在哪里、拆给谁、填哪些列。"))
            return redirect("desk:collection_layout", pk=row.pk)
    context = {
        "title": _("新建下发"),
        "form": form,
        "cancel": reverse("desk:collections"),
        "lead": _("上传表样，下一步设定拆给谁、填哪些列。"),
        "button": _("上传表样"),
        "danger": False,
    }
    return render(request, "registry/task.html", context)


def _created(actor: Actor, form: CreateForm) -> Collection | None:
    given = form.cleaned_data
    workbook = given["workbook"]
    try:
        file = services.take_in(actor, given["region"], workbook.name, workbook)
        return services.create(actor, file, form.about(), given["region"])
    except UploadRefused as refused:
        form.add_error("workbook", refused.sentence)
    except ValidationError as error:
        pages.tell_errors(form, error)
    return None


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is said of a collection."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.changeable(actor), pk=pk)
    form = AboutForm(pages.given(request), actor=actor, row=row)

    def act(form: AboutForm) -> tuple[str, str]:
        _done(services.change, actor, row, form.about())
        return _("已保存，变更已记录。"), _address(row)

    return pages.task_page(request, _("修改下发"), form, act, _address(row), lead=row.name)


def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the table stands, who gets what, what is filled in; with the table beside it."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.changeable(actor), pk=pk)
    package = Package.open(form_of(row), row.form.name)
    found = layout_in(row) if row.layout else None
    name = found.sheet if found else package.sheets[0].name
    sheet = snapshot(package, name)
    headers = headers_of(sheet, found) if found else collection_page.plain_headers(sheet)
    form = LayoutForm(
        pages.given(request), package=package, headers=headers, layout=found,
        initial={"names": "\n".join(row.parts.values_list("name", flat=True))},  # type: ignore[attr-defined]
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = services.set_layout(actor, row, form.layout(), form.names_given())
        except ValidationError as error:
            pages.tell_errors(form, error)
        except CollectionRefused as refused:
            messages.error(request, str(refused))
            return redirect("desk:collection", pk=pk)
        else:
            count = row.parts.count()  # type: ignore[attr-defined]
            words = ngettext("会发给%(count)d个单位。", "会发给%(count)d个单位。", count)
            messages.success(request, words % {"count": count} + _("请核对下面的名单，再下发。"))
            return redirect("desk:collection", pk=pk)
    context = {
        "row": row,
        "form": form,
        "preview": collection_page.preview(sheet, headers, PREVIEW),
        "letters": collection_page.column_letters(headers),
        "others": [s.name for s in package.sheets if s.name != name and s.state == "visible"],
    }
    return render(request, "desk/collection_layout.html", context)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One collection: who was asked, who returned, what is next."""
    row = get_object_or_404(collection_page.rows(pages.actor_of(request)), pk=pk)
    return collection_page.answer(request, row)


def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the form split."""
    return _act(request, pk, services.send, _("已开始拆分。拆完会通知您，可以离开本页。"))


def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Have everything that came back made one."""
    return _act(request, pk, services.merge, _("已开始汇总。做完会通知您，可以离开本页。"))


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock the merged workbook."""
    return _act(request, pk, services.close, _("已定稿。之后收到的表不会并入，会通知您。"))


def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell those who are missing and have an account."""
    row = get_object_or_404(queries.changeable(pages.actor_of(request)), pk=pk)
    try:
        count, told = services.remind(pages.actor_of(request), row)
    except CollectionRefused as refused:
        messages.error(request, str(refused))
    else:
        words = _("%(count)d个单位未报，已给%(told)d个账号发了通知。没有账号的请按名单电话联系。")
        messages.success(request, words % {"count": count, "told": told})
    return redirect("desk:collection_missing", pk=pk)


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a final collection again."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.changeable(actor), pk=pk)
    form = ReopenForm(pages.given(request))

    def act(form: ReopenForm) -> tuple[str, str]:
        _done(services.reopen, actor, row, form.cleaned_data["reason"])
        return _("已重开。定稿后收到的表会在下次汇总时并入。"), _address(row)

    return pages.task_page(request, _("重开定稿"), form, act, _address(row), lead=row.name)


def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take returned workbooks in; each is answered on the page."""
    actor = pages.actor_of(request)
    row = get_object_or_404(collection_page.rows(actor, services.RUN), pk=pk)
    form = ReceiveForm(request.POST, request.FILES)
    outcomes: list[returns.Outcome] = []
    if form.is_valid():
        files = [returns.Incoming(each.name, each) for each in form.cleaned_data["workbooks"]]
        try:
            outcomes, job = returns.receive_returns(actor, row, files)
        except CollectionRefused as refused:
            messages.error(request, str(refused))
            return redirect("desk:collection", pk=pk)
        if job is not None:
            words = _("已收下%(count)d份，正在核对。做完会通知您，可以离开本页。")
            count = sum(each.code == "received" for each in outcomes)
            messages.success(request, words % {"count": count})
        row = get_object_or_404(collection_page.rows(actor, services.RUN), pk=pk)
    return collection_page.answer(request, row, form, outcomes)


def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has not returned anything: to copy, to export, to remind."""
    actor = pages.actor_of(request)
    row = get_object_or_404(collection_page.rows(actor), pk=pk)
    parts = list(queries.parts(actor).filter(collection=row.pk, returned_at=None))
    lines = [
        "\t".join((part.name, part.contact_name, masked("phone", part.contact_phone)))
        for part in parts
    ]
    context = {
        "row": row,
        "count": len(parts),
        "late": max((queries.days_late(part) for part in parts), default=0),
        "lines": "\n".join(lines),
        "size": min(20, max(3, len(lines))),
        "list_url": f"{reverse('desk:collection_parts')}?collection={row.pk}&state=missing",
        "may_run": collection_page.may_run(actor, row) and row.state == Collection.State.SENT,
    }
    return render(request, "desk/collection_missing.html", context)


def conflicts(request: HttpRequest, pk: int) -> HttpResponse:
    """Every cell of which two returns say different things, to be decided."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.changeable(actor), pk=pk)
    found = list(queries.conflicts(actor).filter(part__collection=row)[:MOST_CONFLICTS])
    if request.method == "POST":
        done = 0
        try:
            for conflict, answer, seen in _chosen(request, found):
                services.decide(actor, conflict, answer, seen)
                done += 1
        except CollectionRefused as refused:
            messages.error(request, str(refused))
        if done:
            words = ngettext("已选定%(count)d处。", "已选定%(count)d处。", done)
            messages.success(request, words % {"count": done} + _("重新汇总后写进汇总表。"))
        return redirect("desk:collection_conflicts", pk=pk)
    context = {
        "row": row,
        "conflicts": collection_page.told_conflicts(found, CONFLICT, SEEN),
        "open": sum(each.chosen is None for each in found),
        "most": MOST_CONFLICTS if len(found) == MOST_CONFLICTS else 0,
        "may_decide": row.state == Collection.State.SENT,
    }
    return render(request, "desk/collection_conflicts.html", context)


def _chosen(
    request: HttpRequest, found: list[Any]
) -> list[tuple[Any, CollectionReturn, int | None]]:
    """What was newly chosen, and what counted when the page was shown.

    One button takes the latest for all that were open then.
    """
    latest = request.POST.get("act") == "latest"
    wanted: dict[int, tuple[int, int | None]] = {}
    for conflict in found:
        numbers = [number for number, _text in conflict.values]
        number = _number(request, f"{CONFLICT}{conflict.pk}")
        seen = _number(request, f"{SEEN}{conflict.pk}")
        if latest and seen is None:
            number = max(numbers)
        if number is not None and number in numbers and number != seen:
            wanted[conflict.pk] = number, seen
    rows = CollectionReturn.objects.in_bulk({number for number, _seen in wanted.values()})
    return [
        (each, rows[number], seen)
        for each in found
        for number, seen in [wanted.get(each.pk, (0, None))]
        if number in rows
    ]


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom to telephone."""
    actor = pages.actor_of(request)
    part = get_object_or_404(queries.changeable_parts(actor), pk=pk)
    form = ContactForm(pages.given(request), initial={"contact_name": part.contact_name})

    def act(form: ContactForm) -> tuple[str, str]:
        given = form.cleaned_data
        phone = given["contact_phone"] or None
        services.set_contact(actor, part, given["contact_name"], phone)
        return _("已保存联系人。"), _address(part.collection)

    back = _address(part.collection)
    return pages.task_page(request, _("修改联系人"), form, act, back, lead=part.name)


def _done(service: Callable[..., Any], *arguments: Any) -> None:
    """Let a service's refusal be told above the form."""
    try:
        service(*arguments)
    except CollectionRefused as refused:
        raise ValidationError(str(refused)) from refused


def _act(
    request: HttpRequest, pk: int, service: Callable[[Actor, Collection], Any], words: str
) -> HttpResponse:
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.changeable(actor), pk=pk)
    try:
        service(actor, row)
    except CollectionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("desk:collection", pk=pk)


def _address(row: Collection) -> str:
    return reverse("desk:collection", args=[row.pk])

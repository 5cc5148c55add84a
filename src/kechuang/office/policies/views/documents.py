"""Pages of policy documents: the list, one document, each act."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Place
from kechuang.office.ground.file_views import handed
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import data
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import Incoming
from kechuang.office.policies.forms.documents import (
    DocumentForm,
    NewDocumentForm,
    SupersedeForm,
)
from kechuang.office.policies.lists.documents import DOCUMENTS
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries import documents as queries
from kechuang.office.policies.rules import rulebook
from kechuang.office.policies.services import documents as services
from kechuang.office.policies.telling import MANAGE_POLICY, PUBLISH_POLICY
from kechuang.office.registry import pages
from kechuang.office.registry.forms.records import ReasonForm
from kechuang.rulebook.book import span


def document_list(request: HttpRequest) -> HttpResponseBase:
    """All documents."""
    acts = []
    if pages.actor_of(request).reach(MANAGE_POLICY):
        acts.append(pages.Act(_("登记政策文件"), reverse("policies:document_create")))
    if pages.actor_of(request).reach(PUBLISH_POLICY):
        acts.append(pages.Act(_("生成公开包"), reverse("policies:publish")))
    return list_page(request, DOCUMENTS, "registry/records.html", acts=acts)


def create(request: HttpRequest) -> HttpResponse:
    """Take a document in."""
    actor = pages.actor_of(request)
    initial = {"region": actor.region.strip("/").rpartition("/")[2]}
    form = NewDocumentForm(pages.given(request), _files(request), actor=actor, initial=initial)

    def act(form: NewDocumentForm) -> tuple[str, str]:
        data = form.cleaned_data
        row = services.register(
            actor, data["region"], form.values(), data["rules"], _copy(data["file"])
        )
        linked = len(queries.rules_of([row])[row.pk])
        told = _("已登记，关联%(rules)s条规则，分出%(clauses)s条条款。请核对。")
        count = {"rules": linked, "clauses": len(queries.clauses_of(row))}
        return told % count, queries.document_address(row)

    return pages.task_page(request, _("登记政策文件"), form, act, reverse("policies:documents"))


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what it is, what it says, which rules stand on it."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    may = actor.reaches(MANAGE_POLICY, Place(row.region.path))
    head = pages.Head(row.title, queries.state_of(row), _acts(row) if may else ())
    sections = [_rules(row), *_text(row)]
    subject = SourceRef("policy_document", str(row.pk))
    return pages.record_page(request, head, _facts(row), sections, subject)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is kept of a document."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    initial = {name: getattr(row, name) for name in (*services.FIELDS, "text")}
    initial["rules"] = queries.rules_of([row])[row.pk]
    form = DocumentForm(pages.given(request), _files(request), actor=actor, initial=initial)

    def act(form: DocumentForm) -> tuple[str, str]:
        data = form.cleaned_data
        changes = services.change(actor, row, form.values(), data["rules"], _copy(data["file"]))
        return pages.changed(changes), queries.document_address(row)

    back = queries.document_address(row)
    return pages.task_page(request, _("修改政策文件"), form, act, back, lead=row.title)


def supersede(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what stands in the place of a document."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    initial = {"on": timezone.localdate()}
    form = SupersedeForm(pages.given(request), actor=actor, document=row, initial=initial)

    def act(form: SupersedeForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.supersede(actor, row, data["successor"], data["on"])
        return _("已登记。列表、诊断和自测页都会注明它被取代。"), queries.document_address(row)

    lead = _("“%(title)s”被哪份文件取代。新文件还没有登记的，请先登记。") % {"title": row.title}
    back = queries.document_address(row)
    return pages.task_page(request, _("登记被取代"), form, act, back, lead=lead)


def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back that a document was superseded."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.restore(actor, row, form.cleaned_data["reason"])
        return _("已撤销，恢复原来的状态。"), queries.document_address(row)

    back = queries.document_address(row)
    return pages.task_page(request, _("撤销被取代"), form, act, back, lead=row.title)


def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document itself."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    try:
        name = row.file.name if row.file else ""
        return handed(request, lambda: services.document_file(actor, row), name)
    except ValidationError as error:
        raise Http404 from error


def _facts(row: PolicyDocument) -> list[tuple[Any, object]]:
    facts: list[tuple[Any, object]] = []
    if row.superseded_by is not None:
        other = row.superseded_by
        facts.append((_("被取代为"), pages.link(queries.document_address(other), other)))
        facts.append((_("被取代日期"), row.superseded_on))
    before = [
        pages.link(queries.document_address(each), each)
        for each in PolicyDocument.objects.filter(superseded_by=row).order_by("-issued_on", "-pk")
    ]
    if before:
        facts.append((_("取代了"), pages.together(before)))
    download = reverse("policies:document_file", args=[row.pk])
    return [
        *facts,
        (_("文号"), row.number),
        (_("发文机关"), row.issuer),
        (_("级别"), row.get_level_display()),  # type: ignore[attr-defined]
        (_("适用区划"), row.region.name),
        (_("发布日期"), row.issued_on),
        (_("施行日期"), row.in_force_on),
        (_("有效期至"), row.expires_on),
        (_("文件"), pages.link(download, row.file.name) if row.file else ""),
        (_("公平竞争审查结论"), row.get_fair_competition_display()),  # type: ignore[attr-defined]
        (_("合法性审核结论"), row.get_legality_display()),  # type: ignore[attr-defined]
        (_("审查机构和文书"), row.reviews),
        (_("咨询方式"), row.contact),
    ]


def _rules(row: PolicyDocument) -> pages.Section:
    """The rules that stand on a document, each with its versions and whether they quote it."""
    book = rulebook()
    rows = []
    for rule in queries.rules_of([row])[row.pk]:
        for version in book.versions(rule):
            quotes = any(row.number and each.number == row.number for each in version.documents)
            told = _("引用了本文件的文号") if quotes else ""
            rows.append((version.name, version.version, span(version), told))
    headers = (_("规则"), _("版本"), _("生效期间"), _("引用"))
    empty = _("没有关联规则。")
    return pages.Section("rules", _("关联的规则"), headers, rows, empty=empty)


def _text(row: PolicyDocument) -> list[pages.Section]:
    """The clauses, or the whole text where it has none."""
    found = queries.clauses_of(row)
    parts = [(each.number, each.text) for each in found]
    if not parts and row.text:
        parts = [(_("正文"), row.text)]
    rows = [(number, _lines(text)) for number, text in parts]
    if not rows:
        return []
    return [pages.Section("clauses", _("条款"), (_("条款"), _("内容")), rows)]


def _lines(text: str) -> SafeString:
    """A text with its lines kept."""
    return format_html_join(SafeString("<br>"), "{}", ((data(line),) for line in text.splitlines()))


def _acts(row: PolicyDocument) -> list[pages.Act]:
    def act(route: str, name: str) -> pages.Act:
        return pages.Act(name, reverse(f"policies:document_{route}", args=[row.pk]))

    last = (
        act("restore", _("撤销被取代")) if row.superseded_by else act("supersede", _("登记被取代"))
    )
    return [act("change", _("修改")), last]


def _files(request: HttpRequest) -> Any:
    return request.FILES if request.method == "POST" else None


def _copy(file: Any) -> Incoming | None:
    return Incoming(file.name, file) if file else None


def _changeable(request: HttpRequest, pk: int) -> PolicyDocument:
    return get_object_or_404(queries.changeable(pages.actor_of(request)), pk=pk)

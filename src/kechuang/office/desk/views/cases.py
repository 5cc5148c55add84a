"""Pages of typical cases: the list, one case, each act, the Word document."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, linebreaks
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kechuang.office.desk.forms.cases import CaseForm, FigureForm, ProofForm, UseForm
from kechuang.office.desk.lists.cases import CASES, state_of
from kechuang.office.desk.models import Case, CaseFigure, CaseProof
from kechuang.office.desk.queries import cases as queries
from kechuang.office.desk.queries.cases import Whole
from kechuang.office.desk.services import cases as services
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.official import MEDIA_TYPE
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import State, figures, language_mark
from kechuang.office.ground.slots import SourceRef
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of
from kechuang.office.registry.forms.records import ReachForm, ReasonForm


def case_list(request: HttpRequest) -> HttpResponseBase:
    """All cases in reach."""
    acts = []
    if pages.actor_of(request).reach(queries.MANAGE):
        acts.append(pages.Act(_("编写案例"), reverse("desk:case_create")))
    return list_page(request, CASES, "registry/records.html", acts=acts)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: what it says, what is lacking, figures, claims, proof, uses."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    found = queries.whole(row)
    place = services.place_of(row)
    may = actor.reaches(queries.MANAGE, place)
    facts = [
        (_("主题"), row.get_theme_display()),  # type: ignore[attr-defined]
        (_("年度"), str(row.year)),
        (_("区划"), row.region.name),
        (_("单位"), pages.party_link(row.party) if row.party else ""),
        (_("背景"), _lines(row.background)),
        (_("做法"), _lines(row.practice)),
        (_("成效"), _lines(row.effect)),
        (_("编写人"), row.owner_name),
    ]
    if row.checked_at:
        facts += [(_("核定人"), row.checked_name), (_("核定时间"), row.checked_at)]
    acts = _acts(row, may=may, may_check=actor.reaches(queries.CHECK, place))
    head = pages.Head(row.title, state_of(row), acts)
    sections = [
        *_lacking(found),
        _figures(found, may=may),
        _claims(found),
        _proofs(actor, found, may=may),
        _uses(found, may=may),
    ]
    return pages.record_page(request, head, facts, sections, SourceRef("case", str(row.pk)))


def create(request: HttpRequest) -> HttpResponse:
    """Begin a case."""
    actor = pages.actor_of(request)
    initial = {
        "year": timezone.localdate().year,
        "region": actor.region.strip("/").rpartition("/")[2],
        "party": text_of(request.GET.get("party", "")),
    }
    form = CaseForm(pages.given(request), actor=actor, initial=initial)

    def act(form: CaseForm) -> tuple[str, str]:
        row = services.create(actor, form.values())
        return _("已存为草稿。接着登记数字和佐证，再核定为可用。"), _address(row)

    return pages.task_page(request, _("编写案例"), form, act, reverse("desk:cases"))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write over what a case says."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = CaseForm(pages.given(request), actor=actor, row=row)

    def act(form: CaseForm) -> tuple[str, str]:
        return pages.changed(services.change(actor, row, form.values())), _address(row)

    usable = row.state == Case.State.USABLE
    lead = _("保存后回到草稿，须重新核定。") if usable else ""
    return pages.task_page(request, _("修改案例"), form, act, _address(row), lead=lead)


def figure(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a figure."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = FigureForm(pages.given(request), actor=actor)

    def act(form: FigureForm) -> tuple[str, str]:
        services.add_figure(actor, row, **form.cleaned_data)
        return _("已加入“%(name)s”。") % {"name": form.cleaned_data["name"]}, _address(row)

    return pages.task_page(request, _("登记数字"), form, act, _address(row), lead=row.title)


def figure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a figure out."""
    actor = pages.actor_of(request)
    rows = CaseFigure.objects.select_related("case__region", "case__party")
    row = get_object_or_404(limit(rows, actor, queries.MANAGE), pk=pk)
    return _removal(request, row.case, row.name, lambda: services.remove_figure(actor, row))


def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Add proof."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    files = request.FILES if request.method == "POST" else None
    initial = {"claim": request.GET.get("claim", "")}
    form = ProofForm(pages.given(request), files, actor=actor, case=row, initial=initial)

    def act(form: ProofForm) -> tuple[str, str]:
        data = form.cleaned_data
        file = (data["file"].name, data["file"]) if data["file"] else None
        services.add_proof(actor, row, form.facts(), data["document"], file)
        return _("已加入佐证“%(title)s”。") % {"title": data["title"]}, _address(row)

    return pages.task_page(request, _("加入佐证"), form, act, _address(row), lead=row.title)


def proof_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take proof out."""
    actor = pages.actor_of(request)
    rows = CaseProof.objects.select_related("case__region", "case__party")
    row = get_object_or_404(limit(rows, actor, queries.MANAGE), pk=pk)
    return _removal(request, row.case, row.title, lambda: services.remove_proof(actor, row))


def usable(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a case may be used; what is lacking is told."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.checkable(actor), pk=pk)
    form = ReachForm(pages.given(request), actor=actor)

    def act(_form: ReachForm) -> tuple[str, str]:
        services.mark_usable(actor, row)
        return _("已核定为可用。"), _address(row)

    return pages.task_page(request, _("核定为可用"), form, act, _address(row), lead=row.title)


def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a case is not to be used any more."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.checkable(actor), pk=pk)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.retire(actor, row, form.cleaned_data["reason"])
        return _("已停用。"), _address(row)

    return pages.task_page(
        request, _("停用案例"), form, act, _address(row), lead=row.title, danger=True
    )


def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Note where a case was used."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = UseForm(pages.given(request), actor=actor)

    def act(form: UseForm) -> tuple[str, str]:
        services.note_use(actor, row, form.cleaned_data["where"], form.cleaned_data["on"])
        return _("已登记使用。"), _address(row)

    return pages.task_page(request, _("登记使用"), form, act, _address(row), lead=row.title)


def word(request: HttpRequest, pk: int) -> HttpResponse:
    """A case as Word."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    content = services.as_word(actor, queries.whole(row))
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    header = content_disposition_header(as_attachment=True, filename=f"{row.title}.docx")
    response.headers["Content-Disposition"] = header or "attachment"
    return response


def _removal(
    request: HttpRequest, case: Case, name: str, remove: Callable[[], None]
) -> HttpResponse:
    """The page that asks before something is taken out."""
    form = ReachForm(pages.given(request), actor=pages.actor_of(request))

    def act(_form: ReachForm) -> tuple[str, str]:
        remove()
        return _("已移除“%(name)s”。") % {"name": name}, _address(case)

    title = _("移除“%(name)s”") % {"name": name}
    return pages.task_page(
        request, title, form, act, _address(case), lead=case.title, button=_("移除"), danger=True
    )


# --- parts of the page


def _acts(row: Case, *, may: bool, may_check: bool) -> list[pages.Act]:
    def act(route: str, name: str, *, danger: bool = False) -> pages.Act:
        return pages.Act(name, reverse(f"desk:case_{route}", args=[row.pk]), danger)

    acts = [act("word", _("下载 Word"))]
    if may:
        acts.append(act("change", _("修改")))
        if row.state == Case.State.USABLE:
            acts.append(act("use", _("登记使用")))
    if may_check and row.state != Case.State.RETIRED:
        acts.append(act("retire", _("停用"), danger=True))
    if may_check and row.state != Case.State.USABLE:
        acts.insert(0, act("usable", _("核定为可用")))
    return acts


def _lacking(found: Whole) -> list[pages.Section]:
    if found.case.state == Case.State.USABLE or not found.lacking:
        return []
    rows = [(each,) for each in found.lacking]
    return [pages.Section("lacking", _("核定前还缺"), (_("缺什么"),), rows)]


def _figures(found: Whole, *, may: bool) -> pages.Section:
    acts = [pages.Act(_("登记数字"), _of(found, "figure"))] if may else []
    headers = [_("指标"), _("数值"), _("单位"), _("来源"), _("截至日期")]
    rows = [
        [row.name, figures(row.value), row.unit, row.source, row.as_of]
        + ([pages.link(_remove("figure", row.pk), _("移除"))] if may else [])
        for row in found.figures
    ]
    empty = _("还没有数字。每个数字都要有来源和日期。")
    if may:
        headers.append(_("办理"))
    return pages.Section("figures", _("数字"), headers, rows, empty, acts)


def _claims(found: Whole) -> pages.Section:
    headers = (_("说法"), _("原句"), _("来源"))
    rows = [
        (
            f"{claim.scope}{claim.word}",
            claim.clause,
            f"{proof.title}，{proof.source}" if proof else State("late", _("还没有来源")),
        )
        for claim, proof in found.claims
    ]
    empty = _("文中没有“首家”“唯一”“第一”一类的说法。")
    return pages.Section("claims", _("需要来源的说法"), headers, rows, empty)


def _proofs(actor: Actor, found: Whole, *, may: bool) -> pages.Section:
    acts = [pages.Act(_("加入佐证"), _of(found, "proof"))] if may else []
    place = services.place_of(found.case)
    may_take = actor.reaches("file.download", place)

    def told(row: CaseProof) -> list[object]:
        file = row.document.file if row.document else row.file
        name = file.name if file else ""
        url = reverse("ground:file", args=[file.pk]) if file and may_take else None
        shown = pages.link(url, name)
        cells: list[object] = [
            row.title, row.source, row.dated_on, row.claim.partition("|")[0], shown,
        ]  # fmt: skip
        if may:
            cells.append(pages.link(_remove("proof", row.pk), _("移除")))
        return cells

    headers = [_("名称"), _("出具单位或文号"), _("日期"), _("证明的说法"), _("文件")]
    if may:
        headers.append(_("办理"))
    rows = [told(row) for row in found.proofs]
    return pages.Section("proofs", _("佐证"), headers, rows, _("还没有佐证。"), acts)


def _uses(found: Whole, *, may: bool) -> pages.Section:
    usable_now = may and found.case.state == Case.State.USABLE
    acts = [pages.Act(_("登记使用"), _of(found, "use"))] if usable_now else []
    rows = [(row.where, row.used_on, row.by_name) for row in found.uses]
    headers = (_("用在哪里"), _("日期"), _("登记人"))
    return pages.Section("uses", _("使用情况"), headers, rows, _("还没有使用过。"), acts)


def _lines(text: str) -> SafeString | str:
    """A text of several lines, as paragraphs."""
    if not text.strip():
        return ""
    return format_html("<div{}>{}</div>", language_mark(text), SafeString(linebreaks(text, True)))


def _of(found: Whole, route: str) -> str:
    return reverse(f"desk:case_{route}", args=[found.case.pk])


def _remove(kind: str, pk: int) -> str:
    return reverse(f"desk:case_{kind}_remove", args=[pk])


def _changeable(request: HttpRequest, pk: int) -> Case:
    return get_object_or_404(queries.changeable(pages.actor_of(request)), pk=pk)


def _address(row: Case) -> str:
    return reverse("desk:case", args=[row.pk])

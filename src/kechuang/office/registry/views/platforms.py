"""Pages of platforms; the pages of firms in carriers are in `carriers`."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of
from kechuang.office.registry.forms.platforms import (
    AssessmentForm,
    CorrectionForm,
    MemberForm,
    PartnerForm,
    PlatformForm,
)
from kechuang.office.registry.forms.records import DayReasonForm, EndForm, ReasonForm
from kechuang.office.registry.lists.platforms import PLATFORMS as LISTING
from kechuang.office.registry.models import (
    Platform,
    PlatformAssessment,
    PlatformMember,
    PlatformPartner,
)
from kechuang.office.registry.queries import platforms as queries
from kechuang.office.registry.services import platforms as services
from kechuang.office.registry.services.people import PEOPLE
from kechuang.office.registry.services.platforms import CARRIERS, PLATFORMS
from kechuang.office.registry.views import carriers, people

Status = Platform.Status


def platform_list(request: HttpRequest) -> HttpResponseBase:
    """All platforms in reach."""
    acts = [pages.Act(_("在孵与毕业企业"), reverse("registry:platform_firms"))]
    if pages.actor_of(request).reach(PLATFORMS.change):
        acts.insert(0, pages.Act(_("登记平台"), reverse("registry:platform_create")))
    return list_page(request, LISTING, "registry/records.html", acts=acts)


def record(request: HttpRequest, code: str) -> HttpResponse:
    """One platform with its assessments, partners, people, rooms and firms."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), code=code)
    may = actor.reaches(PLATFORMS.change, PLATFORMS.place(row))
    sections = [_assessments(row), _partners(row, may=may)]
    if actor.reach(PEOPLE.view):
        sections.append(_members(row, may=may))
    if row.kind in CARRIERS:
        sections += carriers.sections(actor, row, may=may)
    head = pages.Head(
        row.name,
        queries.standing(row),
        _acts(row) if may else (),
    )
    return pages.record_page(request, head, _facts(actor, row), sections, PLATFORMS.ref(row))


def _facts(actor: Actor, row: Platform) -> list[tuple[Text, object]]:
    head = ""
    if row.head and actor.reach(PEOPLE.view):
        head = pages.link(
            reverse("registry:person", args=[row.head.party.code]), row.head.party.name
        )
    facts: list[tuple[Text, object]] = [
        (_("平台编号"), row.code),
        (_("类别"), queries.kind_word(row.kind)),
        (_("级别"), queries.level_word(row.level)),
        (_("依托单位"), pages.party_link(row.host)),
        (_("区划"), row.region.name),
        (_("领域"), row.field_name),
        (_("负责人"), head),
        (_("成立日期"), row.founded_on),
        (_("认定方式"), row.get_recognition_display()),  # type: ignore[attr-defined]
        (_("认定日期"), row.recognised_on),
        (_("有效期至"), row.expires_on),
        (_("认定机关"), row.issuer),
    ]
    if row.status == Status.CORRECTING:
        facts.append((_("整改期限"), row.correct_until))
    if row.status == Status.CANCELLED:
        facts += [(_("撤销日期"), row.cancelled_on), (_("撤销原因"), row.cancelled_reason)]
    return [*facts, (_("备注"), row.note), *pages.source_facts(row)]


def _acts(row: Platform) -> list[pages.Act]:
    def act(route: str, name: Text, *, danger: bool = False) -> pages.Act:
        return pages.Act(name, reverse(f"registry:platform_{route}", args=[row.code]), danger)

    change = act("change", _("修改"))
    if row.status == Status.CANCELLED:
        return [act("restore", _("恢复运行")), change]
    restore = [] if row.status == Status.VALID else [act("restore", _("登记运行"))]
    enter = [act("enter", _("企业入驻"))] if row.kind in CARRIERS else []
    return [
        *restore, *enter, act("assess", _("登记考核")), change, act("correct", _("限期整改")),
        act("cancel", _("登记撤销"), danger=True),
    ]  # fmt: skip


def _assessments(row: Platform) -> pages.Section:
    said = PlatformAssessment.objects.filter(platform=row).order_by("-year")
    cells = [
        (str(each.year), each.grade, each.score, each.consequence, pages.source_cell(each))
        for each in said
    ]
    headers = (_("考核年度"), _("等次"), _("得分"), _("处理"), _("来源"))
    return pages.Section("assessments", _("年度考核"), headers, cells, _("还没有考核记录。"))


def _partners(row: Platform, *, may: bool) -> pages.Section:
    found = PlatformPartner.objects.filter(platform=row).select_related("party").order_by("pk")
    cells = [
        (
            pages.party_link(each.party), each.role, each.since,
            each.until or State("done", _("共建中")),
            _ending("platform_partner_end", each, may=may),
        )
        for each in found
    ]  # fmt: skip
    headers = (_("单位"), _("分工"), _("自"), _("至"), _("办理"))
    acts = _adding(row, "platform_partner", _("加共建单位"), may=may)
    return pages.Section("partners", _("共建单位"), headers, cells, _("没有共建单位。"), acts)


def _members(row: Platform, *, may: bool) -> pages.Section:
    found = PlatformMember.objects.filter(platform=row).select_related("person__party")
    found = found.defer("person__phone", "person__identity_number").order_by("pk")
    ways = {None: "", True: _("全职"), False: _("柔性")}
    cells = [
        (
            pages.link(
                reverse("registry:person", args=[each.person.party.code]), each.person.party.name
            ),
            each.duty, ways[each.full_time], each.days_a_year, each.since,
            each.until or State("done", _("在站")),
            _ending("platform_member_end", each, may=may),
        )
        for each in found
    ]  # fmt: skip
    headers = (
        _("姓名"), _("职责"), _("在站方式"), _("每年在站天数"), _("自"), _("至"), _("办理"),
    )  # fmt: skip
    acts = _adding(row, "platform_member", _("加人员"), may=may)
    return pages.Section("members", _("平台人员"), headers, cells, _("还没有登记人员。"), acts)


def _ending(route: str, each: PlatformPartner | PlatformMember, *, may: bool) -> object:
    if not may or each.until:
        return "—"
    return pages.link(reverse(f"registry:{route}", args=[each.pk]), _("登记结束"))


def _adding(row: Platform, route: str, name: Text, *, may: bool) -> Sequence[pages.Act]:
    if not may or row.status == Status.CANCELLED:
        return ()
    return [pages.Act(name, reverse(f"registry:{route}", args=[row.code]))]


def create(request: HttpRequest) -> HttpResponse:
    """Put a platform in."""
    actor = pages.actor_of(request)
    initial = {
        "host": text_of(request.GET.get("party", "")),
        "as_of": timezone.localdate(),
        "region": actor.region.strip("/").rpartition("/")[2],
    }
    form = PlatformForm(pages.given(request), actor=actor, initial=initial)

    def act(form: PlatformForm) -> tuple[str, str]:
        row = services.create(actor, form.values(), form.provenance())
        return _("已登记平台“%(name)s”。") % {"name": row.name}, address(row)

    return pages.task_page(request, _("登记平台"), form, act, reverse("registry:platforms"))


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a platform, or replace what is known of it by a newer list."""
    actor, row = pages.actor_of(request), changeable(request, code)
    form = PlatformForm(pages.given(request), actor=actor, row=row)

    def act(form: PlatformForm) -> tuple[str, str]:
        told = services.change(actor, row, form.values(), form.provenance())
        return pages.changed(told), address(row)

    return pages.task_page(request, _("修改平台"), form, act, address(row), lead=row.name)


def assess(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a year's assessment."""
    actor, row = pages.actor_of(request), changeable(request, code)
    initial = {"as_of": timezone.localdate()}
    form = AssessmentForm(pages.given(request), actor=actor, initial=initial)

    def act(form: AssessmentForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.assess(
            actor, row, data["year"], data["grade"], data["score"], data["consequence"],
            form.provenance(),
        )  # fmt: skip
        told = _("已登记%(year)s年考核：%(grade)s。")
        return told % {"year": data["year"], "grade": data["grade"]}, address(row)

    return pages.task_page(request, _("登记考核"), form, act, address(row), lead=row.name)


def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Give a platform a term in which it must become better."""
    actor, row = pages.actor_of(request), changeable(request, code)
    form = CorrectionForm(pages.given(request), actor=actor)

    def act(form: CorrectionForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.order_correction(actor, row, data["until"], data["reason"])
        return _("已登记限期整改，期限%(until)s。") % {"until": data["until"]}, address(row)

    return pages.task_page(request, _("限期整改"), form, act, address(row), lead=row.name)


def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a platform works."""
    actor, row = pages.actor_of(request), changeable(request, code)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.restore(actor, row, form.cleaned_data["reason"])
        return _("平台已登记为运行。"), address(row)

    return pages.task_page(request, _("登记运行"), form, act, address(row), lead=row.name)


def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Say that the recognition was taken away."""
    actor, row = pages.actor_of(request), changeable(request, code)
    form = DayReasonForm(pages.given(request), actor=actor)

    def act(form: DayReasonForm) -> tuple[str, str]:
        services.cancel(actor, row, form.cleaned_data["on"], form.cleaned_data["reason"])
        return _("已登记撤销。"), address(row)

    return pages.task_page(
        request, _("登记撤销"), form, act, address(row), lead=row.name, danger=True
    )


def add_partner(request: HttpRequest, code: str) -> HttpResponse:
    """Say who builds the platform too."""
    actor, row = pages.actor_of(request), changeable(request, code)
    form = PartnerForm(pages.given(request), actor=actor)

    def act(form: PartnerForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.add_partner(actor, row, data["party"], data["role"], data["since"])
        return _("已加上“%(name)s”。") % {"name": data["party"].name}, address(row)

    return pages.task_page(request, _("加共建单位"), form, act, address(row), lead=row.name)


def end_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an organisation no longer builds the platform."""
    actor = pages.actor_of(request)
    rows = PlatformPartner.objects.select_related(
        "platform__region", "platform__host__region", "party"
    )
    reached = PLATFORMS.changeable(actor).values("pk")
    partner = get_object_or_404(rows.filter(platform__in=reached), pk=pk)
    row = partner.platform
    form = EndForm(pages.given(request), actor=actor)

    def act(form: EndForm) -> tuple[str, str]:
        services.end_partner(actor, partner, form.cleaned_data["until"])
        return _("已登记结束。"), address(row)

    lead = f"{row.name} {partner.party.name}"
    return pages.task_page(request, _("结束共建"), form, act, address(row), lead=lead)


def add_member(request: HttpRequest, code: str) -> HttpResponse:
    """Say who works at the platform."""
    actor, row = pages.actor_of(request), changeable(request, code)
    form = MemberForm(pages.given(request), actor=actor)

    def act(form: MemberForm) -> tuple[str, str]:
        person = form.cleaned_data["person"]
        services.add_member(actor, row, person, form.values())
        return _("已加上%(name)s。") % {"name": person.party.name}, address(row)

    return pages.task_page(request, _("加平台人员"), form, act, address(row), lead=row.name)


def end_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a person no longer works at the platform."""
    actor = pages.actor_of(request)
    rows = PlatformMember.objects.select_related(
        "platform__region", "platform__host__region", "person__party"
    )
    reached = PLATFORMS.changeable(actor).values("pk")
    member = get_object_or_404(rows.filter(platform__in=reached), pk=pk)
    row = member.platform
    form = EndForm(pages.given(request), actor=actor)

    def act(form: EndForm) -> tuple[str, str]:
        services.end_member(actor, member, form.cleaned_data["until"])
        return _("已登记结束。"), address(row)

    lead = f"{row.name} {member.person.party.name}"
    return pages.task_page(request, _("离开平台"), form, act, address(row), lead=lead)


def changeable(request: HttpRequest, code: str) -> Platform:
    """The platform of an address, for whoever may change it."""
    return get_object_or_404(PLATFORMS.changeable(pages.actor_of(request)), code=code)


def address(row: Platform) -> str:
    """The page of a platform."""
    return reverse("registry:platform", args=[row.code])


def dossier_tab(request: HttpRequest, code: str) -> str:
    """平台与人才: what an organisation hosts or builds, where it is raised, who works there."""
    actor = pages.actor_of(request)
    sections = []
    if actor.reach(PLATFORMS.view):
        sections = [_hosted(actor, code), *carriers.raised_section(actor, code)]
    found = people.section(request, code)
    return pages.tab([*sections, *([found] if found else [])])


def _hosted(actor: Actor, code: str) -> pages.Section:
    cells = [
        (
            pages.link(address(each), each.name), queries.kind_word(each.kind),
            queries.level_word(each.level),
            _("依托单位") if each.host.code == code else _("共建单位"),
            each.recognised_on, queries.standing(each), pages.source_cell(each),
        )
        for each in queries.of_party(actor, code)
    ]  # fmt: skip
    headers = (
        _("平台名称"), _("类别"), _("级别"), _("身份"), _("认定日期"), _("状态"), _("来源"),
    )  # fmt: skip
    acts = []
    if actor.reach(PLATFORMS.change):
        acts.append(pages.Act(_("登记平台"), f"{reverse('registry:platform_create')}?party={code}"))
    empty = _("还没有登记平台。")
    return pages.Section("hosted", _("创新平台"), headers, cells, empty, acts)

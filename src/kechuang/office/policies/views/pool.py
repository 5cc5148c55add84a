"""Pages of the cultivation pool: the list, an entry, letting in, following up, a batch, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.filings.views.shared import board_of, firms, told_left
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.bulk import digest, joined, picked
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.showing import enumerated
from kechuang.office.ground.slots import SourceRef, Text
from kechuang.office.policies.forms.pool import (
    AdmitForm,
    BatchForm,
    FollowForm,
    LeaveForm,
    MentorForm,
    MentorsForm,
    TendingForm,
)
from kechuang.office.policies.ladder import rung_name, rungs
from kechuang.office.policies.lists.ladder import LISTINGS, NOTHING
from kechuang.office.policies.lists.pool import POOL_LIST, stage_of, stand_state
from kechuang.office.policies.models import PoolEntry
from kechuang.office.policies.queries import ladder
from kechuang.office.policies.queries import pool as queries
from kechuang.office.policies.services import pool as services
from kechuang.office.policies.telling import DIAGNOSE, POOL_CHANGE, place_of_entry
from kechuang.office.registry import pages
from kechuang.office.registry.forms.fields import text_of

MOST: Final = 500
"""How many firms one act lets in: more than a bureau can help at once."""
SEEN: Final = "seen"
NAMED: Final = 5
"""So many of the chosen firms are named."""


def pool(request: HttpRequest) -> HttpResponseBase:
    """Who is and was in the pool."""
    actor = pages.actor_of(request)
    acts: list[pages.Act] = []
    if actor.reach(POOL_CHANGE):
        acts = [
            pages.Act(_("手工入库"), reverse("policies:pool_admit")),
            pages.Act(_("我辅导的"), queries.list_address(mentor=actor.code, state="open")),
        ]
    return list_page(request, POOL_LIST, "registry/records.html", acts=acts)


# --- one entry


def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: how the firm stands, who helps it, what comes next, all that happened."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    may = row.ended_on is None and actor.reaches(POOL_CHANGE, place_of_entry(row))
    name = f"{row.party.name} {rung_name(row.rung)}"
    head = pages.Head(name, stage_of(row), list(_acts(row)) if may else [])
    return pages.record_page(
        request, head, list(_facts(actor, row)), (), SourceRef("pool_entry", str(row.pk))
    )


def _acts(row: PoolEntry) -> Iterator[pages.Act]:
    def to(route: str) -> str:
        return reverse(f"policies:{route}", args=[row.pk])

    yield pages.Act(_("登记跟进"), to("pool_follow"))
    yield pages.Act(_("辅导人和计划"), to("pool_change"))
    yield pages.Act(_("登记出库"), to("pool_leave"))


def _facts(actor: Actor, row: Any) -> Iterator[tuple[Text, object]]:
    yield _("企业"), pages.party_link(row.party)
    yield _("区划"), row.party.region.name
    yield _("培育到"), rung_name(row.rung)
    stand = queries.stands([row]).get(row.pk, "")
    yield _("现在的情况"), stand_state(stand) or _("不在这个台阶的名单里")
    if actor.reach(DIAGNOSE) is not None:
        found = ladder.prospects_of(row.rung, [row.party.pk]).get(row.party.pk)
        url = reverse("policies:diagnosis", args=[row.party.code])
        yield _("还差什么"), pages.link(url, (found and found.lacks) or _("看诊断"))
    yield _("辅导人"), row.mentor_name
    yield _("培育计划"), row.plan
    yield _("下一步"), row.next_step
    yield _("下一步日期"), row.next_on
    yield _("入库"), _("%(day)s，%(basis)s，%(by)s") % {
        "day": row.admitted_on.isoformat(), "basis": row.get_basis_display(),
        "by": row.admitted_name,
    }  # fmt: skip
    if row.ended_on:
        yield _("出库日期"), row.ended_on
        yield _("出库原因"), row.get_end_display()
        yield _("出库说明"), row.end_note


def _open_entry(request: HttpRequest, pk: int) -> PoolEntry:
    return get_object_or_404(queries.changeable(pages.actor_of(request)), pk=pk)


def _lead(row: PoolEntry) -> str:
    return f"{row.party.name} {rung_name(row.rung)}"


def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done, at which stage it is now, what comes next."""
    actor, row = pages.actor_of(request), _open_entry(request, pk)
    initial = {"stage": row.stage, "next_step": row.next_step, "next_on": row.next_on}
    form = FollowForm(pages.given(request), actor=actor, initial=initial)

    def act(form: FollowForm) -> tuple[str, str]:
        data = form.cleaned_data
        told = services.follow(
            actor, row, data["stage"], data["done"], data["next_step"], data["next_on"]
        )
        return pages.changed(told), queries.address_of(row)

    back = queries.address_of(row)
    return pages.task_page(request, _("登记跟进"), form, act, back, lead=_lead(row))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Who helps, and by which plan."""
    actor, row = pages.actor_of(request), _open_entry(request, pk)
    initial = {"mentor": row.mentor, "plan": row.plan}
    form = MentorForm(pages.given(request), actor=actor, entry=row, initial=initial)

    def act(form: MentorForm) -> tuple[str, str]:
        data = form.cleaned_data
        told = services.change(actor, row, data["mentor"], data["plan"])
        return pages.changed(told), queries.address_of(row)

    back = queries.address_of(row)
    return pages.task_page(
        request, _("辅导人和计划"), form, act, back, lead=_lead(row), button=_("保存")
    )


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a firm out, with the reason."""
    actor, row = pages.actor_of(request), _open_entry(request, pk)
    form = LeaveForm(pages.given(request), actor=actor)

    def act(form: LeaveForm) -> tuple[str, str]:
        data = form.cleaned_data
        services.leave(actor, row, data["end"], data["on"], data["note"])
        return _("已登记出库，记录留在库里。"), queries.address_of(row)

    back = queries.address_of(row)
    return pages.task_page(request, _("登记出库"), form, act, back, lead=_lead(row))


# --- letting in


def admit(request: HttpRequest) -> HttpResponse:
    """One firm into the pool by hand."""
    actor = pages.actor_of(request)
    initial = {name: text_of(request.GET.get(name, "")) for name in ("party", "rung")}
    form = AdmitForm(pages.given(request), actor=actor, initial=initial)

    def act(form: AdmitForm) -> tuple[str, str]:
        data = form.cleaned_data
        made = services.admit(actor, data["party"], data["rung"], form.tending(), data["on"])
        return _("已列入培育库。"), queries.address_of(made)

    lead = _(
        "没有列入规则名单的企业在这里入库；达标未申报、差一项、初筛符合的，在培育阶梯里成批列入更快。"
    )
    back = reverse("policies:pool")
    return pages.task_page(request, _("手工入库"), form, act, back, lead=lead, button=_("入库"))


def admit_by_rule(request: HttpRequest, rung: str) -> HttpResponse:
    """Firms of the ladder into the pool: chosen there, looked at here, then confirmed."""
    found = rungs().get(rung)
    if found is None:
        raise Http404
    actor = pages.actor_of(request)
    given = picked(request, LISTINGS[rung], MOST)
    back = f"{reverse('policies:rung', args=[rung])}{f'?{given.query}' if given.query else ''}"
    if given.total > MOST:
        told = _("筛选出%(total)s家，一次最多列入%(most)s家。请加筛选条件，分几次做。")
        messages.warning(request, told % {"total": f"{given.total:,}", "most": MOST})
        return redirect(back)
    preview = queries.admitting(actor, found, given.keys)
    if not preview.comes and not preview.stays:
        messages.warning(request, _("没有选中企业。请在列表里勾选后再点。"))
        return redirect(back)
    seen = digest(row.pk for row in preview.comes)
    asked = "confirm" in request.POST
    form = TendingForm(request.POST if asked else None, actor=actor)
    if asked and request.POST.get(SEEN) != seen:
        messages.warning(request, _("预览之后有变动，还没有入库。请看新的预览再确认。"))
    elif asked and form.is_valid():
        try:
            done = services.admit_by_rule(actor, found, given.keys, form.tending())
        except ValidationError as error:
            pages.tell_errors(form, error)
        else:
            messages.success(request, _("已入库%(firms)s。") % {"firms": firms(len(done.done))})
            return redirect(queries.list_address(state="open", rung=rung))
    context = {
        "rung": found, "form": form, "given": given, "preview": preview, "seen": seen,
        "back": back,
    }  # fmt: skip
    return render(request, "policies/pool_admit.html", context)


# --- into a batch


def file(request: HttpRequest) -> HttpResponse:
    """Firms of the pool into a batch of 申报台账."""
    actor = pages.actor_of(request)
    given = picked(request, POOL_LIST, MOST)
    rows = list(queries.changeable(actor).filter(pk__in=given.keys).order_by("pk"))
    codes = {row.rung for row in rows}
    rung = rungs().get(codes.pop()) if len(codes) == 1 else None
    if rung is None:
        told = _("选中的企业分属几个台阶。请先按“培育到”筛选，再一起列入批次。")
        nothing = _("没有选中在库的企业。请在列表里勾选后再点。")
        messages.warning(request, told if rows else nothing)
        return redirect("policies:pool")
    keys = joined(row.pk for row in rows)
    asked = request.POST if "batch" in request.POST else None
    form = BatchForm(asked, actor=actor, rung=rung, selected=keys)

    def act(form: BatchForm) -> tuple[str, str]:
        data = form.cleaned_data
        done = services.file(actor, rows, data["batch"], data["kind"], data["on"])
        told = _("已列入批次%(firms)s。") % {"firms": firms(len(done.done))}
        if done.left:
            told += _("%(firms)s没有再加：%(why)s。") % {
                "firms": firms(len(done.left)), "why": told_left(done.left),
            }  # fmt: skip
        return told, board_of(data["batch"])

    lead = _("%(rung)s：选中了%(firms)s。没有可选的批次时，请先在申报台账里开批次。") % {
        "rung": rung.name, "firms": firms(len(rows)),
    }  # fmt: skip
    back = queries.list_address(state="open", rung=rung.code)
    return pages.task_page(request, _("列入申报批次"), form, act, back, lead=lead)


# --- one mentor for several


def mentors(request: HttpRequest) -> HttpResponse:
    """One mentor for the entries that were ticked."""
    actor = pages.actor_of(request)
    given = picked(request, POOL_LIST, MOST)
    rows = list(queries.changeable(actor).filter(pk__in=given.keys).order_by("pk"))
    if not rows:
        messages.warning(request, _("没有选中在库的企业。请在列表里勾选后再点。"))
        return redirect("policies:pool")
    keys = joined(row.pk for row in rows)
    asked = request.POST if "mentor" in request.POST else None
    form = MentorsForm(asked, actor=actor, selected=keys)

    def act(form: MentorsForm) -> tuple[str, str]:
        changed = services.assign(actor, rows, form.cleaned_data["mentor"])
        told = _("已为%(firms)s指定辅导人。") % {"firms": firms(len(changed))}
        address = queries.list_address(mentor=form.cleaned_data["mentor"], state="open")
        return told, address

    names = [row.party.name for row in rows[:NAMED]]
    lead = _("选中了%(firms)s：%(names)s。原来有辅导人的也改成这一位，新辅导人会收到通知。") % {
        "firms": firms(len(rows)), "names": enumerated(names) + ("…" if rows[NAMED:] else ""),
    }  # fmt: skip
    back = queries.list_address(state="open")
    return pages.task_page(request, _("指定辅导人"), form, act, back, lead=lead)


# --- the dossier


def dossier_tab(request: HttpRequest, code: str) -> str:
    """The entries of one firm, newest first; to who may, the way to let it in."""
    actor = pages.actor_of(request)
    rows = list(queries.visible(actor).filter(party__code=code))
    acts: list[pages.Act] = []
    firm = queries.admissible(actor).filter(party__code=code)
    if actor.reach(POOL_CHANGE) is not None and firm.exists():
        url = f"{reverse('policies:pool_admit')}?party={code}"
        acts = [pages.Act(_("列入培育库"), url)]
    if not rows and not acts:
        return ""
    headers = (_("培育到"), _("阶段"), _("辅导人"), _("下一步"), _("下一步日期"), _("出库原因"))
    cells = [
        (
            pages.link(queries.address_of(row), rung_name(row.rung)), stage_of(row),
            row.mentor_name, row.next_step or NOTHING, row.next_on or NOTHING,
            row.get_end_display() or NOTHING,  # type: ignore[attr-defined]
        )
        for row in rows
    ]  # fmt: skip
    section = pages.Section(
        "pool", _("培育库"), headers, cells, empty=_("没有在培育库里。"), acts=acts
    )
    return pages.tab([section])

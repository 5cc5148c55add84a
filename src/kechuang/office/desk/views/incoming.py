"""Pages of letters: the list, one letter, each act."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.desk.forms.incoming import (
    AnswerForm,
    AssignForm,
    FinishForm,
    LetterForm,
    RegisterForm,
    ReplyForm,
)
from kechuang.office.desk.lists.incoming import INCOMING
from kechuang.office.desk.models import Letter, LetterTask
from kechuang.office.desk.queries import incoming as queries
from kechuang.office.desk.services import incoming as services
from kechuang.office.ground.actors import Place
from kechuang.office.ground.file_views import handed
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import Incoming
from kechuang.office.registry import pages
from kechuang.office.registry.forms.records import ReasonForm


def letter_list(request: HttpRequest) -> HttpResponseBase:
    """All letters in reach."""
    acts = []
    if pages.actor_of(request).reach(queries.MANAGE):
        acts.append(pages.Act(_("登记来文"), reverse("desk:incoming_create")))
    acts.append(pages.Act(_("日历"), reverse("desk:incoming_calendar")))
    return list_page(request, INCOMING, "registry/records.html", acts=acts)


def create(request: HttpRequest) -> HttpResponse:
    """Take a letter in."""
    actor = pages.actor_of(request)
    initial = {
        "received_on": timezone.localdate(),
        "region": actor.region.strip("/").rpartition("/")[2],
    }
    files = request.FILES if request.method == "POST" else None
    form = RegisterForm(pages.given(request), files, actor=actor, initial=initial)

    def act(form: RegisterForm) -> tuple[str, str]:
        data = form.cleaned_data
        row = services.register(
            actor,
            data["region"],
            form.values(),
            _copy(data["file"]),
            is_not_secret=data["is_not_secret"],
        )
        if data["due_on"]:
            told = _("已登记。接着交给承办人。")
        else:
            told = _("已登记，期限%(day)s读自来文，请核对原句。接着交给承办人。") % {
                "day": row.due_on.isoformat()
            }
        return told, _address(row)

    return pages.task_page(request, _("登记来文"), form, act, reverse("desk:incoming"))


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: who got it, what was sent up, what happened."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    may = actor.reaches(queries.MANAGE, Place(row.region.path))
    facts = [
        (_("文号"), row.number),
        (_("来文单位"), row.issuer),
        (_("区划"), row.region.name),
        (_("成文日期"), row.dated_on),
        (_("收到日期"), row.received_on),
        (_("办结期限"), row.due_on),
        (_("要办什么"), row.asks),
        (_("来文"), _file_link(row)),
        (_("登记人"), row.owner_name),
    ]
    if row.done_on:
        facts += [(_("办结日期"), row.done_on), (_("办结情况"), row.done_note)]
    head = pages.Head(
        row.title,
        queries.standing(row.due_on, row.done_on is not None),
        _acts(row) if may else (),
    )
    sections = [*_stated(row), _tasks(request, row, may=may), _replies(row)]
    return pages.record_page(request, head, facts, sections, SourceRef("letter", str(row.pk)))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a letter."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    initial = {name: getattr(row, name) for name in services.FIELDS}
    form = LetterForm(pages.given(request), actor=actor, initial=initial)

    def act(form: LetterForm) -> tuple[str, str]:
        return pages.changed(services.change(actor, row, form.values())), _address(row)

    return pages.task_page(request, _("修改来文"), form, act, _address(row), lead=row.title)


def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a letter to people."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = AssignForm(pages.given(request), actor=actor, initial={"due_on": row.due_on})

    def act(form: AssignForm) -> tuple[str, str]:
        data = form.cleaned_data
        made = services.assign(actor, row, list(data["users"]), data["what"], data["due_on"])
        told = ngettext("已交给%(count)d人，并已通知。", "已交给%(count)d人，并已通知。", len(made))
        return told % {"count": len(made)}, _address(row)

    return pages.task_page(request, _("交办"), form, act, _address(row), lead=row.title)


def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what was sent up."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    initial = {"to": row.issuer, "sent_on": timezone.localdate()}
    files = request.FILES if request.method == "POST" else None
    form = ReplyForm(pages.given(request), files, actor=actor, initial=initial)

    def act(form: ReplyForm) -> tuple[str, str]:
        services.send(actor, row, form.values(), _copy(form.cleaned_data["file"]))
        return _("已登记报送。"), _address(row)

    return pages.task_page(request, _("登记报送"), form, act, _address(row), lead=row.title)


def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a letter."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = FinishForm(pages.given(request), actor=actor, initial={"on": timezone.localdate()})

    def act(form: FinishForm) -> tuple[str, str]:
        services.finish(actor, row, form.cleaned_data["note"], form.cleaned_data["on"])
        return _("已办结。"), _address(row)

    return pages.task_page(request, _("办结"), form, act, _address(row), lead=row.title)


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed letter again."""
    actor, row = pages.actor_of(request), _changeable(request, pk)
    form = ReasonForm(pages.given(request), actor=actor)

    def act(form: ReasonForm) -> tuple[str, str]:
        services.reopen(actor, row, form.cleaned_data["reason"])
        return _("已重新打开。"), _address(row)

    return pages.task_page(request, _("重新打开"), form, act, _address(row), lead=row.title)


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one's task is done, and how."""
    actor = pages.actor_of(request)
    found = get_object_or_404(queries.own_tasks(actor), pk=pk)
    form = AnswerForm(pages.given(request), actor=actor)

    def act(form: AnswerForm) -> tuple[str, str]:
        services.answer(actor, found, form.cleaned_data["answer"])
        return _("已办完，交办人会收到通知。"), _address(found.letter)

    lead = f"{found.letter.title} {found.what}"
    back = _address(found.letter)
    return pages.task_page(request, _("办完这一项"), form, act, back, lead=lead)


def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter itself, for everybody who has it to do."""
    actor = pages.actor_of(request)
    row = get_object_or_404(queries.visible(actor), pk=pk)
    try:
        name = row.file.name if row.file else ""
        return handed(request, lambda: services.letter_file(actor, row), name)
    except ValidationError as error:
        raise Http404 from error


def _acts(row: Letter) -> list[pages.Act]:
    def act(route: str, name: str) -> pages.Act:
        return pages.Act(name, reverse(f"desk:incoming_{route}", args=[row.pk]))

    if row.done_on:
        return [act("reopen", _("重新打开")), act("reply", _("登记报送"))]
    return [
        act("assign", _("交办")),
        act("reply", _("登记报送")),
        act("finish", _("办结")),
        act("change", _("修改")),
    ]


def _stated(row: Letter) -> list[pages.Section]:
    """The deadlines that the text states, so that nobody has to trust the program."""
    rows = [(each["day"], each["words"]) for each in row.deadlines]
    if not rows:
        return []
    return [pages.Section("stated", _("文中写明的期限"), (_("日期"), _("原句")), rows)]


def _tasks(request: HttpRequest, row: Letter, *, may: bool) -> pages.Section:
    actor = pages.actor_of(request)
    headers = (
        _("承办人"), _("要求"), _("期限"), _("状态"), _("办理情况"), _("交办人"), _("办理"),
    )  # fmt: skip

    def told(each: LetterTask) -> tuple[Any, ...]:
        place = Place(row.region.path, owner=each.user.username)
        mine = each.done_at is None and actor.reaches(queries.ANSWER, place)
        link = reverse("desk:incoming_task", args=[each.pk]) if mine else None
        return (
            each.user.name,
            each.what,
            each.due_on,
            queries.standing(each.due_on, each.done_at is not None),
            each.answer,
            each.given_name,
            pages.link(link, _("办完")) if link else "—",
        )

    empty = _("还没有交给任何人。请点“交办”。") if may else _("还没有交给任何人。")
    rows = [told(each) for each in queries.tasks_of(row)]
    return pages.Section("tasks", _("交给谁"), headers, rows, empty=empty)


def _replies(row: Letter) -> pages.Section:
    headers = (_("报送材料"), _("报送单位"), _("文号"), _("报送日期"), _("方式"), _("留存件"))
    rows = [
        (
            each.title,
            each.to,
            each.number,
            each.sent_on,
            each.get_way_display(),  # type: ignore[attr-defined]
            pages.link(reverse("ground:file", args=[each.file.pk]), each.file.name)
            if each.file
            else "",
        )
        for each in queries.replies_of(row)
    ]
    return pages.Section("replies", _("报送情况"), headers, rows, empty=_("还没有报送。"))


def _file_link(row: Letter) -> object:
    if row.file is None:
        return ""
    return pages.link(reverse("desk:incoming_file", args=[row.pk]), row.file.name)


def _copy(file: Any) -> Incoming | None:
    return Incoming(file.name, file) if file else None


def _changeable(request: HttpRequest, pk: int) -> Letter:
    return get_object_or_404(queries.changeable(pages.actor_of(request)), pk=pk)


def _address(row: Letter) -> str:
    return reverse("desk:incoming_letter", args=[row.pk])

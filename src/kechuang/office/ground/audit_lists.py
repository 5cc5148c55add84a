"""The list of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.listings import Column, Filter, Listing
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.permissions import Reason
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import State

VIEW: Final = "audit.view"
STATES: Final = {
    AuditEvent.Outcome.DONE: "normal",
    AuditEvent.Outcome.REFUSED: "soon",
    AuditEvent.Outcome.FAILED: "late",
}
REFUSALS: Final = {
    Reason.SIGNED_OUT.value: _("没有登录"),
    Reason.ROLE.value: _("所用角色没有这项权限"),
    Reason.OUTSIDE.value: _("对象不在所用角色的范围内"),
    Reason.SEPARATION.value: _("同一人不能兼办"),
    Reason.SWITCHED_OFF.value: _("本系统没有开放"),
    Reason.UNDECLARED.value: _("权限表没有列出这个地址"),
}


def visible(actor: Actor) -> QuerySet[AuditEvent]:
    """The lines that the actor may see."""
    return limit(AuditEvent.objects.all(), actor, VIEW)


def outcome(event: AuditEvent) -> State:
    """How it ended, as a badge."""
    found = AuditEvent.Outcome(event.outcome)
    return State(STATES[found], found.label)


def subject(event: AuditEvent) -> str:
    """What it was done to, in words."""
    return f"{words.kind(event.subject_kind)} {event.subject_name or event.subject_key}".strip()


def reason(event: AuditEvent) -> str:
    """Why: what the person wrote, or of a refusal its rule in words."""
    refused = event.outcome == AuditEvent.Outcome.REFUSED
    return str(REFUSALS.get(event.reason, event.reason)) if refused else event.reason


def _day(text: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))


def _search(rows: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
    return rows.filter(
        Q(subject_name__contains=text)
        | Q(subject_key=text)
        | Q(actor_name__contains=text)
        | Q(reason__contains=text)
    )


def _actions(actor: Actor) -> Iterable[tuple[str, str]]:
    return words.actions()


def _kinds(actor: Actor) -> Iterable[tuple[str, str]]:
    return words.kinds()


def _outcomes(actor: Actor) -> Iterable[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in AuditEvent.Outcome]


TRAIL: Final = Listing(
    code="audit",
    name=_("审计记录"),
    verb=VIEW,
    queryset=visible,
    columns=(
        Column(
            "sequence",
            _("序号"),
            lambda event: str(event.sequence),
            sort="sequence",
            link=lambda event: address("ground:audit_event", event.sequence),
        ),
        Column("at", _("时间"), lambda event: event.at, sort="at", align="date"),
        Column("actor", _("姓名"), lambda event: event.actor_name, sort="actor_name"),
        Column("code", _("账号"), lambda event: event.actor_code, sort="actor_code"),
        Column("role", _("角色"), lambda event: words.role(event.actor_role), default=False),
        Column("action", _("动作"), lambda event: words.action(event.action), sort="action"),
        Column("outcome", _("结果"), outcome, sort="outcome"),
        Column("subject", _("对象"), subject),
        Column("reason", _("理由"), lambda event: reason(event) or "—"),
        Column("address", _("来处"), lambda event: event.address, default=False),
        Column("digest", _("摘要"), lambda event: event.digest, default=False),
    ),
    filters=(
        Filter("actor", _("账号"), "text", lambda rows, text: rows.filter(actor_code=text)),
        Filter(
            "action", _("动作"), "choice", lambda rows, code: rows.filter(action=code), _actions
        ),
        Filter(
            "outcome", _("结果"), "choice", lambda rows, code: rows.filter(outcome=code), _outcomes
        ),
        Filter(
            "kind", _("对象"), "choice", lambda rows, code: rows.filter(subject_kind=code), _kinds
        ),
        Filter("since", _("自"), "date", lambda rows, text: rows.filter(at__gte=_day(text))),
        Filter(
            "until",
            _("至"),
            "date",
            lambda rows, text: rows.filter(at__lt=_day(text) + timedelta(days=1)),
        ),
    ),
    search=_search,
    searched=_("对象、姓名、理由"),
    sort="-sequence",
    empty=_("没有符合条件的审计记录。请放宽条件。"),
    export_verb="audit.export",
)

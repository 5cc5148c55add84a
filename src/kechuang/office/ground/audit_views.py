"""Pages of the audit trail: the list, one line, and whether the whole is unbroken."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kechuang.office.ground import audit_verifying
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.audit_chain import Broken
from kechuang.office.ground.audit_lists import TRAIL, outcome, reason, subject, visible
from kechuang.office.ground.audit_seals import Seals, told_at
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef, open_source


def trail(request: HttpRequest) -> HttpResponseBase:
    """The trail, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    may_verify = actor.reach(audit_verifying.VERIFY) is not None
    return list_page(request, TRAIL, template="ground/audit.html", may_verify=may_verify)


def event(request: HttpRequest, sequence: int) -> HttpResponse:
    """One line: who did what to which record, and what it was before and after."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(visible(actor), sequence=sequence)
    kind = found.subject_kind
    around = visible(actor).order_by("sequence")
    context = {
        "event": found,
        "action": words.action(found.action),
        "facts": _facts(found),
        "marks": [(_("本条摘要"), found.digest), (_("前一条摘要"), found.previous)],
        "changes": [
            (
                words.field(kind, name),
                words.value(kind, name, before),
                words.value(kind, name, after),
            )
            for name, (before, after) in sorted(found.changes.items())
        ],
        "source": open_source(actor, SourceRef(found.subject_kind, found.subject_key)),
        "earlier": around.filter(sequence__lt=sequence).last(),
        "later": around.filter(sequence__gt=sequence).first(),
    }
    return render(request, "ground/audit_event.html", context)


def _facts(found: AuditEvent) -> list[tuple[str, Any]]:
    who = f"{found.actor_name}（{found.actor_code}）" if found.actor_code else _("未登录")
    facts = [
        (_("时间"), told_at(found.at)),
        (_("办理人"), who),
        (_("角色"), words.role(found.actor_role)),
        (_("动作"), words.action(found.action)),
        (_("结果"), outcome(found)),
        (_("对象"), subject(found)),
        (_("对象编号"), found.subject_key),
        (_("理由"), reason(found)),
        (_("来处"), found.address),
        (_("区划"), found.region.strip("/").rpartition("/")[2]),
        (_("单位"), found.party),
    ]
    return [(name, value) for name, value in facts if value]


def verifying(request: HttpRequest) -> HttpResponse:
    """What a verification does, and what it found: at once, or by a job where the trail is long."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    count = audit_verifying.lines_so_far(actor)
    at_once = count <= audit_verifying.MOST_AT_ONCE
    if request.method == "POST" and not at_once:
        return redirect("ground:job", pk=audit_verifying.verify_later(actor).pk)
    if request.method == "POST":
        found = audit_verifying.verify_now(actor)
    else:
        found = audit_verifying.found_by(actor, request.GET.get("job", ""))
    context = {
        "count": count,
        "at_once": at_once,
        "sealed": Seals.of_installation().last(),
        "found": found,
        "broken": isinstance(found, Broken),
    }
    return render(request, "ground/audit_verify.html", context)

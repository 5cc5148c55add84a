"""Platforms: recognition, yearly assessment, correction, cancellation, partners and members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import (
    Incubation,
    Person,
    Platform,
    PlatformAssessment,
    PlatformMember,
    PlatformPartner,
)
from kechuang.office.registry.names import initials
from kechuang.office.registry.provenance import Provenance, check_editable
from kechuang.office.registry.records import (
    Register,
    check_code,
    check_option,
    check_order,
    check_past,
    refuse,
    replaces,
    stamp,
)
from kechuang.office.registry.standing import options

Status = Platform.Status
STAGES: Final = ("makerspace", "incubator", "accelerator")
CARRIERS: Final = (*STAGES, "agri_makerspace")

PLATFORMS: Final = Register(
    kind="platform",
    model=Platform,
    view="platform.view",
    change="platform.change",
    related=("region", "host__region", "head__party", "next_stage__region"),
    place=lambda row: Place(row.region.path, row.host.code),
    name=lambda row: row.name,
    key=lambda row: row.code,
    fields=(
        "code", "name", "kind", "level", "field_name", "region", "host", "head", "founded_on",
        "recognition", "recognised_on", "expires_on", "issuer", "next_stage", "note", "status",
        "correct_until", "cancelled_on", "cancelled_reason",
    ),
    options={
        "kind": ("platforms", "platform_kind"), "level": ("platforms", "platform_level"),
    },
)  # fmt: skip


def create(actor: Actor, values: Mapping[str, Any], provenance: Provenance) -> Platform:
    """Put a platform in. Raises `ValidationError` by field."""
    row = Platform(**values)
    check_code(row.code)
    if Platform.objects.filter(code=row.code).exists():
        raise refuse("code", _("平台编号%(code)s已用。请核对，或另编一个。"), code=row.code)
    _check(row)
    return PLATFORMS.create(actor, row, provenance)


def change(
    actor: Actor, row: Platform, values: Mapping[str, Any], provenance: Provenance
) -> audit.Changes:
    """Correct what was typed; the code stays. Gives what changed."""
    told = {name: value for name, value in values.items() if name != "code"}
    return PLATFORMS.update(actor, row, told, provenance, _check)


def assess(
    actor: Actor,
    row: Platform,
    year: int,
    grade: str,
    score: Decimal | None,
    consequence: str,
    provenance: Provenance,
) -> PlatformAssessment:
    """Keep what the competent body said of a platform for a year.

    A year that was assessed already is replaced only as `replaces` allows, or where it was typed.
    """
    with PLATFORMS.within(actor, row) as kept:
        if kept.recognised_on and year < kept.recognised_on.year:
            told = _("%(year)s年还没有认定（认定日期%(on)s）。请核对年度。")
            raise refuse("year", told, year=year, on=kept.recognised_on)
        found = PlatformAssessment.objects.select_for_update().filter(platform=kept, year=year)
        said = found.first() or PlatformAssessment(platform=kept, year=year)
        before = _assessed(said) if said.pk else {}
        if said.pk and not replaces(said, provenance):
            check_editable(said)
        said.grade, said.score, said.consequence = grade, score, consequence
        stamp(said, actor, provenance)
        said.save()
        changes = audit.changes_between(before, _assessed(said))
        PLATFORMS.tell(actor, kept, "assess", {"year": (None, year), **changes})
    return said


def order_correction(actor: Actor, row: Platform, until: date, reason: str) -> audit.Changes:
    """Give a platform a term in which it must become better."""

    def alter(kept: Platform) -> None:
        _refuse_cancelled(kept)
        kept.status, kept.correct_until = Status.CORRECTING, until

    return PLATFORMS.write(actor, row, "correct", alter, reason)


def cancel(actor: Actor, row: Platform, on: date, reason: str) -> audit.Changes:
    """Say that the recognition was taken away, when and why; firms must have left before."""

    def alter(kept: Platform) -> None:
        _refuse_cancelled(kept)
        if kept.recognised_on and on < kept.recognised_on:
            told = _("撤销日期%(on)s早于认定日期%(start)s。请核对。")
            raise refuse("on", told, on=on, start=kept.recognised_on)
        firms = Incubation.objects.filter(platform=kept, left_on=None).count()
        if firms:
            told = _("还有%(count)s家在孵企业。请先登记它们毕业、转出或退出。")
            raise refuse("on", told, count=firms)
        kept.status, kept.cancelled_on, kept.cancelled_reason = Status.CANCELLED, on, reason
        kept.correct_until = None

    return PLATFORMS.write(actor, row, "cancel", alter, reason)


def restore(actor: Actor, row: Platform, reason: str) -> audit.Changes:
    """Say that a platform works: it was built, became better, or its cancellation was wrong."""

    def alter(kept: Platform) -> None:
        if kept.status == Status.VALID:
            raise refuse("reason", _("平台已在运行。"))
        kept.status, kept.correct_until = Status.VALID, None
        kept.cancelled_on, kept.cancelled_reason = None, ""

    return PLATFORMS.write(actor, row, "restore", alter, reason)


def add_partner(
    actor: Actor, row: Platform, party: Party, role: str, since: date | None
) -> PlatformPartner:
    """Say that an organisation builds the platform too; one that had gone comes back."""
    with PLATFORMS.within(actor, row) as kept:
        if party == kept.host:
            raise refuse("party", _("“%(name)s”是依托单位，不另作共建单位。"), name=party.name)
        found = PlatformPartner.objects.select_for_update().filter(platform=kept, party=party)
        partner = found.first() or PlatformPartner(platform=kept, party=party)
        if partner.pk and partner.until is None:
            raise refuse("party", _("“%(name)s”已是共建单位。"), name=party.name)
        partner.role, partner.since, partner.until = role, since, None
        partner.save()
        PLATFORMS.tell(actor, kept, "add_partner", {"partner": (None, party.name)})
    return partner


def end_partner(actor: Actor, partner: PlatformPartner, until: date) -> None:
    """Say that an organisation no longer builds the platform."""
    with PLATFORMS.within(actor, partner.platform) as kept:
        _end(partner, until)
        changes = {"partner": (partner.party.name, None), "until": (None, until.isoformat())}
        PLATFORMS.tell(actor, kept, "end_partner", changes)


def add_member(
    actor: Actor, row: Platform, person: Person, values: Mapping[str, Any]
) -> PlatformMember:
    """Say that a person works at the platform; `values` are duty, full_time, days_a_year, since."""
    with PLATFORMS.within(actor, row) as kept:
        found = PlatformMember.objects.select_for_update().filter(platform=kept, person=person)
        member = found.first() or PlatformMember(platform=kept, person=person)
        if member.pk and member.until is None:
            raise refuse("person", _("%(name)s已是平台人员。"), name=person.party.name)
        for name, value in values.items():
            setattr(member, name, value)
        member.until = None
        member.save()
        PLATFORMS.tell(actor, kept, "add_member", {"member": (None, person.party.name)})
    return member


def end_member(actor: Actor, member: PlatformMember, until: date) -> None:
    """Say that a person no longer works at the platform."""
    with PLATFORMS.within(actor, member.platform) as kept:
        _end(member, until)
        name = member.person.party.name
        changes = {"member": (name, None), "until": (None, until.isoformat())}
        PLATFORMS.tell(actor, kept, "end_member", changes)


def _end(row: PlatformPartner | PlatformMember, until: date) -> None:
    if row.until:
        raise refuse("until", _("已于%(until)s结束。"), until=row.until)
    if row.since and until < row.since:
        told = _("结束日期%(until)s早于开始日期%(since)s。")
        raise refuse("until", told, until=until, since=row.since)
    row.until = until
    row.save(update_fields=["until"])


def _assessed(said: PlatformAssessment) -> dict[str, audit.Plain]:
    score = None if said.score is None else format(said.score.normalize(), "f")
    return {"grade": said.grade, "score": score, "consequence": said.consequence}


def _refuse_cancelled(row: Platform) -> None:
    if row.status == Status.CANCELLED:
        told = _("平台已于%(on)s撤销。撤销有误的，请先恢复。")
        raise refuse("__all__", told, on=row.cancelled_on or _("某日"))


def _check(row: Platform) -> None:
    check_option(row, "kind", options("platforms", "platform_kind"))
    check_option(row, "level", options("platforms", "platform_level"))
    check_past(row, "founded_on")
    check_order(row, "recognised_on", "expires_on")
    following = row.next_stage
    if following:
        kinds = options("platforms", "platform_kind")
        rank = STAGES.index(row.kind) if row.kind in STAGES else len(STAGES)
        if following.kind not in STAGES[rank + 1 :]:
            told = _("%(kind)s的下一级不能是%(next)s。次序是众创空间、孵化器、加速器。")
            raise refuse(
                "next_stage",
                told,
                kind=kinds.get(row.kind, row.kind),
                next=kinds.get(following.kind, following.kind),
            )
    row.initials = initials(row.name)

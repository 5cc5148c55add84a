"""Deciding once what a name means, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.desk.models import ComparedRow, Comparison, NameDecision
from kechuang.office.desk.queries import comparisons as queries
from kechuang.office.desk.services.comparisons import (
    ComparisonConflict,
    decide_row,
    line,
    locked,
    place_of,
)
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.registry.queries import organisations


def decide(
    actor: Actor, comparison: Comparison, choices: Mapping[int, str], shown: int | None = None
) -> int:
    """Say which firm each of these entries means: the party's code, empty for none of ours.

    It is remembered for the region of the list and counts for every entry of it that is written
    alike. Gives how many entries were decided. `shown` is the newest decision when the page was
    shown (see `newest_decision`); None where there was no page. Raises `ComparisonConflict` where
    an entry is 一致 by itself, a code is none that the actor may choose, or somebody decided
    otherwise after the page was shown.
    """
    with acting(actor, queries.DECIDE, place_of(comparison)):
        kept = locked(comparison)
        rows = {
            each.pk: each
            for each in ComparedRow.objects.select_related("decision", "party").filter(
                comparison=kept
            )
        }
        firms = _firms(actor, kept, set(choices.values()) - {""})
        if shown is not None:
            chosen = {rows[key].key: code for key, code in choices.items() if key in rows}
            _check_shown(kept, chosen, shown)
        changed = 0
        lines: list[audit.Line] = []
        for key, code in choices.items():
            row = rows.get(key)
            if row is None or (row.group == ComparedRow.Group.SAME and row.decision is None):
                raise ComparisonConflict(_("这一条已是一致，或不在这份名单里。请刷新页面。"))
            decision = _decision(actor, kept, row, firms[code] if code else None)
            lines.append(_told(decision, "make"))
            changed += _spread(rows.values(), decision)
        _settle(kept)
        if lines:
            audit.record_all(actor, [*lines, line("comparison.decide", kept, _counts(kept))])
    return changed


def revoke(actor: Actor, decision: NameDecision) -> None:
    """Take a decision back: the lists on which it counted show the names as open again."""
    with acting(actor, queries.DECIDE, place_of_decision(decision)):
        kept = (
            NameDecision.objects.select_for_update(of=("self",))
            .select_related("region", "party")
            .get(pk=decision.pk)
        )
        if kept.revoked_at is not None:
            raise ComparisonConflict(_("这项认定已经撤销。"))
        kept.revoked_at, kept.revoked_by = timezone.now(), actor.code
        kept.save(update_fields=["revoked_at", "revoked_by"])
        rows = list(ComparedRow.objects.select_related("comparison").filter(decision=kept))
        for row in rows:
            decide_row(row, None)
            row.repeats = None
            row.save(update_fields=["decision", "party", "group", "repeats"])
        for comparison in {row.comparison.pk: row.comparison for row in rows}.values():
            _settle(comparison)
        audit.record(actor, _told(kept, "revoke"))


def newest_decision(comparison: Comparison) -> int:
    """What a page keeps to notice decisions that come after it: the key of the newest one."""
    rows = NameDecision.objects.filter(region=comparison.region)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def _check_shown(comparison: Comparison, chosen: Mapping[str, str], shown: int) -> None:
    """Refuse to overrule in passing what somebody decided after the page was shown.

    `chosen` are the codes by what a decision on an entry is remembered under.
    """
    later = NameDecision.objects.select_related("party").filter(
        region=comparison.region, revoked_at=None, pk__gt=shown
    )
    for each in later.order_by("pk"):
        code = each.party.code if each.party else ""
        if each.key in chosen and chosen[each.key] != code:
            told = _(
                "“%(name)s”已由%(who)s认定为%(party)s，与您选的不同，这次没有保存。请核对后再定。"
            )
            said = {"name": each.name, "who": each.decided_name, "party": _meant(each)}
            raise ComparisonConflict(told % said)


def _meant(decision: NameDecision) -> str:
    party = decision.party
    return f"{party.name}（{party.code}）" if party else _("不是库内企业")


def place_of_decision(decision: NameDecision) -> Place:
    """Where a decision belongs; its region must have been fetched with it."""
    return Place(decision.region.path, owner=decision.decided_by)


def _firms(actor: Actor, comparison: Comparison, codes: set[str]) -> dict[str, Party]:
    rows = organisations.visible(actor).filter(
        party__code__in=codes, party__region__path__startswith=comparison.region.path
    )
    found = {each.party.code: each.party for each in rows}
    if missing := sorted(codes - set(found)):
        told = _("“%(code)s”不是这份名单所比区划里的企业。请填库内企业的全称或代码。")
        raise ComparisonConflict(told % {"code": missing[0]})
    return found


def _decision(
    actor: Actor, comparison: Comparison, row: ComparedRow, party: Party | None
) -> NameDecision:
    """The decision on a name, which takes the place of an earlier one for the region."""
    NameDecision.objects.filter(region=comparison.region, key=row.key, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=actor.code
    )
    return NameDecision.objects.create(
        region=comparison.region,
        key=row.key,
        name=row.name or row.credit_code,
        party=party,
        decided_by=actor.code,
        decided_name=actor.name,
    )


def _spread(rows: Iterable[ComparedRow], decision: NameDecision) -> int:
    """Let a decision count for every entry that is written alike."""
    changed = 0
    for row in rows:
        is_open = row.group != ComparedRow.Group.SAME or row.decision is not None
        if is_open and row.key == decision.key:
            decide_row(row, decision)
            row.save(update_fields=["decision", "party", "group"])
            changed += 1
    return changed


def _settle(comparison: Comparison) -> None:
    """Count anew what stands in each group, and which entries mean a firm that came before."""
    first: dict[int, int] = {}
    changed: list[ComparedRow] = []
    meant = ComparedRow.objects.filter(comparison=comparison).exclude(party=None)
    for row in meant.order_by("position"):
        key = row.party_id  # type: ignore[attr-defined]
        if row.repeats != first.get(key):
            row.repeats = first.get(key)
            changed.append(row)
        first.setdefault(key, row.position)
    ComparedRow.objects.bulk_update(changed, ["repeats"], batch_size=500)
    comparison.counts = queries.counted(comparison)
    comparison.save(update_fields=["counts"])


def _counts(comparison: Comparison) -> dict[str, tuple[audit.Plain, audit.Plain]]:
    return {name: (None, count) for name, count in comparison.counts.items()}


def _told(decision: NameDecision, action: str) -> audit.Line:
    meant = _meant(decision)
    pair = (None, meant) if action == "make" else (meant, None)
    return audit.Line(
        f"name_decision.{action}",
        SourceRef("name_decision", str(decision.pk)),
        decision.name,
        place_of_decision(decision),
        {"party": pair},
    )

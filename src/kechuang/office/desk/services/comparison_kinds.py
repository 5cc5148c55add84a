"""What can be done to all firms of a list: a title, a tag, a place in a batch, a stage of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from kechuang.office.desk.models import ActChange, ComparisonAct
from kechuang.office.ground.actors import Actor
from kechuang.office.parties.models import Party
from kechuang.office.registry.models import Organisation, Qualification, Tag
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.queries.organisations import changeable
from kechuang.office.registry.services import organisations, qualifications

Kind = ComparisonAct.Kind
R = TypeVar("R", bound=Model)
DAYS: Final = ("issued_on", "expires_on", "as_of", "on")


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: `values` are those of the kind, days as days."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The values as JSON holds them."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in self.values.items()
        }

    @classmethod
    def of(cls, made: ComparisonAct) -> Work:
        """What an act was told to do."""
        values = {
            name: date.fromisoformat(value) if name in DAYS and value else value
            for name, value in made.told.items()
        }
        return cls(made.kind, values)

    @property
    def provenance(self) -> Provenance:
        """Where the values come from."""
        return Provenance(self.values["source"], self.values["as_of"], self.values["document"])

    def title(self) -> dict[str, Any]:
        """The columns of a title."""
        return {
            name: value
            for name, value in self.values.items()
            if name not in ("source", "as_of", "document")
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one firm: `why` says why nothing is done, empty where something is.

    `row` and `stamp` say what was written.
    """

    party: Party
    why: str = ""
    told: str = ""
    row: int | None = None
    stamp: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActKind:
    """One kind of act: what it needs, what it would do, doing it, undoing it.

    `undo` gives for each change that stays the reason.
    """

    verb: str
    plan: Callable[[Actor, Sequence[Party], Work], list[Outcome]]
    do: Callable[[Actor, Sequence[Outcome], Work], list[Outcome]]
    undo: Callable[[Actor, Sequence[ActChange], Work], dict[int, str]]
    check: Callable[[Actor, Sequence[Party], Work], None]


def sentence(error: ValidationError) -> str:
    """What a service refused, in one sentence."""
    return " ".join(error.messages)


def taken_back(
    actor: Actor,
    changes: Sequence[ActChange],
    rows: QuerySet[R],
    withdraw: Callable[[Actor, R, datetime, str], None],
    gone: str,
) -> dict[int, str]:
    """Withdraw the rows that were put in; by change why a row stays, `gone` where there is none."""
    found = rows.in_bulk([each.row for each in changes if each.row])
    kept: dict[int, str] = {}
    for each in changes:
        row = found.get(each.row or 0)
        if row is None or each.stamp is None:
            kept[each.pk] = gone
            continue
        try:
            withdraw(actor, row, each.stamp, _("撤销名单比对的办理"))
        except ValidationError as error:
            kept[each.pk] = sentence(error)
    return kept


# --- titles


def plan_titles(actor: Actor, parties: Sequence[Party], work: Work) -> list[Outcome]:
    """Who gets the title anew, whose is renewed, and who has this very one already."""
    held = _held(parties, work)
    return [_title_outcome(party, held.get(party.pk, ()), work) for party in parties]


def _held(parties: Sequence[Party], work: Work) -> dict[int, list[Qualification]]:
    """The rows of the same title and level by party, newest first."""
    level = work.values.get("level") or qualifications.OWN_LEVELS.get(work.values["title"], "")
    keys = [each.pk for each in parties]
    found: dict[int, list[Qualification]] = {}
    for start in range(0, len(keys), 500):
        rows = Qualification.objects.select_related("party__region").filter(
            party__in=keys[start : start + 500], title=work.values["title"], level=level
        )
        for row in rows.order_by("-issued_on", "-pk"):
            found.setdefault(row.party_id, []).append(row)  # type: ignore[attr-defined]
    return found


def _title_outcome(party: Party, held: Sequence[Qualification], work: Work) -> Outcome:
    day, batch = work.values.get("issued_on"), work.values.get("batch_name")
    for row in held:
        if day and row.issued_on == day:
            return Outcome(party, _("%(day)s发证的这项称号已登记") % {"day": day})
        if batch and row.batch_name == batch:
            return Outcome(party, _("“%(batch)s”的这项称号已登记") % {"batch": batch})
        if not day and row.status == Qualification.Status.VALID:
            return Outcome(party, _("已有这项称号，没填发证日期，分不清是不是同一张"))
    before = _renewable(held, day)
    if before is not None:
        return Outcome(
            party, told=_("续%(day)s的证") % {"day": before.issued_on or _("此前")}, row=before.pk
        )
    return Outcome(party, told=_("新登记"))


def _renewable(held: Sequence[Qualification], day: date | None) -> Qualification | None:
    """The newest row that the new one follows; a cancelled one is followed by none."""
    for row in held:
        if row.status != Qualification.Status.CANCELLED:
            earlier = row.issued_on is None or (day is not None and row.issued_on < day)
            followed = Qualification.objects.filter(previous=row).exists()
            return row if earlier and not followed else None
    return None


def do_titles(actor: Actor, outcomes: Sequence[Outcome], work: Work) -> list[Outcome]:
    """Put the titles in, each with where it comes from."""
    return [_put_in(actor, each, work) for each in outcomes]


def _put_in(actor: Actor, outcome: Outcome, work: Work) -> Outcome:
    values = work.title()
    try:
        if outcome.row is None:
            made = qualifications.create(actor, outcome.party, values, work.provenance)
        else:
            before = Qualification.objects.select_related("party__region").get(pk=outcome.row)
            more = {name: each for name, each in values.items() if name not in ("title", "level")}
            made = qualifications.renew(actor, before, more, work.provenance)
    except ValidationError as error:
        return Outcome(outcome.party, sentence(error))
    return Outcome(outcome.party, told=outcome.told, row=made.pk, stamp=made.changed_at)


def undo_titles(actor: Actor, changes: Sequence[ActChange], work: Work) -> dict[int, str]:
    """Take the titles out that nobody changed since."""
    rows = Qualification.objects.select_related("party__region")
    return taken_back(actor, changes, rows, qualifications.withdraw, _("称号已不存在"))


def check_title(actor: Actor, parties: Sequence[Party], work: Work) -> None:
    """Refuse a title that can be kept for nobody, such as one of a wrong level."""
    qualifications.check(Qualification(party=parties[0], **work.title()))


# --- tags


def plan_tags(actor: Actor, parties: Sequence[Party], work: Work) -> list[Outcome]:
    """Who gets the tag, and who has it already."""
    codes = [each.code for each in parties]
    fresh = Organisation.objects.filter(party__code__in=codes)
    if work.values.get("tag"):
        fresh = fresh.exclude(tags=work.values["tag"])
    wanted = set(fresh.values_list("party__code", flat=True))
    return [
        Outcome(each, "" if each.code in wanted else _("已有这个标签"), _("贴上"))
        for each in parties
    ]


def do_tags(actor: Actor, outcomes: Sequence[Outcome], work: Work) -> list[Outcome]:
    """Put the tag on."""
    tag = _tag(work)
    organisations.set_tags(actor, [each.party.code for each in outcomes], tag, on=True)
    return [Outcome(each.party, row=tag.pk) for each in outcomes]


def undo_tags(actor: Actor, changes: Sequence[ActChange], work: Work) -> dict[int, str]:
    """Take the tag off where it still is."""
    codes = {each.party.code: each.pk for each in changes}
    tag = _tag(work)
    rows = changeable(actor).filter(party__code__in=list(codes))
    on = organisations.tag_effect(rows, tag, on=False)
    there = set(on.values_list("party__code", flat=True))
    organisations.set_tags(actor, there, tag, on=False)
    return {key: _("标签已被取下") for code, key in codes.items() if code not in there}


def _tag(work: Work) -> Tag:
    return Tag.objects.select_related("region").get(pk=work.values["tag"])


def check_tag(actor: Actor, parties: Sequence[Party], work: Work) -> None:
    """Refuse a tag that is not there."""
    if not Tag.objects.filter(pk=work.values.get("tag")).exists():
        raise ValidationError({"tag": _("没有这个标签。请从列表中选择，或新建一个。")})


KINDS: Final[Mapping[str, ActKind]] = {
    Kind.TITLE: ActKind("qualification.change", plan_titles, do_titles, undo_titles, check_title),
    Kind.TAG: ActKind("organisation.change", plan_tags, do_tags, undo_tags, check_tag),
}

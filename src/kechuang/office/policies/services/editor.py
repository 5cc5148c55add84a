"""Revising rules: draft, state the cases, submit; somebody else publishes or gives it back."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.notices import notify
from kechuang.office.ground.permissions import Reason, Refusal, acting
from kechuang.office.ground.showing import data
from kechuang.office.policies import revising
from kechuang.office.policies.models import PolicyDocument, RuleRevision
from kechuang.office.policies.queries import editor as queries
from kechuang.office.policies.queries.runs import root
from kechuang.office.policies.rules import rulebook, sentences
from kechuang.office.policies.telling import PUBLISH, REVISE, revision_line
from kechuang.office.regions.models import Region
from kechuang.office.registry.records import refuse
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.errors import RulebookError, RuleError
from kechuang.rulebook.model import Rule
from kechuang.rulebook.revising import AddedCase, NewValue, Restated

VERSION: Final = re.compile(r"[0-9A-Za-z_-]{1,20}")
State = RuleRevision.State
OPEN: Final = (State.DRAFT, State.RETURNED)
"""In which states an author goes on writing."""
TOLD: Final = (
    "version", "since", "until", "document_title", "document_number", "article", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author says of a new version; `document` None where the rule quotes it already."""

    version: str
    since: date
    until: date | None
    document: PolicyDocument | None
    title: str
    number: str
    article: str
    reason: str
    values: Sequence[NewValue] = ()


def begin(actor: Actor, rule: str, base: str, draft: Draft) -> RuleRevision:
    """Draft a new version of a version that holds here.

    Raises `ValidationError` by field, with all that the loader finds wrong with the new file.
    """
    region = root()
    with acting(actor, REVISE, Place(region.path)):
        book = rulebook()
        row = RuleRevision(
            region=region, rule=rule, base=base, author=actor.code, author_name=actor.name
        )
        found = _base(book, row, new=True)
        row.name, row.base_digest = found.name, found.digest
        row.base_text = found.content.decode("utf-8-sig")
        _lay(row, found, draft)
        _write(row, found, book)
        row.save(force_insert=True)
        _tell(actor, "rule.draft", row, audit.changes_between({}, _plain(row)))
    return row


def change(actor: Actor, row: RuleRevision, draft: Draft) -> audit.Changes:
    """Write a draft anew. With other numbers or days, cases have to be stated again."""
    with _held(actor, row) as kept:
        book = rulebook()
        found = _base(book, kept)
        before, old = _plain(kept), (kept.values, kept.since, kept.until)
        _lay(kept, found, draft)
        if (kept.values, kept.since, kept.until) != old:
            kept.restated = []
        _write(kept, found, book)
        changes = audit.changes_between(before, _plain(kept))
        if changes:
            kept.state = State.DRAFT
            kept.save()
            _tell(actor, "rule.change", kept, changes)
    return changes


def state_cases(
    actor: Actor, row: RuleRevision, restated: Sequence[Restated], added: Sequence[AddedCase]
) -> RuleRevision:
    """Say what the cases must give by the new version, and add cases for the new numbers.

    Raises `ValidationError` where one cannot be read; whether it comes out so is asked later.
    """
    with _held(actor, row) as kept:
        book = rulebook()
        found = _base(book, kept)
        kept.restated = [asdict(each) for each in restated]
        kept.added = [{**asdict(each), "given": dict(each.given)} for each in added]
        _write(kept, found, book)
        kept.state = State.DRAFT
        kept.save()
        counts = {"restated": (None, len(restated)), "added": (None, len(added))}
        _tell(actor, "rule.cases", kept, {**counts, "digest": (None, kept.digest)})
    return kept


def submit(actor: Actor, row: RuleRevision) -> RuleRevision:
    """Hand a revision to somebody else for publication.

    Raises `ValidationError` where a case does not come out, where no case notices a new number, or
    where there is no preview of exactly this text.
    """
    with _held(actor, row) as kept:
        _check(kept, rulebook())
        kept.state, kept.submitted_at = State.SUBMITTED, timezone.now()
        kept.save()
        _tell(actor, "rule.submit", kept, {"digest": (None, kept.digest)})
    return kept


def withdraw(actor: Actor, row: RuleRevision, reason: str) -> RuleRevision:
    """Take a revision back that is not published; it stays to be read."""
    with _held(actor, row, State.SUBMITTED, *OPEN) as kept:
        kept.state, kept.note = State.WITHDRAWN, reason
        kept.save()
        _tell(actor, "rule.withdraw", kept, {}, reason)
    return kept


def give_back(actor: Actor, row: RuleRevision, reason: str) -> RuleRevision:
    """Return a submitted revision to its author, with what is to be mended."""
    with _decided(actor, row) as kept:
        kept.state, kept.note = State.RETURNED, reason
        kept.save()
        _tell(actor, "rule.return", kept, {}, reason)
        told = _("规则修订“%(name)s”被退回：%(reason)s") % {"name": kept, "reason": reason}
        notify(kept.author, told, queries.address_of(kept))
    return kept


def publish(actor: Actor, row: RuleRevision) -> RuleRevision:
    """Let a version count from its first day on, for all of the installation.

    Raises `Refusal` to its author. Raises `ValidationError` where the version that it changes is
    no longer what it was, where a case does not come out, or without a preview of this text.
    """
    with _decided(actor, row) as kept:
        _check(kept, rulebook())
        last = RuleRevision.objects.aggregate(last=Max("order"))["last"] or 0
        kept.state, kept.order = State.PUBLISHED, last + 1
        kept.save()
        changes: audit.Changes = {
            "version": (kept.base, kept.version),
            "since": (None, kept.since.isoformat()),
            "digest": (kept.base_digest, kept.digest),
        }
        _tell(actor, "rule.publish", kept, changes)
        told = _("规则修订“%(name)s”已发布，%(day)s起生效。")
        words = {"name": kept, "day": kept.since.isoformat()}
        notify(kept.author, told % words, queries.address_of(kept))
    return kept


# --- what they share


def _lay(row: RuleRevision, base: Rule, draft: Draft) -> None:
    """Put what was said into the columns."""
    if not VERSION.fullmatch(draft.version):
        raise refuse("version", _("版本号用数字、字母、“-”和“_”，不超过20个字符。"))
    if draft.since < base.since:
        told = _("早于所改版本的生效日期%(day)s。请改为不早于那天的日期。")
        raise refuse("since", told, day=base.since.isoformat())
    if base.until is not None:
        if draft.until is None:
            told = _("所改的版本写有失效日期%(day)s，不能删去。请写一个日期。")
            raise refuse("until", told, day=base.until.isoformat())
        if (draft.since - base.until).days > 1:
            told = _("所改的版本到%(day)s失效，中间会有没有规则的日子。请提前生效日期。")
            raise refuse("since", told, day=base.until.isoformat())
    if draft.until is not None and draft.until < draft.since:
        raise refuse("until", _("失效日期早于生效日期。请核对。"))
    for each in draft.values:
        if each.since < draft.since:
            told = _("“%(place)s”的起始日期早于新版本的生效日期。请核对。")
            raise ValidationError(told % {"place": each.place})
    if not draft.values and (draft.since, draft.until) == (base.since, base.until):
        raise ValidationError(_("没有改任何参数或日期。请至少改一处。"))
    row.version, row.since, row.until = draft.version, draft.since, draft.until
    row.document, row.document_title = draft.document, draft.title
    row.document_number, row.article, row.reason = draft.number, draft.article, draft.reason
    row.values = [
        {"place": each.place, "value": each.value, "since": each.since.isoformat()}
        for each in draft.values
    ]
    row.changed_at = timezone.now()


def _write(row: RuleRevision, base: Rule, book: Rulebook) -> None:
    """Make the file, and refuse it with all that the loader finds wrong."""
    with _in_words():
        row.text = revising.text_of(row, base)
        row.digest = revising.digest_of(row.text)
        revising.book_with(book, row)


@contextmanager
def _in_words() -> Generator[None]:
    try:
        yield
    except RuleError as error:
        raise ValidationError(data(str(error))) from error
    except RulebookError as error:
        raise ValidationError(data(sentences(error))) from error


def _base(book: Rulebook, row: RuleRevision, *, new: bool = False) -> Rule:
    """The version that is changed, as long as it is what the author read."""
    found = revising.base_of(book, row)
    if found is None or not queries.holds(found):
        told = _("规则“%(rule)s”没有版本%(version)s，或不在本地适用。请从规则列表重新选择。")
        raise ValidationError(told % {"rule": row.rule, "version": row.base})
    if not new and found.digest != row.base_digest:
        told = _(
            "版本%(version)s在起草之后已经变了（另有修订发布，或程序更新了它），"
            "不能再按原来的文本发布。请撤回，从现在的版本重新起草。"
        )
        raise ValidationError(told % {"version": row.base})
    return found


def _check(row: RuleRevision, book: Rulebook) -> None:
    """Refuse a revision that is not ready: its cases, its new numbers, its preview."""
    base = _base(book, row)
    with _in_words():
        found = revising.standing(book, row, base)
    problems = [
        _("例“%(name)s”的“%(item)s”写的是“%(expected)s”，新版本算出“%(actual)s”。请在“算例”里重新写明。")
        % {
            "name": each.name, "item": each.shows, "expected": each.expected,
            "actual": each.actual,
        }
        for each in found.failures
    ]  # fmt: skip
    problems += [
        _("%(told)s。请在“算例”里补一个刚好达到、一个刚好不到的例。") % {"told": each}
        for each in found.uncaught
    ]
    if queries.preview_of(row) is None:
        problems.append(_("还没有按现在的文本预览过影响。请先预览。"))
    if problems:
        raise ValidationError(problems)


@contextmanager
def _held(actor: Actor, row: RuleRevision, *states: str) -> Generator[RuleRevision]:
    """A revision of one's own that is still open, locked, in the frame of a service."""
    with acting(actor, REVISE, Place(row.region.path)):
        kept = _locked(row)
        if kept.author != actor.code:
            told = _("这份修订由%(name)s起草，只有起草人能改。要改的，请退回或另行起草。")
            raise ValidationError(told % {"name": kept.author_name})
        _in_state(kept, states or OPEN)
        yield kept


@contextmanager
def _decided(actor: Actor, row: RuleRevision) -> Generator[RuleRevision]:
    """A submitted revision of somebody else, locked: one after another for the installation."""
    with acting(actor, PUBLISH, Place(row.region.path)):
        Region.objects.select_for_update().get(pk=row.region.pk)
        kept = _locked(row)
        if kept.author == actor.code:
            detail = _("起草人不能发布或退回自己的修订。请由另一位有发布权限的人办理。")
            raise Refusal(PUBLISH, Reason.SEPARATION, detail)
        _in_state(kept, [State.SUBMITTED])
        kept.decided_by, kept.decided_name = actor.code, actor.name
        kept.decided_at = timezone.now()
        yield kept


def _locked(row: RuleRevision) -> RuleRevision:
    rows = RuleRevision.objects.select_related("region", "document")
    return rows.select_for_update(of=("self",)).get(pk=row.pk)


def _in_state(row: RuleRevision, states: Iterable[str]) -> None:
    if row.state not in states:
        told = _("这份修订现在是“%(state)s”，不能这样做。请刷新页面。")
        raise ValidationError(told % {"state": row.get_state_display()})  # type: ignore[attr-defined]


def _plain(row: RuleRevision) -> dict[str, Any]:
    """A revision in plain values, for the trail: each new parameter under its place."""
    found: dict[str, Any] = {name: getattr(row, name) for name in TOLD}
    for name in ("since", "until"):
        found[name] = found[name].isoformat() if found[name] else None
    found["values"] = "；".join(
        f"{each['place']} = {each['value']}（{each['since']}）" for each in row.values
    )
    found["digest"] = row.digest
    return found


def _tell(
    actor: Actor, action: str, row: RuleRevision, changes: audit.Changes, reason: str = ""
) -> None:
    audit.record(actor, revision_line(action, row, changes, reason))

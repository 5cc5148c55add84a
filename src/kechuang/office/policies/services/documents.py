"""Keeping policy documents: register, correct, say what took their place."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kechuang.office.ground import audit, files
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.ground.uploads import MIB, SCAN_KINDS, CheckedUpload, Incoming, received
from kechuang.office.policies.clauses import clauses
from kechuang.office.policies.models import PolicyClause, PolicyDocument, PolicyRule
from kechuang.office.policies.queries.documents import quoting, rule_names, successors
from kechuang.office.policies.telling import MANAGE_POLICY, VIEW_POLICY
from kechuang.office.regions.models import Region
from kechuang.reading.documents import DocumentError, document_of

KINDS: Final = (*SCAN_KINDS, "docx")
MOST_BYTES: Final = 50 * MIB
MOST_CHARACTERS: Final = 200_000
BEFORE_ISSUE: Final = timedelta(days=366)
"""Further before its issue no document holds: a year was mistyped."""
FIELDS: Final = (
    "title", "number", "issuer", "level", "issued_on", "in_force_on", "expires_on",
    "fair_competition", "legality", "reviews", "contact",
)  # fmt: skip


def register(
    actor: Actor,
    region: Region,
    values: Mapping[str, Any],
    rules: Sequence[str],
    copy: Incoming | None = None,
) -> PolicyDocument:
    """Take a document in. `values` are by column; `in_force_on` may be None: the day of issue.

    Without a text, that of the file is taken; without rules, those whose files quote the number.
    Raises `ValidationError` by field: dates in the wrong order, a file that is not accepted, a rule
    that there is not, a document that is kept already.
    """
    place = Place(region.path)
    require(actor, MANAGE_POLICY, place)
    upload = _received(actor, place, copy)
    document = PolicyDocument(region=region, kept_by=actor.code)
    _lay(document, values)
    document.text = values.get("text", "") or _text_of(upload)
    wanted = list(rules) or list(quoting(document.number))
    _check(document, wanted)
    with _kept_once(), acting(actor, MANAGE_POLICY, place):
        if upload:
            document.file = _stored(actor, upload, place)
        document.save(force_insert=True)
        _number_clauses(document)
        _link(document, wanted)
        _tell(actor, document, "register", audit.changes_between({}, _plain(document, wanted)))
    return document


def change(
    actor: Actor,
    document: PolicyDocument,
    values: Mapping[str, Any],
    rules: Sequence[str],
    copy: Incoming | None = None,
) -> audit.Changes:
    """Correct what is kept; gives what changed. A file is replaced only where one is given.

    Raises `ValidationError` by field, as `register`.
    """
    place = Place(document.region.path)
    require(actor, MANAGE_POLICY, place)
    upload = _received(actor, place, copy)
    with _kept_once(), _held(actor, document) as kept:
        linked = PolicyRule.objects.filter(document=kept).order_by("rule")
        before = _plain(kept, list(linked.values_list("rule", flat=True)))
        _lay(kept, values)
        kept.text = values.get("text", kept.text) or _text_of(upload)
        _check(kept, rules)
        if upload:
            kept.file = _stored(actor, upload, place)
        changes = audit.changes_between(before, _plain(kept, rules))
        if changes:
            kept.save()
            _number_clauses(kept)
            _link(kept, rules)
            _tell(actor, kept, "change", changes)
    return changes


def supersede(
    actor: Actor, document: PolicyDocument, successor: PolicyDocument, on: date
) -> PolicyDocument:
    """Say that from a day on another document stands in the place of this one.

    Raises `ValidationError` where it has been superseded already, where the other came before it or
    leads back to it, or where the day lies before its first.
    """
    with _held(actor, document) as kept:
        if kept.superseded_by is not None:
            told = _("已登记被“%(title)s”取代。登记错了的，先撤销。")
            raise ValidationError(told % {"title": kept.superseded_by.title})
        if not successors(actor, kept).filter(pk=successor.pk).exists():
            told = _("这份文件不能取代它：是它自己，或已被它取代。请另选。")
            raise ValidationError({"successor": told})
        if on < kept.in_force_on:
            told = _("被取代日期早于施行日期%(day)s。请核对。")
            raise ValidationError({"on": told % {"day": kept.in_force_on}})
        kept.superseded_by, kept.superseded_on = successor, on
        kept.save(update_fields=["superseded_by", "superseded_on"])
        changes: audit.Changes = {
            "superseded_by": (None, str(successor)),
            "superseded_on": (None, on.isoformat()),
        }
        _tell(actor, kept, "supersede", changes)
    return kept


def restore(actor: Actor, document: PolicyDocument, reason: str) -> PolicyDocument:
    """Take back that a document was superseded, with the reason."""
    with _held(actor, document) as kept:
        if kept.superseded_by is None or kept.superseded_on is None:
            raise ValidationError(_("没有登记过被取代。"))
        changes: audit.Changes = {
            "superseded_by": (str(kept.superseded_by), None),
            "superseded_on": (kept.superseded_on.isoformat(), None),
        }
        kept.superseded_by = kept.superseded_on = None
        kept.save(update_fields=["superseded_by", "superseded_on"])
        _tell(actor, kept, "restore", changes, reason)
    return kept


def document_file(actor: Actor, document: PolicyDocument) -> File[bytes]:
    """The document itself, for whoever may see it; leaves a line. Raises `FileMissing`."""
    with acting(actor, VIEW_POLICY):
        if document.file is None:
            raise ValidationError(_("没有上传文件。"))
        content = files.open_file(document.file)
        _tell(actor, document, "read", {"sha256": (None, document.file.digest)})
    return content


# --- steps


def _lay(document: PolicyDocument, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(document, name, values[name])
    document.in_force_on = document.in_force_on or document.issued_on


def _check(document: PolicyDocument, rules: Sequence[str]) -> None:
    wrong: dict[str, str] = {}
    # Some hold from a day before they were issued: 国科发火〔2016〕32号 of 29 January from the 1st.
    if document.in_force_on < document.issued_on - BEFORE_ISSUE:
        told = _("施行日期比发布日期%(day)s早一年以上。请核对。")
        wrong["in_force_on"] = told % {"day": document.issued_on}
    if document.expires_on is not None and document.expires_on < document.in_force_on:
        told = _("有效期至早于施行日期%(day)s。请核对。")
        wrong["expires_on"] = told % {"day": document.in_force_on}
    if document.superseded_on is not None and document.superseded_on < document.in_force_on:
        told = _("施行日期晚于已登记的被取代日期%(day)s。请核对。")
        wrong["in_force_on"] = told % {"day": document.superseded_on}
    if len(document.text) > MOST_CHARACTERS:
        told = _("正文超过%(most)s字。请只留政策条文，附件用文件上传。")
        wrong["text"] = told % {"most": f"{MOST_CHARACTERS:,}"}
    unknown = set(rules) - set(rule_names())
    if unknown:
        told = _("规则库里没有%(rules)s。请从列表中选择。")
        wrong["rules"] = told % {"rules": "、".join(sorted(unknown))}
    if wrong:
        raise ValidationError(wrong)


def _received(actor: Actor, place: Place, copy: Incoming | None) -> CheckedUpload | None:
    return received(actor, place, "file", copy, KINDS, MOST_BYTES) if copy else None


def _stored(actor: Actor, upload: CheckedUpload, place: Place) -> Any:
    return files.store(actor, upload.name, upload.stream(), upload.media_type, place)


def _text_of(upload: CheckedUpload | None) -> str:
    """The text of a file; a scan has none."""
    if upload is None or not upload.kind.engine:
        return ""
    try:
        return document_of(Path(upload.name), upload.content).raw
    except DocumentError:
        return ""


def _number_clauses(document: PolicyDocument) -> None:
    PolicyClause.objects.filter(document=document).delete()
    PolicyClause.objects.bulk_create(
        PolicyClause(document=document, order=order, number=each.number, text=each.text)
        for order, each in enumerate(clauses(document.text), 1)
    )


def _link(document: PolicyDocument, rules: Sequence[str]) -> None:
    PolicyRule.objects.filter(document=document).exclude(rule__in=rules).delete()
    has = set(PolicyRule.objects.filter(document=document).values_list("rule", flat=True))
    PolicyRule.objects.bulk_create(
        PolicyRule(document=document, rule=rule) for rule in sorted(set(rules) - has)
    )


@contextmanager
def _held(actor: Actor, document: PolicyDocument) -> Generator[PolicyDocument]:
    with acting(actor, MANAGE_POLICY, Place(document.region.path)):
        rows = PolicyDocument.objects.select_related("region", "file", "superseded_by")
        yield rows.select_for_update(of=("self",)).get(pk=document.pk)


@contextmanager
def _kept_once() -> Generator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        told = _("这个机关的这个文号已经登记过。请在列表里查找。")
        raise ValidationError({"number": told}) from error


def _plain(document: PolicyDocument, rules: Sequence[str]) -> dict[str, audit.Plain]:
    """What is told of a document: of the text how long it is and its digest, not its words."""
    found: dict[str, Any] = {name: getattr(document, name) for name in FIELDS}
    return {
        **{
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in found.items()
        },
        "text": hashlib.sha256(document.text.encode()).hexdigest() if document.text else "",
        "characters": len(document.text),
        "rules": "、".join(rule_names().get(rule, rule) for rule in sorted(set(rules))),
        "sha256": document.file.digest if document.file else "",
    }


def _tell(
    actor: Actor,
    document: PolicyDocument,
    action: str,
    changes: audit.Changes,
    reason: str = "",
) -> None:
    subject = SourceRef("policy_document", str(document.pk))
    said = {name: pair for name, pair in changes.items() if any(each for each in pair)}
    place = Place(document.region.path)
    line = audit.Line(f"policy.{action}", subject, str(document), place, said, reason)
    audit.record(actor, line)

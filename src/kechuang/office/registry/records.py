"""What the parts of the registry that keep plain records share: reading, writing, telling.

A part states its `Register` once. Its services stay plain functions: they say what an act changes,
the register checks the permission, locks the row, saves it and writes the line of the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.audit import Plain
from kechuang.office.ground.permissions import acting, require
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import EncryptedTextField, masked
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.codes import code_fault
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.provenance import Provenance, check_editable, check_source, columns
from kechuang.office.registry.sources import load_sources
from kechuang.office.registry.standing import options

M = TypeVar("M", bound=Sourced)


@dataclass(frozen=True, slots=True)
class Register(Generic[M]):
    """The records of one kind.

    `kind` names it in the trail, `view` and `change` are verbs, `related` what is read with a row,
    `place` where a row belongs, `name` and `key` what it is called and found by there, `fields` the
    columns that an officer writes, `options` the frame and field of the dictionary that has the
    words of a column.
    """

    kind: str
    model: type[M]
    view: str
    change: str
    related: tuple[str, ...]
    place: Callable[[M], Place]
    name: Callable[[M], str]
    key: Callable[[M], str]
    fields: tuple[str, ...]
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def visible(self, actor: Actor) -> QuerySet[M]:
        """The rows that an actor may see, with what belongs to each."""
        return limit(self._rows(), actor, self.view)

    def changeable(self, actor: Actor) -> QuerySet[M]:
        """The rows that an actor may change, with what belongs to each."""
        return limit(self._rows(), actor, self.change)

    def create(self, actor: Actor, row: M, provenance: Provenance) -> M:
        """Keep a new row.

        Raises `ValidationError` where somebody kept the same one in the same moment.
        """
        try:
            with acting(actor, self.change, self.place(row)):
                stamp(row, actor, provenance)
                row.save(force_insert=True)
                self.tell(actor, row, "create", audit.changes_between({}, self.plain(row)))
        except IntegrityError as error:
            raise ValidationError(_("刚才有人登记了同一条记录。请打开列表核对。")) from error
        return row

    def write(
        self, actor: Actor, row: M, action: str, alter: Callable[[M], None], reason: str = ""
    ) -> audit.Changes:
        """Let `alter` change the locked row, keep it, tell it; gives what changed.

        The actor must reach the place that the row had and the one that it gets.
        """
        with self.within(actor, row) as kept:
            before = self.plain(kept)
            alter(kept)
            changes = audit.changes_between(before, self.plain(kept))
            if changes:
                require(actor, self.change, self.place(kept))
                kept.changed_at = timezone.now()
                kept.save()
                self.tell(actor, kept, action, changes, reason)
        return changes

    def update(
        self, actor: Actor, row: M, values: Mapping[str, Any], provenance: Provenance,
        check: Callable[[M], None],
    ) -> audit.Changes:  # fmt: skip
        """Write values over a row, as far as its source allows it.

        What another body keeps is only replaced by a newer list of such a body.
        """

        def alter(kept: M) -> None:
            if not replaces(kept, provenance):
                check_editable(kept)
            before = self.plain(kept)
            for name in self.fields:
                if name in values:
                    setattr(kept, name, values[name])
            check(kept)
            if before != self.plain(kept):
                stamp(kept, actor, provenance)

        return self.write(actor, row, "change", alter)

    @contextmanager
    def within(self, actor: Actor, row: M) -> Generator[M]:
        """A transaction in which the row, read anew, is locked."""
        with acting(actor, self.change, self.place(row)):
            kept = self._rows().select_for_update(of=("self",)).get(pk=row.pk)
            require(actor, self.change, self.place(kept))
            yield kept

    def tell(
        self, actor: Actor, row: M, action: str, changes: audit.Changes, reason: str = ""
    ) -> None:
        """Write what happened to a row into the trail; what is secret is masked.

        What was empty and stays empty is not told.
        """
        said = {
            name: pair
            for name, pair in changes.items()
            if any(each not in (None, "") for each in pair)
        }
        shown = {name: self._told(name, pair) for name, pair in said.items()}
        line = audit.Line(
            f"{self.kind}.{action}",
            self.ref(row),
            self.name(row),
            self.place(row),
            shown,
            reason,
        )
        audit.record(actor, line)

    def ref(self, row: M) -> SourceRef:
        """What the trail calls a row."""
        return SourceRef(self.kind, self.key(row))

    def plain(self, row: M) -> dict[str, Plain]:
        """All that an act may change, in plain values; codes of the dictionary in its words."""
        found = {name: plain(getattr(row, name)) for name in (*self.fields, "document", "as_of")}
        for name, where in self.options.items():
            code = str(found[name])
            found[name] = options(*where).get(code, code)
        return {**found, "source": load_sources()[row.source].name}

    def _rows(self) -> QuerySet[M]:
        return self.model._default_manager.select_related(*self.related)

    def _told(self, name: str, pair: tuple[Plain, Plain]) -> tuple[Plain, Plain]:
        named = {each.name: each for each in self.model._meta.concrete_fields}
        if not isinstance(named.get(name), EncryptedTextField):
            return pair
        before, after = (masked("id", str(each)) if each else each for each in pair)
        return before, after


def plain(value: Any) -> Plain:
    """A value as the trail holds it."""
    match value:
        case None | bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
    return str(value)


def stamp(row: Sourced, actor: Actor, provenance: Provenance) -> None:
    """Write into a row where its values come from and who says so."""
    for name, value in columns(actor, provenance).items():
        setattr(row, name, value)


def replaces(row: Sourced, provenance: Provenance) -> bool:
    """Whether a newer list of a competent body speaks over this row."""
    source = check_source(provenance.source)
    newer = provenance.as_of >= row.as_of and provenance.document not in ("", row.document)
    return source.official and source.rank <= row.rank and newer


def refuse(name: str, words: str, /, **values: object) -> ValidationError:
    """What is wrong with one field, in a sentence."""
    return ValidationError({name: words % values})


def check_order(row: Any, first: str, last: str) -> None:
    """Refuse two dates in the wrong order; what is not known is not compared."""
    before, after = getattr(row, first), getattr(row, last)
    if before and after and after < before:
        told = _("“%(last)s”%(after)s早于“%(first)s”%(before)s。请核对两个日期。")
        raise refuse(
            last,
            told,
            last=type(row)._meta.get_field(last).verbose_name,
            first=type(row)._meta.get_field(first).verbose_name,
            after=after,
            before=before,
        )


def check_past(row: Any, name: str) -> None:
    """Refuse a day to come of something that has happened."""
    day = getattr(row, name)
    if day and day > timezone.localdate():
        told = _("“%(label)s”%(day)s在今天之后。请核对。")
        raise refuse(name, told, label=type(row)._meta.get_field(name).verbose_name, day=day)


def check_option(row: Any, name: str, codes: Mapping[str, str]) -> None:
    """Refuse a code that the dictionary does not have."""
    code = getattr(row, name)
    if code and code not in codes:
        label = type(row)._meta.get_field(name).verbose_name
        raise refuse(
            name,
            _("“%(label)s”没有“%(code)s”这一项。请从列表中选择。"),
            label=label,
            code=code,
        )


def check_code(code: str) -> None:
    """Refuse a code that cannot stand in an address, or must not."""
    fault = code_fault(code)
    if fault == "identity":
        told = _("“%(code)s”像是居民身份证号。编号会显示在列表和地址里，请换一个。")
        raise refuse("code", told, code=code)
    if fault:
        told = _("“%(code)s”不能作编号：用3至40个字母、数字、点、横线，以字母或数字开头。")
        raise refuse("code", told, code=code)

"""What a merge would do: what moves, what clashes, what differs, before anybody decides."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.apps import apps
from django.db.models import CharField, F, Model, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.secrets import masked
from kechuang.office.ground.showing import figures
from kechuang.office.ground.slots import Text, merge_rules
from kechuang.office.parties.models import Party
from kechuang.office.registry.fact_words import field_name
from kechuang.office.registry.merging import (
    MONEY_FIELDS,
    RELATIONS,
    SECRET_FIELDS,
    SPECIAL,
    Clash,
    Relation,
    columns_of,
    is_blank,
    own_fields,
)
from kechuang.office.registry.models import CellSource, Merge, Organisation, Person, Unlike
from kechuang.office.registry.models.base import Sourced
from kechuang.office.registry.models.facts import STANDING_FIELDS, YEARLY_FIELDS
from kechuang.office.registry.proposing import told
from kechuang.office.registry.provenance import place_of
from kechuang.office.registry.sourced import source_name
from kechuang.office.registry.sources import load_sources
from kechuang.reference import load_dictionary

Mergeable = Organisation | Person
_DICTIONARY = {each.code: each for each in (*YEARLY_FIELDS, *STANDING_FIELDS)}
_OF_THE_ROW = {
    "source", "rank", "document", "as_of", "confirmed_by", "confirmed_name", "changed_at",
    "found_at", "settled_by", "settled_at",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of the two records: what each says, and what becomes of it.

    `state` is `same`, `only_stays`, `only_goes` (taken over), `differ` (the officer may choose) or
    `official` (they differ, and only the surviving one is another body's).
    """

    code: str
    name: Text
    goes: str
    stays: str
    state: str


@dataclass(frozen=True, slots=True)
class RowPair:
    """A thing of which both records have one, so that only one row can count."""

    key: str
    relation: Relation
    name: str
    differences: tuple[tuple[Text, str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge of these two would do. `digest` changes when anything of it does."""

    goes: Mergeable
    stays: Mergeable
    fields: tuple[FieldPair, ...]
    moving: tuple[tuple[Text, int], ...]
    pairs: tuple[RowPair, ...]
    doubts: tuple[str, ...]
    digest: str


def key_of(relation: Relation, row: Model) -> str:
    """How a form names the choice between a row of the record that goes and its counterpart."""
    return f"{relation.key}:{row.pk}"


def plan(goes: Mergeable, stays: Mergeable) -> Plan:
    """What would move from one record to the other, and where they disagree."""
    counts = _counts(goes.pk)
    theirs = _counts(stays.pk)
    pairs: list[RowPair] = []
    seen: list[object] = [goes.changed_at, stays.changed_at, sorted(counts.items())]
    for relation in RELATIONS:
        if relation.clash is Clash.NONE or not (counts[relation.key] and theirs[relation.key]):
            continue
        for first, second in clashing(relation, goes.pk, stays.pk):
            seen.append((relation.key, first.pk, second.pk, _stamp(first), _stamp(second)))
            if relation.clash is Clash.CHOOSE and (differ := _differences(first, second)):
                name = _row_name(relation, first)
                pairs.append(RowPair(key_of(relation, first), relation, name, differ))
    fields = tuple(_fields(goes, stays))
    seen += [(each.code, each.goes, each.stays, each.state) for each in fields]
    digest = hashlib.sha256(repr(seen).encode()).hexdigest()
    doubts = tuple(_doubts(goes, stays))
    return Plan(goes, stays, fields, tuple(_told(counts)), tuple(pairs), doubts, digest)


def clashing(relation: Relation, goes: int, stays: int) -> list[tuple[Model, Model]]:
    """The rows of the two records that stand for the same thing, as pairs."""
    others = relation.others
    rows = relation.table._default_manager.filter(
        **{f"{relation.column}__in": (goes, stays)}
    ).order_by("pk")
    attributes = [_attribute(relation.table, each) for each in others]
    mine: dict[tuple[object, ...], Model] = {}
    theirs: dict[tuple[object, ...], Model] = {}
    for row in rows:
        identity = tuple(getattr(row, each) for each in attributes)
        owner = getattr(row, _attribute(relation.table, relation.column))
        (mine if owner == goes else theirs)[identity] = row
    return [(row, theirs[same]) for same, row in mine.items() if same in theirs]


def moving_keys() -> tuple[str, ...]:
    """Every column that a merge writes, as `app.Model.field`."""
    rooms = [key for rule in merge_rules for key in rule.covers]
    return (*(each.key for each in RELATIONS), *SPECIAL, *rooms)


def _attribute(table: type[Model], column: str) -> str:
    return table._meta.get_field(column).attname  # type: ignore[union-attr]


def _counts(pk: int) -> Counter[str]:
    """How many rows each column has that point to a party, in one query."""
    code = Party.objects.only("code").get(pk=pk).code
    parts = []
    for key in moving_keys():
        app, model, column = key.split(".")
        table = apps.get_model(app, model)
        field = table._meta.get_field(column)
        wanted = pk if field.is_relation else code
        rows = table._default_manager.filter(**{column: wanted})
        parts.append(rows.order_by().values_list(Value(key, CharField()), F("pk")).distinct())
    return Counter(key for key, _row in parts[0].union(*parts[1:], all=True))


def _told(counts: Mapping[str, int]) -> Iterable[tuple[Text, int]]:
    names: dict[str, Text] = {each.key: each.name for each in RELATIONS} | dict(SPECIAL)
    told: Counter[str] = Counter()
    for key, count in counts.items():
        told[str(names.get(key) or _table_name(key))] += count
    return sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))


def _table_name(key: str) -> str:
    """The rows of another room, by a word that officers know."""
    return {
        "accounts.Membership.party": _("账号的角色"),
        "ground.StoredFile.party": _("上传的文件"),
    }.get(key, _("后台任务"))


# --- the records themselves


def _fields(goes: Mergeable, stays: Mergeable) -> Iterable[FieldPair]:
    official = official_fields(stays) - official_fields(goes)
    for pair in compared(goes, stays):
        if pair.state == "differ" and pair.code in official:
            yield replace(pair, state="official")
        else:
            yield pair


def compared(goes: Mergeable, stays: Mergeable) -> Iterable[FieldPair]:
    """What two records say of themselves, field by field; what neither knows is left out."""
    model = type(stays)
    for code in own_fields(model):
        name = _attribute(model, code)
        first, second = getattr(goes, name), getattr(stays, name)
        if code == "parent" and first == stays.pk:
            first = None
        if not (is_blank(first) and is_blank(second)):
            yield FieldPair(
                code,
                model._meta.get_field(code).verbose_name,  # type: ignore[union-attr]
                own_value(goes, code),
                own_value(stays, code),
                _state(first, second),
            )


def _state(first: object, second: object) -> str:
    if first == second:
        return "same"
    if is_blank(first):
        return "only_stays"
    return "only_goes" if is_blank(second) else "differ"


def official_fields(record: Mergeable) -> set[str]:
    """The fields of a record whose value is another body's."""
    sources = load_sources()
    own = sources.get(record.source)
    found = set(own_fields(type(record))) if own and own.official else set()
    for cell in CellSource.objects.filter(party_id=record.pk):
        source = sources.get(cell.source)
        (found.add if source and source.official else found.discard)(cell.field)
    return found


def own_value(record: Mergeable, code: str) -> str:
    """A field of a record as pages tell it, masked where it is a secret."""
    value = getattr(record, code)
    if is_blank(value):
        return ""
    if code in SECRET_FIELDS:
        return masked(SECRET_FIELDS[code], str(value))
    if code in MONEY_FIELDS:
        return _("%(amount)s万元") % {"amount": figures(value / 10**6)}
    return _plain(record, code, value)


_OPTIONS: Final = {"size_class": "enterprises", "education": "people"}
"""Columns of a record's own that hold an option of the dictionary, with the frame that has it."""


def _plain(row: Model, code: str, value: object) -> str:
    field = _DICTIONARY.get(code)
    if field is not None:
        return told(field, value) + field.unit
    if code in _OPTIONS:
        return load_dictionary().field(_OPTIONS[code], code).options.get(str(value), str(value))
    display = getattr(row, f"get_{code}_display", None)
    if display is not None:
        return str(display())
    match value:
        case bool():
            return _("是") if value else _("否")
        case None:
            return ""
    return str(value)


# --- rows that stand for the same thing


def _differences(first: Model, second: Model) -> tuple[tuple[Text, str, str], ...]:
    found: list[tuple[Text, str, str]] = []
    for column in columns_of(type(first)):
        if column.name in _OF_THE_ROW or column.is_relation:
            continue
        one, other = getattr(first, column.attname), getattr(second, column.attname)
        if one != other:
            field = _DICTIONARY.get(column.name)
            name: Text = field_name(field) if field else column.verbose_name
            found.append(
                (name, _plain(first, column.name, one), _plain(second, column.name, other))
            )
    if found and isinstance(first, Sourced) and isinstance(second, Sourced):
        days = (str(first.as_of), str(second.as_of))
        if days[0] != days[1]:
            found.insert(0, (gettext_lazy("截至日期"), *days))
    return tuple(found)


def _row_name(relation: Relation, row: Any) -> str:
    """What two rows are rows of: a year and a source, a number, the name of the other side."""
    parts: list[str] = []
    for column in relation.others:
        value = getattr(row, column)
        if column == "source":
            value = source_name(value)
        elif column == "year":
            value = _("%(year)s年") % {"year": value} if value else ""
        elif column == "field":
            value = field_name(_DICTIONARY[value]) if value in _DICTIONARY else value
        parts.append(str(value))
    return " · ".join(part for part in parts if part)


def _stamp(row: Model) -> str:
    return repr([getattr(row, each.attname) for each in columns_of(type(row))])


# --- what speaks against a merge


def _doubts(goes: Mergeable, stays: Mergeable) -> Iterable[str]:
    """What makes it likely that the two are not one, each as a sentence."""
    first, second = sorted((goes.pk, stays.pk))
    unlike = Unlike.objects.filter(party=first, other=second).first()
    if unlike is not None:
        yield _("此前已认定不是同一家，理由是：%(reason)s。") % {"reason": unlike.reason}
    if isinstance(goes, Organisation) and isinstance(stays, Organisation):
        if goes.credit_code and stays.credit_code:
            yield _(
                "两份档案有不同的统一社会信用代码（%(goes)s、%(stays)s），通常是两家单位。"
                "企业吸收合并不是重复建档，请保留两份档案，把并入方改为“注销”。"
            ) % {"goes": goes.credit_code, "stays": stays.credit_code}
        if goes.credit_code and not stays.credit_code:
            yield _("有统一社会信用代码的是并入方。代码会转到保留方；通常应保留有代码的那一份。")
    elif isinstance(goes, Person) and isinstance(stays, Person):
        both = goes.identity_number and stays.identity_number
        if both and goes.identity_number != stays.identity_number:
            yield _("两人的证件号码不同，通常不是同一个人。")
        if goes.born_on and stays.born_on and goes.born_on != stays.born_on:
            yield _("两人的出生日期不同，通常不是同一个人。")


def visible(actor: Actor) -> QuerySet[Merge]:
    """The merges whose surviving record an actor may merge, with both parties."""
    rows = Merge.objects.select_related("goes__region", "stays__region")
    return limit(rows, actor, "organisation.merge")


def own_addresses(actor: Actor, codes: Sequence[str]) -> dict[str, str]:
    """The addresses that merged records of these codes had, which lead on with a note.

    Others, and those that go on out of the actor's reach, are left out.
    """
    found: dict[str, str] = {}
    for model, verb, route in (
        (Organisation, "organisation.view", "registry:organisation"),
        (Person, "person.view", "registry:person"),
    ):
        rows = model.objects.select_related("party", "merged_into__region")
        for row in rows.filter(party__code__in=codes).exclude(merged_into=None).order_by("pk"):
            stays = row.merged_into
            if stays is not None and actor.reaches(verb, place_of(stays)):
                found[row.party.code] = reverse(route, args=[row.party.code])
    return found


def merged_address(actor: Actor, code: str) -> str | None:
    """Where the record is seen that took up the one of this code; None where it was not merged."""
    party = Party.objects.filter(code=code).first()
    stays = survivor_of(party) if party else None
    return _page_of(actor, stays, stays.code) if stays else None


def _page_of(actor: Actor, stays: Party, code: str) -> str | None:
    """The page of a code, where the actor may see the record that stays."""
    is_person = Person.objects.filter(party=stays).exists()
    verb = "person.view" if is_person else "organisation.view"
    if not actor.reaches(verb, place_of(stays)):
        return None
    return reverse("registry:person" if is_person else "registry:organisation", args=[code])


def survivor_of(party: Party) -> Party | None:
    """The party whose record took up this one's, None where the record was not merged."""
    for model in (Organisation, Person):
        rows = model.objects.select_related("merged_into__region").filter(party=party)
        row = rows.exclude(merged_into=None).first()
        if row is not None:
            return row.merged_into
    return None


def merged_codes(code: str) -> list[str]:
    """The codes of all that went into the record of this code: their history is its own too."""
    goes_on = Party.objects.filter(code=code).values("pk")
    kinds = (Organisation.objects, Person.objects)
    went = [rows.filter(merged_into__in=goes_on).order_by().values("pk") for rows in kinds]
    parties = Party.objects.filter(pk__in=went[0].union(went[1]))
    return list(parties.order_by("pk").values_list("code", flat=True))


def column_name(key: str, column: str) -> Text:
    """The name of a column of a relation or a record, as pages tell it."""
    field = _DICTIONARY.get(column)
    if field is not None:
        return field_name(field)
    app, model = key.split(".")[:2]
    table = apps.get_model(app, model)
    found = next((each for each in table._meta.concrete_fields if each.attname == column), None)
    return found.verbose_name if found else table._meta.get_field(column).verbose_name  # type: ignore[union-attr]

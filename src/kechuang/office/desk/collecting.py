"""What all of the collections' code shares: keys, names of files, who is meant, what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.queries import in_force
from kechuang.office.desk.models import Collection, CollectionPart, CollectionReturn
from kechuang.office.ground import files
from kechuang.office.ground.actors import Place
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import within
from kechuang.office.registry.models import Organisation
from kechuang.sheets.layouts import Layout
from kechuang.sheets.merging import Choices, Return
from kechuang.sheets.plain import answer_of, layout_of
from kechuang.sheets.returns import Finding, Sent, sent_part

LIAISON: Final = "area_liaison"
ENTERPRISE: Final = "enterprise_user"
HARMFUL: Final = re.compile(r'[\\/:*?"<>|\s]+')
FOUND: Final = {
    "no_sheet": gettext_lazy("找不到工作表“%(was)s”。请用下发的表填报，不要改工作表的名称。"),
    "header_changed": gettext_lazy("%(cell)s 表头原为“%(was)s”，改成了“%(now)s”。请恢复原表头。"),
    "not_number": gettext_lazy("%(cell)s %(header)s：应为数字，填的是“%(now)s”。"),
    "not_whole": gettext_lazy("%(cell)s %(header)s：应为整数，填的是“%(now)s”。"),
    "not_date": gettext_lazy("%(cell)s %(header)s：应为日期（如 2026-01-31），填的是“%(now)s”。"),
    "not_listed": gettext_lazy("%(cell)s %(header)s：“%(now)s”不在可选的内容里。"),
    "too_small": gettext_lazy("%(cell)s %(header)s：%(now)s 小于允许的最小值。"),
    "too_large": gettext_lazy("%(cell)s %(header)s：%(now)s 大于允许的最大值。"),
    "too_early": gettext_lazy("%(cell)s %(header)s：日期早于允许的范围。"),
    "too_late": gettext_lazy("%(cell)s %(header)s：日期晚于允许的范围。"),
    "too_long": gettext_lazy("%(cell)s %(header)s：文字太长。"),
    "error_value": gettext_lazy("%(cell)s %(header)s：公式出错，显示 %(now)s。"),
    "closed_changed": gettext_lazy(
        "%(cell)s %(header)s：不该改的格由“%(was)s”改成了“%(now)s”，汇总时仍用原值。"
    ),
    "formula_changed": gettext_lazy(
        "%(cell)s %(header)s：公式 %(was)s 被改成“%(now)s”，汇总时仍用公式。"
    ),
    "formula_without_value": gettext_lazy(
        "%(cell)s %(header)s：填的是公式但没有结果。请在 WPS 或 Excel 里打开后再保存一次。"
    ),
    "row_removed": gettext_lazy("少了一行：%(was)s。汇总时这一行留空。"),
    "row_added": gettext_lazy("%(cell)s 增加了一行：%(now)s。汇总时排在表的末尾。"),
    "total_wrong": gettext_lazy("%(cell)s %(header)s：合计填 %(now)s，各行相加是 %(was)s。"),
    "unsigned": gettext_lazy("没有填%(now)s。"),
    "unmarked": gettext_lazy("表里没有识别标记，按上传时选的单位收下。"),
}
"""What is found in a returned workbook, in words for whoever sent it."""


class CollectionRefused(Exception):  # noqa: N818 - the answer to an act that cannot be done now
    """The collection is in no state for this; the sentence says so and what to do."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Who a name in a form means: region, organisation, whom to telephone."""

    region: Region
    party: Party | None = None
    contact_name: str = ""
    contact_phone: str = ""


def key() -> bytes:
    """What seals the hidden sheets of the workbooks that this installation sends out."""
    return salted_hmac("kechuang.collections", "marker", algorithm="sha256").digest()


def place_of(collection: Collection) -> Place:
    """Where a collection belongs; its region must have been fetched with it."""
    return Place(collection.region.path, owner=collection.owner)


def place_of_part(part: CollectionPart) -> Place:
    """Where a part belongs: to whoever fills it in; region and party fetched with it."""
    party = part.party.code if part.party else ""
    return Place(part.region.path, party, part.collection.owner)


def layout_in(collection: Collection) -> Layout:
    """Where the table of a collection stands."""
    return layout_of(collection.layout)


def form_of(collection: Collection) -> bytes:
    """The bytes of the form as it was uploaded."""
    with files.open_file(collection.form) as stream:
        return stream.read()


def sent_of(part: CollectionPart, layout: Layout) -> Sent:
    """The sheet of a part as it was sent. Raises `CollectionRefused` where it was not."""
    if part.file is None:
        raise CollectionRefused(_("“%(name)s”的表还没有下发。") % {"name": part.name})
    with files.open_file(part.file) as stream:
        return sent_part(stream.read(), layout, part.rows)


def file_name(part: CollectionPart, number: int) -> str:
    """What the workbook of a part is called: number, part, collection."""
    words = (f"{number:03d}", part.name, part.collection.name)
    return "-".join(HARMFUL.sub("", each)[:60] for each in words) + ".xlsx"


def told_finding(finding: Finding) -> str:
    """One finding as a sentence."""
    words = {
        "cell": finding.cell, "header": finding.header, "was": finding.was, "now": finding.now,
    }  # fmt: skip
    sentence = FOUND.get(finding.code)
    return " ".join((str(sentence) % words).split()) if sentence else finding.code


def returns_of(rows: Iterable[CollectionReturn]) -> list[Return]:
    """Returned workbooks as the engine merges them; only those that were taken in."""
    return [
        Return(row.pk, row.part.name, answer_of(row.content))
        for row in rows
        if row.state == CollectionReturn.State.TAKEN
    ]


def choices_of(conflicts: Iterable[tuple[str, int, int, int | None]]) -> Choices:
    """What was decided of conflicts: part, row, column and the return that counts."""
    return {(part, row, column): chosen for part, row, column, chosen in conflicts if chosen}


def meant_by(collection: Collection, names: Sequence[str]) -> dict[str, Meant]:
    """Who the names of a form mean: a region below, or an organisation there, with its contact."""
    regions = {
        word: region
        for region in within(collection.region.path)
        for word in (region.short_name, region.name)
    }
    parties = Party.objects.filter(region__path__startswith=collection.region.path)
    known = parties.filter(Q(name__in=names) | Q(code__in=names)).select_related("region")
    firms = {word: party for party in known for word in (party.name, party.code)}
    found: dict[str, Meant] = {}
    for name in names:
        region, party = regions.get(name), firms.get(name)
        if region is not None:
            found[name] = Meant(region)
        elif party is not None:
            found[name] = Meant(party.region, party)
        else:
            found[name] = Meant(collection.region)
    return _with_contacts(found, collection)


def _with_contacts(found: Mapping[str, Meant], collection: Collection) -> dict[str, Meant]:
    keys = {each.party.pk for each in found.values() if each.party}
    own = {each.region.pk for each in found.values() if not each.party} - {collection.region.pk}
    speakers = Membership.objects.filter(in_force(timezone.localdate())).select_related("user")
    by_region = {
        each.region_id: each.user  # type: ignore[attr-defined]
        for each in speakers.filter(role=LIAISON, region__in=own)
    }
    contacts = {
        each.pk: each for each in Organisation.objects.filter(party__in=keys).select_related(None)
    }
    made: dict[str, Meant] = {}
    for name, each in found.items():
        person, phone = "", ""
        if each.party and (organisation := contacts.get(each.party.pk)):
            person, phone = organisation.contact_name, organisation.contact_phone
        elif not each.party and (user := by_region.get(each.region.pk)):
            person, phone = user.name, user.phone
        made[name] = Meant(each.region, each.party, person, phone)
    return made


def accounts_of(part: CollectionPart) -> list[str]:
    """The user names of those who fill in for a part: its liaisons or the firm's own users."""
    held = Membership.objects.filter(in_force(timezone.localdate()), user__is_active=True)
    if part.party:
        own = held.filter(role=ENTERPRISE, party=part.party)
    elif part.region.pk != part.collection.region.pk:
        own = held.filter(role=LIAISON, region=part.region)
    else:
        return []
    return sorted(set(own.values_list("user__username", flat=True)))

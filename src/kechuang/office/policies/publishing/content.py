"""What may be told to everybody: the rules in force, the policy documents, whom to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kechuang.office.ground.models import StoredFile
from kechuang.office.policies.models import PolicyClause, PolicyDocument, PolicyRule
from kechuang.office.policies.queries.documents import standing
from kechuang.office.policies.rules import holds_here, rulebook, rules_at, rules_on, told_to_all
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import installation
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

LEVELS = (Region.Level.PROVINCE, Region.Level.PREFECTURE, Region.Level.COUNTY)


class NothingToPublish(Exception):  # noqa: N818 - the answer to whoever asks too early
    """There is no installation yet whose policies could be told; the sentence says so."""


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """A policy document with its clauses, the rules that stand on it, and how it stands."""

    row: PolicyDocument
    clauses: tuple[PolicyClause, ...]
    rules: tuple[str, ...]
    standing: str

    @property
    def file(self) -> StoredFile | None:
        """The document itself, where it was uploaded."""
        return self.row.file

    @property
    def file_name(self) -> str:
        """How its file is called in the package."""
        if self.file is None:
            return ""
        kind = self.file.name.rpartition(".")[2].lower()
        return f"files/document-{self.row.pk}.{kind if kind.isalnum() else 'bin'}"


@dataclass(frozen=True, slots=True)
class Content:
    """All of it on a day. `regions` are those of the installation for which policies are told."""

    day: date
    office: str
    contact: str
    root: Region
    regions: tuple[Region, ...]
    book: Rulebook
    rules: tuple[Rule, ...]
    documents: tuple[PublicDocument, ...]

    def rules_of(self, region: Region) -> list[Rule]:
        """The rules in force for who is in a region."""
        return told_to_all(rules_at(region.path, self.day, self.book))

    def documents_of(self, region: Region) -> list[PublicDocument]:
        """The documents that hold in a region, those in force first."""
        found = [each for each in self.documents if region.path.startswith(each.row.region.path)]
        return sorted(found, key=lambda each: each.standing != "in_force")

    def documents_behind(self, rule: str) -> list[PublicDocument]:
        """The documents on which a rule stands, those in force first."""
        found = [each for each in self.documents if rule in each.rules]
        return sorted(found, key=lambda each: each.standing != "in_force")

    def places_of(self, rule: Rule) -> list[str]:
        """The codes of the regions in which a rule holds."""
        return [each.code for each in self.regions if rule in self.rules_of(each)]


def content(day: date, contact: str = "") -> Content:
    """What may be told on a day; `contact` says whom to ask. Five queries.

    Raises `NothingToPublish` before the founding.
    """
    here = installation()
    if here is None:
        raise NothingToPublish(_("还没有建立本单位。请先用 kechuang found 建立。"))
    book = rulebook()
    regions = Region.objects.filter(path__startswith=here.root.path, level__in=LEVELS)
    return Content(
        day,
        here.name,
        contact,
        here.root,
        tuple(regions.order_by("path")),
        book,
        tuple(told_to_all(holds_here(rules_on(day, book), here.root.path))),
        tuple(_documents(day)),
    )


def _documents(day: date) -> Iterator[PublicDocument]:
    rows = PolicyDocument.objects.select_related("region", "file", "superseded_by")
    clauses = _by_document(PolicyClause.objects.order_by("document", "order"))
    rules = _by_document(PolicyRule.objects.order_by("document", "rule"))
    for row in rows.order_by("-issued_on", "-pk"):
        linked = tuple(each.rule for each in rules.get(row.pk, ()))
        yield PublicDocument(row, tuple(clauses.get(row.pk, ())), linked, standing(row, day))


def _by_document(rows: Any) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for each in rows:
        found.setdefault(each.document_id, []).append(each)
    return found

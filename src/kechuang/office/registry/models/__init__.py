"""Tables of the registry."""

from __future__ import annotations

from kechuang.office.registry.models.agreements import Agreement, AgreementParty
from kechuang.office.registry.models.facts import (
    CellCorrection,
    Doubt,
    PlatformStanding,
    PlatformYear,
    ResearchCost,
    Standing,
    YearlyFact,
)
from kechuang.office.registry.models.imports import HeaderChoice, ImportBatch, ImportChange
from kechuang.office.registry.models.merges import Merge
from kechuang.office.registry.models.organisations import (
    CellSource,
    Document,
    FormerName,
    Organisation,
    RegionStay,
    Tag,
    Unlike,
)
from kechuang.office.registry.models.people import Affiliation, Person, PersonField
from kechuang.office.registry.models.platforms import (
    Incubation,
    Platform,
    PlatformAssessment,
    PlatformMember,
    PlatformPartner,
    Room,
)
from kechuang.office.registry.models.property import IntellectualProperty
from kechuang.office.registry.models.proposals import Proposal
from kechuang.office.registry.models.qualifications import Qualification
from kechuang.office.registry.models.resources import Instrument

__all__ = [
    "Affiliation",
    "Agreement",
    "AgreementParty",
    "CellCorrection",
    "CellSource",
    "Document",
    "Doubt",
    "FormerName",
    "HeaderChoice",
    "ImportBatch",
    "ImportChange",
    "Incubation",
    "Instrument",
    "IntellectualProperty",
    "Merge",
    "Organisation",
    "Person",
    "PersonField",
    "Platform",
    "PlatformAssessment",
    "PlatformMember",
    "PlatformPartner",
    "PlatformStanding",
    "PlatformYear",
    "Proposal",
    "Qualification",
    "RegionStay",
    "ResearchCost",
    "Room",
    "Standing",
    "Tag",
    "Unlike",
    "YearlyFact",
]

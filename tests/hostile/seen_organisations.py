"""The organisations that the tests of the dossier, its list and its tags look at."""

from __future__ import annotations

from datetime import date

from kechuang.office.ground.actors import SYSTEM
from kechuang.office.registry.models import Organisation
from kechuang.office.registry.provenance import here
from kechuang.office.registry.queries.fact_lists import year_due
from kechuang.office.registry.services import organisations
from kechuang.office.registry.services.organisations import OrganisationFacts
from kechuang.reference.credit_codes import check_character

DAY = date(2026, 1, 2)
LIST = "/registry/organisations/"
DUE = year_due()
OF = {"source": "bureau", "rank": 80, "as_of": DAY, "confirmed_name": "李四"}


def credit_code(number: int) -> str:
    first = f"91990101MA{number:07d}"
    return first + check_character(first)


CODE = credit_code(1)


def address(act: str = "") -> str:
    return f"/registry/organisations/of/{CODE}/" + (f"{act}/" if act else "")


def firm(number: int, name: str, region: str = "990101", **values: object) -> Organisation:
    kind = str(values.pop("kind", "enterprise"))
    facts = OrganisationFacts(name, kind, region, credit_code(number), values)
    return organisations.create(SYSTEM, facts, here())

"""Small registries of firms with facts, for the tests of runs, diagnoses and the ladder."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.test import Client
from django.utils import timezone
from registry_facts import DAY, firm, sourced, standing, yearly

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.tokens import create_token, verbs_for_tokens
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.worker import run_waiting_jobs
from kechuang.office.parties.models import Party
from kechuang.office.policies.models import RuleRun
from kechuang.office.policies.services import runs
from kechuang.office.registry import models

AS_OF: Final = date(2026, 7, 1)
WAN: Final = 1_000_000
CLEAN: Final = (
    "resident_enterprise", "books_assessed", "rd_collected", "industry_allowed", "accident_free",
    "environment_clean", "integrity_clean", "not_listed_abnormal",
)  # fmt: skip


def technology_firm(code: str, place: str = "990101", rd: int = 400, **more: Any) -> Party:
    """A firm that with a right meets the national evaluation, unless it is said otherwise."""
    flags = {name: more.pop(name, True) for name in CLEAN}
    party = firm(code, place, industry_code="3451", founded_on=date(2019, 5, 6))
    standing(party, "firm_statement", **{k: v for k, v in flags.items() if v is not None})
    values = {
        "staff_total_quarterly": 1_000_000,
        "technical_staff_quarterly": 300_000,
        "revenue": 4_900 * WAN,
        "total_assets": 4_000 * WAN,
        "total_cost": 4_500 * WAN,
        "rd_expense_deduction": rd * WAN,
    }
    yearly(party, 2025, "tax_copy", **{**values, **more})
    return party


def right(party: Party, number: str = "", ip_class: str = "I") -> models.IntellectualProperty:
    """A patent that holds."""
    return models.IntellectualProperty.objects.create(
        party=party, number=number or f"ZL{party.code}", kind="invention", ip_class=ip_class,
        status="valid", granted_on=date(2022, 1, 1), expires_on=date(2040, 1, 1),
        acquired_by="own", **sourced("certificate"),
    )  # fmt: skip


def title(party: Party, code: str, begins: date, ends: date | None, **more: Any) -> Any:
    """A certificate."""
    values = {
        "level": "national", "recognition": "recognised", "status": "valid",
        "number": f"{code}-{party.code}", **more,
    }  # fmt: skip
    return models.Qualification.objects.create(
        party=party, title=code, issued_on=begins, expires_on=ends,
        **values, **sourced("official_list"),
    )  # fmt: skip


def judged(day: date = AS_OF) -> RuleRun:
    """A run of all rules and the ladder on it, done in this process."""
    run = runs.start(SYSTEM, day)
    run_waiting_jobs()
    run.refresh_from_db()
    assert run.ended_at, "the run did not end"
    assert run.ladder_at, "the ladder was not worked out"
    return run


def program_of(held: Membership, settings: Any) -> Client:
    """A program with all verbs that a token of this person may have."""
    settings.API_RATE = 10**9
    expires = timezone.now() + timedelta(days=1)
    text = create_token(SYSTEM, held, "测试", verbs_for_tokens(held.role), expires)[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


__all__ = ["AS_OF", "DAY", "WAN", "judged", "program_of", "right", "technology_firm", "title"]

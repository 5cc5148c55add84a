"""Something to tell of: certificates, windows and policies around today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from policies_city import technology_firm, title

from kechuang.office.filings.models import Batch
from kechuang.office.ground.models import Job, Notice
from kechuang.office.ground.worker import run_waiting_jobs
from kechuang.office.policies.models import (
    PolicyDocument,
    PolicyRule,
    ReminderEvent,
)
from kechuang.office.policies.services import reminders
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Qualification

TODAY = timezone.localdate()
SME = "tech_sme_national"


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def done(day: date = TODAY) -> None:
    """The reminders of a day, found and told in this process."""
    reminders.submit(day)
    run_waiting_jobs()
    job = Job.objects.filter(kind="reminders.day").latest("pk")
    assert job.state == Job.State.DONE, job.error


def certified(code: str, ends: date, place: str = "990101", **more: Any) -> Qualification:
    party = technology_firm(code, place)
    return title(party, more.pop("title", "hnte"), days(-900), ends, **more)


def batch(region: Region, name: str = "2026年高企", **more: Any) -> Batch:
    values = {"notice_on": days(-2), "county_due": days(40), "title": "hnte", **more}
    return Batch.objects.create(
        region=region, name=name, programme="hnte", programme_name="高新技术企业", year=2026,
        opened_by="system", opened_name="系统", **values,
    )  # fmt: skip


def document(region: Region, name: str, **more: Any) -> PolicyDocument:
    return PolicyDocument.objects.create(
        region=region, title=name, number=f"示政〔2026〕{name}", issuer="示例市人民政府",
        level="prefecture", issued_on=days(-90), in_force_on=days(-90), kept_by="system", **more,
    )  # fmt: skip


def superseded(region: Region) -> tuple[PolicyDocument, PolicyDocument]:
    new = document(region, "新办法")
    old = document(region, "旧办法", superseded_by=new, superseded_on=days(-1))
    PolicyRule.objects.create(document=old, rule=SME)
    return old, new


def kinds() -> list[str]:
    return sorted(ReminderEvent.objects.values_list("kind", flat=True))


def told() -> dict[str, str]:
    rows = Notice.objects.filter(url__contains="/reminders/").values_list("to", "text")
    assert len(rows) == len(dict(rows)), "somebody got two"
    return dict(rows)

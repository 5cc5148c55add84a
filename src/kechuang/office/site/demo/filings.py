"""Applications of the made-up city: last year's batch of a title, finished, and this year's."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kechuang.office.filings.models import (
    Batch,
    BatchDocument,
    BatchStage,
    Cause,
    Filing,
    FilingDocument,
    StageEntry,
)
from kechuang.office.filings.services.batches import (
    BatchFacts,
    add_programme,
    close_batch,
    open_again,
    open_batch,
)
from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Place
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation, Qualification
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.office.site.demo.people import PEOPLE

TITLE: Final = "hnte"
NEW: Final = 60
LOST: Final = 14
WAY: Final = (
    ("surveyed", 230), ("intended", 215), ("coached", 200), ("submitted", 150), ("returned", 142),
    ("submitted", 134), ("recommended", 120), ("city_reviewed", 100), ("province_reviewed", 75),
    ("published", 30), ("filed", 10), ("certified", 0),
)  # fmt: skip
"""How many days before its certificate a filing was where; some are not returned."""
RETURNS: Final = {
    Cause.DOCUMENTS: "缺近三年审计报告中的一年，营业执照扫描件不清",
    Cause.INTELLECTUAL_PROPERTY: "一件实用新型专利的权利人与企业名称不一致",
    Cause.RESEARCH_EXPENSE: "研发费用与纳税申报表的加计扣除数对不上，请说明差异",
    Cause.FINANCE: "资产总额与审计报告不一致",
    Cause.STAFF: "科技人员累计工作不足183天的请剔除",
    Cause.FORM: "技术领域选错一级目录",
}
WHY_LOST: Final = {
    "failed": "专家评分未达71分",
    "abandoned": "企业研发费用比例不够，明年再报",
}
SHARES: Final = {
    "surveyed": 8, "intended": 14, "coached": 18, "submitted": 26, "returned": 10,
    "recommended": 24,
}  # fmt: skip
"""Of a hundred of this year's firms, how many are at each stage."""
OFFICERS: Final = {"990101": "jiaxian", "990102": "yiqu"}
NAMES: Final = {each.username: each.name for each in PEOPLE}


@dataclass(frozen=True, slots=True)
class Step:
    """A stage that a firm reached, and why where that is said."""

    code: str
    on: date
    reason: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A firm in a batch: its kind, its steps, and the certificate that it ended in."""

    party: Party
    kind: str
    steps: Sequence[Step]
    title: Qualification | None = None


def fill(chance: random.Random, today: date) -> None:
    """Open both batches and fill them, and tell how much."""
    city = Region.objects.get(code="990100")
    add_programme(
        SYSTEM, city, {"code": "city_prize", "name": "市科学技术奖", "deciding": "示例市人民政府"}
    )
    last, now = _batches(city, today)
    finished, running = _last_year(last, chance), _this_year(chance, today)
    counts = {"last": (0, _write(last, finished)), "now": (0, _write(now, running))}
    _papers(now, chance, today)
    close_batch(SYSTEM, last, date(last.year, 12, 28))
    line = audit.Line("registry.fill", SourceRef("registry", ""), place=Place("/"), changes=counts)
    audit.record(SYSTEM, line)


def _batches(city: Region, today: date) -> tuple[Batch, Batch]:
    year = today.year - 1
    last = open_batch(
        SYSTEM, city, TITLE,
        BatchFacts(
            f"{year}年高新技术企业认定", year, f"示科函〔{year}〕12号", date(year, 2, 20),
            county_due=date(year, 6, 1), city_due=date(year, 6, 20), province_due=date(year, 7, 31),
        ),
    )  # fmt: skip
    facts = BatchFacts(
        f"{today.year}年高新技术企业认定", today.year, f"示科函〔{today.year}〕9号",
        today - timedelta(days=75), county_due=today + timedelta(days=9),
        city_due=today + timedelta(days=30), province_due=today + timedelta(days=60),
    )  # fmt: skip
    return last, open_again(SYSTEM, last, facts)


def _last_year(batch: Batch, chance: random.Random) -> list[Story]:
    """Who got the certificate last year, and some who did not."""
    issued = Qualification.objects.select_related("party__region").filter(
        title=TITLE, issued_on__year=batch.year
    )
    autumn = list(issued.filter(issued_on__month__gte=9).order_by("pk"))
    stories = [
        Story(row.party, "renewed" if row.previous_id else "first", _whole(row, chance), row)  # type: ignore[attr-defined]
        for row in {row.party.pk: row for row in autumn}.values()
    ]
    for party in _without_title(chance, LOST, {each.party.pk for each in stories}):
        ending = chance.choice(sorted(WHY_LOST))
        first = date(batch.year, 2, 25) + timedelta(days=chance.randrange(20))
        codes = ("surveyed", "intended", "coached", "submitted", "recommended")
        reached = codes if ending == "failed" else codes[: chance.randrange(2, 4)]
        steps = [Step(code, first + timedelta(days=18 * n)) for n, code in enumerate(reached)]
        day = steps[-1].on + timedelta(days=60)
        stories.append(Story(party, "first", [*steps, Step(ending, day, WHY_LOST[ending])]))
    return stories


def _whole(row: Qualification, chance: random.Random) -> list[Step]:
    """All steps until a certificate; every fourth firm was returned on the way."""
    returned = chance.randrange(4) == 0
    end = row.issued_on or date.min
    steps: list[Step] = []
    for code, days in WAY:
        if not returned and days in {142, 134}:
            continue
        cause = chance.choice(sorted(RETURNS)) if code == "returned" else None
        reason = RETURNS[cause] if cause else ""
        steps.append(Step(code, end - timedelta(days=days), reason, cause or ""))
    return steps


def _this_year(chance: random.Random, today: date) -> list[Story]:
    """Whose certificate ends this year and who files for the first time, on their way."""
    ending = Qualification.objects.select_related("party__region").filter(
        title=TITLE, expires_on__year=today.year, renewals=None
    )
    rows = {row.party.pk: row for row in ending.exclude(status="cancelled").order_by("pk")}
    stories = [
        Story(row.party, "renewed", _so_far(chance, today, waits=row.status == "awaiting"))
        for row in rows.values()
    ]
    new = _without_title(chance, NEW, set(rows))
    return [*stories, *(Story(party, "first", _so_far(chance, today)) for party in new)]


def _so_far(chance: random.Random, today: date, *, waits: bool = False) -> list[Step]:
    """The steps until today; a certificate that waits has its renewal published."""
    codes = list(dict.fromkeys(code for code, _days in WAY))
    if waits:
        end = "published"
    else:
        (end,) = chance.choices(list(SHARES), weights=list(SHARES.values()))
    way = [each for each in codes[: codes.index(end) + 1] if each != "returned" or end == each]
    first = today - timedelta(days=70 + chance.randrange(4))
    gap = 65 // len(way)
    steps: list[Step] = []
    for number, code in enumerate(way):
        cause = chance.choice(sorted(RETURNS)) if code == "returned" else None
        day = first + timedelta(days=number * gap + chance.randrange(3))
        steps.append(Step(code, day, RETURNS[cause] if cause else "", cause or ""))
    return steps


def _without_title(chance: random.Random, count: int, taken: Iterable[int]) -> list[Party]:
    """Firms at work that never held the title."""
    holders = Qualification.objects.filter(title=TITLE).order_by().values("party")
    rows = Organisation.objects.filter(AT_WORK)
    keys = list(rows.exclude(pk__in=holders).order_by("pk").values_list("pk", flat=True))
    free = [key for key in keys if key not in set(taken)]
    chosen = sorted(chance.sample(free, min(count, len(free) // 4)))
    return list(Party.objects.select_related("region").filter(pk__in=chosen).order_by("pk"))


def _write(batch: Batch, stories: Sequence[Story]) -> int:
    stages = {each.code: each for each in BatchStage.objects.filter(batch=batch)}
    rows = []
    for number, story in enumerate(stories, start=1):
        last = story.steps[-1]
        officer = OFFICERS.get(story.party.region.path.split("/")[3], "jingban")
        numbered = any(step.code == "submitted" for step in story.steps)
        rows.append(
            Filing(
                batch=batch, party=story.party, kind=story.kind, stage=stages[last.code],
                stage_on=last.on, officer=officer, officer_name=NAMES[officer],
                number=f"{batch.year}{number:05d}" if numbered else "", qualification=story.title,
                added_by="jingban", added_name=NAMES["jingban"],
            )
        )  # fmt: skip
    Filing.objects.bulk_create(rows)
    StageEntry.objects.bulk_create(
        StageEntry(
            filing=row, stage=stages[step.code], on=step.on, reason=step.reason, cause=step.cause,
            by=row.officer, by_name=row.officer_name,
        )
        for row, story in zip(rows, stories, strict=True)
        for step in story.steps
    )  # fmt: skip
    return len(rows)


def _papers(batch: Batch, chance: random.Random, today: date) -> None:
    """Which documents of this year's filings are there."""
    asked = list(BatchDocument.objects.filter(batch=batch).order_by("order"))
    rows: list[FilingDocument] = []
    for filing in Filing.objects.filter(batch=batch).select_related("stage").order_by("pk"):
        whole = filing.stage.order >= 40
        share = 95 if whole else 35
        for paper in asked:
            if chance.randrange(100) < share:
                state = "faulty" if chance.randrange(30) == 0 else "received"
                rows.append(
                    FilingDocument(
                        filing=filing, document=paper, state=state,
                        on=min(filing.stage_on, today), by=filing.officer,
                        by_name=filing.officer_name,
                    )
                )  # fmt: skip
    FilingDocument.objects.bulk_create(rows, batch_size=2_000)

"""The stock out of the database equals a walk through what the services did."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from registry_records import LIST, firm

from kechuang.office.filings.models import Batch, StageEntry
from kechuang.office.filings.queries.stock import flow, stock
from kechuang.office.filings.services import batches, certificates, filings
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.filings.services.certificates import Certificate
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Installation, Region
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.services import organisations, qualifications

FIRST = date(2020, 1, 6)
WEEK = timedelta(days=7)
LIFE = 12
"""Weeks that a certificate holds."""
WEEKS = 40
ACTS = ("certify", "publish", "refuse", "cancel", "move", "rename", "nothing")


class Walk:
    """A firm and what somebody who reads its files from the first to the last would know."""

    def __init__(self, number: int) -> None:
        self.party = firm(f"示例{number}号有限公司")
        self.here, self.until, self.cancelled, self.waits = True, FIRST, False, False
        self.certified, self.names = 0, 0
        values = {
            "title": "hnte", "number": f"GR{number}", "recognition": "recognised",
            "issued_on": FIRST - WEEK, "expires_on": FIRST,
        }  # fmt: skip
        qualifications.create(SYSTEM, self.party, values, LIST)

    def held(self, day: date) -> bool:
        """Whether the firm counts on a day."""
        return self.here and not self.cancelled and (day <= self.until or self.waits)

    def act(self, act: str, batch: Batch, day: date) -> None:
        """Let something happen, where it can."""
        code = self.party.code
        match act:
            case "certify":
                self._publish(batch, day)
                number = f"{code}-{self.certified}"
                given = [Certificate(code, number, day, day + LIFE * WEEK)]
                assert not certificates.issue(SYSTEM, batch, given, "公告").left
                self.until, self.cancelled, self.waits = day + LIFE * WEEK, False, False
                self.certified += 1
            case "publish" if not self.cancelled:
                self._publish(batch, day)
                self.waits = True
            case "refuse" if not self.cancelled:
                self._publish(batch, day - timedelta(days=1))
                assert filings.advance(SYSTEM, batch, [code], "failed", day, "异议成立").done
            case "cancel" if not self.cancelled and day <= self.until:
                for row in Qualification.objects.exclude(status="cancelled").filter(
                    party=self.party, expires_on__gte=day
                ):
                    qualifications.cancel(SYSTEM, row, day, "抽查不合格")
                self.cancelled, self.waits = True, False
            case "move":
                place = "990102" if self.here else "990101"
                organisations.move(SYSTEM, code, place, day, "搬迁")
                self.here = not self.here
            case "rename":
                self.names += 1
                organisations.rename(SYSTEM, code, f"改名{self.names}号{code}有限公司", day)
            case _:
                return

    def _publish(self, batch: Batch, day: date) -> None:
        filings.add_firms(SYSTEM, batch, [self.party.code], "renewed", day)
        assert filings.advance(SYSTEM, batch, [self.party.code], "published", day).done


def small_city() -> Region:
    """Two counties; gives the one that is looked at."""
    province = Region.objects.create(
        code="990000", name="示例省", short_name="示例", level="province", path="/990000/"
    )
    city = Region.objects.create(
        code="990100", name="示例市", short_name="示例", level="prefecture", parent=province,
        path="/990000/990100/",
    )  # fmt: skip
    for code, name in (("990101", "甲县"), ("990102", "乙区")):
        Region.objects.create(
            code=code, name=name, short_name=name[0], level="county", parent=city,
            path=f"/990000/990100/{code}/",
        )  # fmt: skip
    Installation.objects.create(pk=1, root=city, name="示例市科技局")
    return Region.objects.get(code="990101")


class StockOutOfTheDatabase(TestCase):
    """Hypothesis with a database of its own for each example."""

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(st.integers(1, WEEKS), st.integers(0, 1), st.sampled_from(ACTS)),
            max_size=8,
            unique_by=lambda each: (each[0], each[1]),
        )
    )
    def test_equals_a_walk(self, happened: list[tuple[int, int, str]]) -> None:
        here = small_city()
        walks = [Walk(number) for number in range(2)]
        held: dict[date, set[int]] = {}
        planned = {(week, number): act for week, number, act in happened}
        for week in range(WEEKS + LIFE + 2):
            day = FIRST + week * WEEK
            for number, walk in enumerate(walks):
                act = planned.get((week, number))
                if act:
                    facts = BatchFacts(f"批{week}-{number}", 2020)
                    batch = batches.open_batch(SYSTEM, here, "hnte", facts)
                    walk.act(act, batch, day)
            held[day] = {walk.party.pk for walk in walks if walk.held(day)}
        found = {day: set(stock("hnte", here.path, day).held) for day in held}
        assert found == held
        days = sorted(held)
        changed = flow("hnte", here.path, days[0], days[-1])
        assert changed.net == len(held[days[-1]]) - len(held[days[0]])
        assert Party.objects.count() == len(walks)
        assert not StageEntry.objects.exclude(taken_back_at=None).exists()

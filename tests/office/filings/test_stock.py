"""The stock of a title equals a walk through all events, day by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.office.filings.stock import (
    ONE_DAY,
    Certificate,
    Change,
    Gone,
    History,
    Publication,
    flow,
    stock,
)

FIRST = date(2024, 1, 1)
LENGTH = 120
LIFE = 30
HERE, THERE, TOWN = "/1/11/", "/1/12/", "/1/11/111/"
KINDS = ("new", "renewed", "cancelled", "moved", "renamed", "published", "refused", "gone", "away")
Event = tuple[int, str, int]
"""The day, what happens, and which firm it happens to."""


@dataclass
class Walk:
    """One firm as a person would follow it through the files, one day after the other."""

    place: str = HERE
    until: date | None = None
    cancelled: bool = False
    published: bool = False
    over: bool = False

    def held(self, day: date) -> bool:
        if self.over or self.until is None or self.cancelled:
            return False
        return day <= self.until or self.published


@dataclass
class Files:
    """The same firm as the tables keep it."""

    certificates: list[Certificate] = field(default_factory=list[Certificate])
    publications: list[Publication] = field(default_factory=list[Publication])
    places: list[tuple[date, str]] = field(default_factory=list[tuple[date, str]])
    place: str = HERE
    gone: Gone | None = None

    def history(self) -> History:
        return History(
            self.place, tuple(self.certificates), tuple(self.publications), tuple(self.places),
            self.gone,
        )  # fmt: skip


def happen(walk: Walk, files: Files, day: date, kind: str, life: int) -> None:
    """Let one thing happen to a firm, where it can happen at all, and file it."""
    if walk.over:
        return
    running = walk.until is not None and not walk.cancelled
    match kind:
        case "new" | "renewed":
            begun = files.certificates[-1].begins if files.certificates else None
            if begun == day:
                return
            ends = day + timedelta(days=life)
            if files.certificates and running:
                walk.until = max(ends, walk.until or ends)
            else:
                walk.until = ends
            _settle(walk, files, day)  # the filing that was published ends in this certificate
            walk.cancelled = False
            files.certificates.append(Certificate(day, ends))
        case "cancelled" if running and not _over_long(walk, day):
            last = files.certificates[-1]
            walk.cancelled, walk.published = True, False
            files.certificates[:] = [
                Certificate(each.begins, each.ends, each.cancelled_on or day)
                if (each.ends or day) >= day or each is last
                else each
                for each in files.certificates
            ]
        case "moved":
            after = {HERE: THERE, THERE: TOWN, TOWN: HERE}[walk.place]
            files.places.append((day, walk.place))
            walk.place = files.place = after
        case "published" if running and not walk.published:
            walk.published = True
            files.publications.append(Publication(day))
        case "refused":
            _settle(walk, files, day)
        case "gone" | "away":
            walk.over = True
            files.gone = Gone(day, kind == "away")
        case _:  # renamed, or nothing to happen to
            return


def _settle(walk: Walk, files: Files, day: date) -> None:
    """End what was published, if anything was."""
    if walk.published:
        walk.published = False
        files.publications[-1] = Publication(files.publications[-1].on, day)


def _over_long(walk: Walk, day: date) -> bool:
    """Whether there is nothing left to cancel."""
    return not walk.held(day)


events = st.lists(
    st.tuples(
        st.integers(0, LENGTH),
        st.sampled_from((*KINDS, "new", "renewed", "published")),
        st.integers(0, 2),
        st.integers(5, LIFE),
    ),
    max_size=24,
)


@given(events)
def test_stock_is_what_a_walk_through_all_events_gives(
    happened: list[tuple[int, str, int, int]],
) -> None:
    walks = {number: Walk() for number in range(3)}
    files = {number: Files() for number in range(3)}
    walked: dict[date, set[int]] = {}
    after: dict[int, list[tuple[int, str, int, int]]] = {}
    for each in happened:
        after.setdefault(each[0], []).append(each)
    for offset in range(LENGTH + LIFE + 3):
        day = FIRST + timedelta(days=offset)
        for _day, kind, number, life in after.get(offset, ()):
            happen(walks[number], files[number], day, kind, life)
        walked[day] = {
            number
            for number, walk in walks.items()
            if walk.held(day) and walk.place.startswith(HERE)
        }
    histories = {number: each.history() for number, each in files.items()}
    days = sorted(walked)
    found = {day: stock(histories, HERE, day) for day in days}
    assert {day: set(each.held) for day, each in found.items()} == walked
    first, last = days[0] - ONE_DAY, days[-1]
    changed = flow(histories, HERE, first, last)
    assert changed.net == len(walked[last])
    middle = days[LENGTH // 2]
    half = flow(histories, HERE, middle, last)
    assert half.net == len(walked[last]) - len(walked[middle])


# --- one cause a row

D = date


@pytest.mark.parametrize(
    ("history", "valid", "awaiting"),
    [
        (History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),)), True, False),
        (History(TOWN, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),)), True, False),
        (History(THERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),)), False, False),
        (History(HERE, (Certificate(None, None),)), True, False),
        (History(HERE, (Certificate(D(2026, 1, 1), None),)), False, False),
        (History(HERE, (Certificate(D(2022, 1, 1), D(2025, 5, 31)),)), False, False),
        (History(HERE, (Certificate(D(2022, 1, 1), D(2025, 6, 1)),)), True, False),
        (History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1), D(2025, 6, 1)),)), False, False),
        (History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1), D(2025, 6, 2)),)), True, False),
        (History(HERE, (Certificate(D(2022, 1, 1), D(2025, 1, 1), awaits=True),)), False, True),
        (
            History(HERE, (Certificate(D(2022, 1, 1), D(2025, 1, 1)),),
                    (Publication(D(2025, 6, 1)),)),
            False, True,
        ),
        (
            History(HERE, (Certificate(D(2022, 1, 1), D(2025, 1, 1), awaits=True),),
                    (Publication(D(2025, 6, 2)),)),
            False, False,
        ),
        (
            History(HERE, (Certificate(D(2022, 1, 1), D(2025, 1, 1)),),
                    (Publication(D(2024, 6, 1), D(2025, 6, 1)),)),
            False, False,
        ),
        (
            History(HERE, (Certificate(D(2022, 1, 1), D(2025, 1, 1)),),
                    (Publication(D(2021, 6, 1)),)),
            False, False,
        ),
        (
            History(HERE, (Certificate(D(2022, 1, 1), D(2025, 1, 1), awaits=True),),
                    (Publication(D(2022, 2, 1), D(2022, 3, 1)),)),
            False, True,
        ),
        (
            History(HERE, (Certificate(D(2022, 1, 1), D(2025, 1, 1)),),
                    (Publication(D(2022, 2, 1), D(2022, 3, 1)),)),
            False, False,
        ),
        (
            History(THERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),), (),
                    ((D(2025, 6, 1), HERE),)),
            False, False,
        ),
        (
            History(THERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),), (),
                    ((D(2025, 6, 2), HERE),)),
            True, False,
        ),
        (
            History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),), gone=Gone(
                D(2025, 6, 1), moved=True)),
            False, False,
        ),
    ],
)  # fmt: skip
def test_standing_on_a_day(history: History, valid: bool, awaiting: bool) -> None:
    found = stock({1: history}, HERE, D(2025, 6, 1))
    assert (bool(found.valid), bool(found.awaiting)) == (valid, awaiting)


CERTIFICATE = Certificate(D(2023, 1, 1), D(2025, 1, 31))


@pytest.mark.parametrize(
    ("history", "change"),
    [
        (History(HERE, (Certificate(D(2025, 2, 1), D(2028, 2, 1)),)), Change.NEW),
        (
            History(HERE, (Certificate(D(2019, 1, 1), D(2022, 1, 1)),
                           Certificate(D(2025, 2, 1), D(2028, 2, 1)))),
            Change.REGAINED,
        ),
        (History(HERE, (CERTIFICATE,)), Change.LAPSED),
        (
            History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1), D(2025, 2, 1)),)),
            Change.CANCELLED,
        ),
        (
            History(THERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),), (),
                    ((D(2025, 2, 1), HERE),)),
            Change.MOVED_OUT,
        ),
        (
            History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),), (),
                    ((D(2025, 2, 1), THERE),)),
            Change.MOVED_IN,
        ),
        (
            History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),),
                    gone=Gone(D(2025, 2, 1), moved=True)),
            Change.MOVED_OUT,
        ),
        (
            History(HERE, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),),
                    gone=Gone(D(2025, 2, 1), moved=False)),
            Change.CANCELLED,
        ),
        (
            History(HERE, (CERTIFICATE,), (Publication(D(2025, 1, 10), D(2025, 2, 1)),)),
            Change.LAPSED,
        ),
    ],
)  # fmt: skip
def test_each_change_has_its_name(history: History, change: Change) -> None:
    found = flow({7: history}, HERE, D(2025, 1, 1), D(2025, 12, 31))
    assert found.changes == {
        each: (((7, D(2025, 2, 1)),) if each is change else ()) for each in Change
    }


@pytest.mark.parametrize(
    "history",
    [
        History(HERE, (CERTIFICATE, Certificate(D(2025, 1, 20), D(2028, 1, 20)))),
        History(HERE, (CERTIFICATE,), (Publication(D(2025, 1, 10)),)),
        History(TOWN, (Certificate(D(2023, 1, 1), D(2026, 1, 1)),), (), ((D(2025, 2, 1), HERE),)),
        History(HERE, (CERTIFICATE, Certificate(D(2025, 3, 1), D(2028, 3, 1)))),
        History(HERE, (CERTIFICATE,), (Publication(D(2025, 3, 1)),)),
    ],
    ids=["renewed", "awaiting", "moved within", "renewed late", "published late"],
)
def test_what_changes_nothing(history: History) -> None:
    found = flow({7: history}, HERE, D(2025, 1, 1), D(2025, 6, 30))
    assert (found.net, any(found.changes.values())) == (0, False)

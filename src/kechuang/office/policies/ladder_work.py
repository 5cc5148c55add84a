"""The job that works out from the snapshot of a run how far each enterprise is from each rung."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.eligibility.choosing import Ways
from kechuang.eligibility.explaining import Explainer
from kechuang.eligibility.gaps_many import GapsOfMany
from kechuang.eligibility.nearest import Distance
from kechuang.eligibility.nearest_many import VERDICT, NearestOfMany, judged
from kechuang.office.ground.files import open_file
from kechuang.office.ground.job_runs import JobError, JobRun
from kechuang.office.parties.queries import keys_of
from kechuang.office.policies.compiled import Compiled
from kechuang.office.policies.inputs import KEY, PLACE, SUBJECT, Facts, Frames
from kechuang.office.policies.keeping import Snapshot
from kechuang.office.policies.ladder import Stand, is_near, rungs
from kechuang.office.policies.models import Climber, Prospect, RuleRun
from kechuang.office.policies.models.runs import OfRun
from kechuang.office.registry.imports.bulk import dtype_of_column, insert
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

DIGITS: Final = Decimal("0.000001")
AT_A_TIME: Final = 2_000
MOST_TEXT: Final = 300
FEW: Final = 4
"""So many facts that are to be collected are named."""
COLUMNS: Final = (
    "run_id", "party_id", "rung", "state", "this_year", "effort", "lacks", "missing", "to_screen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Climb:
    """How an enterprise stands to a rung by the rule alone."""

    state: str
    this_year: bool = True
    effort: Fraction = Fraction(0)
    lacks: str = ""
    missing: int = 0
    to_screen: int | None = None

    @property
    def stand(self) -> Stand:
        """How it stands to the rung as long as it neither holds the title nor has filed."""
        screened = self.state == Prospect.State.OPEN and self.to_screen == 0
        return Stand.SCREENED if screened else Stand(self.state)


class Ruler:
    """One rule of a rung, compiled for this year and, where it is known, for next year."""

    def __init__(self, rule: Rule, book: Rulebook, day: date, screening: Rule | None) -> None:
        self._rule = Compiled.of(rule, book, day)
        self._many = [NearestOfMany(nearest, KEY) for nearest, _this_year in self.ways]
        self._gaps = GapsOfMany(self._rule.explainer, KEY)
        self._first = None if screening is None else FirstLook(screening, book, day)

    @property
    def ways(self) -> Ways:
        """The rule for this year and, where that is known, for next year."""
        later = [(self._rule.later, False)] if self._rule.later is not None else []
        return [(self._rule.now, True), *later]

    def by_one_change(self, frames: Frames, ways: Ways) -> list[tuple[Distance | None, ...]]:
        """For each enterprise how far it is by one change, in each of some of the ways."""
        found = [
            many.by_one_change(many.judged(frames))
            for many in self._many
            if any(many.nearest is nearest for nearest, _this_year in ways)
        ]
        return list(zip(*found, strict=True))

    def missing(self, of: Facts) -> int:
        """How many facts are still to be collected of an enterprise."""
        return len(self._rule.gaps(of))

    def climbs(self, frames: Frames) -> Iterator[tuple[str, Climb]]:
        """How the enterprises of frames stand, those whom one change within reach is enough for.

        Who needs nothing next year but time is as near as anybody can be.
        """
        now = self._many[0].judged(frames)
        found: dict[int, tuple[Distance, bool]] = {}
        for row, each in enumerate(self._many[0].by_one_change(now)):
            if each is not None and is_near(each):
                found[row] = each, True
        for later in self._many[1:]:
            left = [row for row in range(now.height) if row not in found]
            rest = later.judged({**frames, SUBJECT: frames[SUBJECT][left]})
            for row, each in zip(left, later.by_one_change(rest), strict=True):
                if each is not None and is_near(each):
                    found[row] = each, False
        rows = sorted(found)
        unsure = [row for row in rows if found[row][0].verdict is None]
        gaps = self._gaps.names(now, frames, unsure)
        first = {} if self._first is None else self._first.lacking(frames, rows)
        codes = frames[SUBJECT][KEY]
        for row in rows:
            distance, this_year = found[row]
            collected = self._rule.collected(gaps.get(row, ()))
            yield codes[row], _climb(distance, collected, first.get(row), this_year=this_year)


class FirstLook:
    """The rule of a first look, for many enterprises."""

    def __init__(self, screening: Rule, book: Rulebook, day: date) -> None:
        self._explainer = Explainer(screening, book, day)
        self._gaps = GapsOfMany(self._explainer, KEY)

    def lacking(self, frames: Frames, rows: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """By row the facts that the first look lacks, none where it is met.

        Rows where it is not met are left out.
        """
        told = judged(self._explainer.lowered, frames, KEY)
        verdicts = told[VERDICT]
        return self._gaps.names(told, frames, [row for row in rows if verdicts[row] is not False])


def _climb(
    distance: Distance, gaps: Sequence[str], first: Sequence[str] | None, *, this_year: bool
) -> Climb:
    state, lacks = Prospect.State.NEAR, distance.way.sentence or _("到下一年度即满足")
    if this_year and not distance.way.changes:
        state = Prospect.State.QUALIFIED if distance.verdict else Prospect.State.OPEN
        lacks = "" if distance.verdict else to_collect(gaps, first or ())
    to_screen = None if first is None else len(first)
    return Climb(
        state, this_year, distance.way.effort, lacks[:MOST_TEXT], len(gaps), to_screen
    )  # fmt: skip


def to_collect(gaps: Sequence[str], first: Sequence[str] = ()) -> str:
    """Which facts are still to be collected, in words, those for a `first` look before all others.

    Without any only experts are waited for.
    """
    if first:
        return _("初筛还要知道%(names)s") % {"names": "、".join(first)}
    if not gaps:
        return _("没有不符合的条件，只等专家评分")
    words = {"names": "、".join(gaps[:FEW]), "count": len(gaps)}
    return (_("待归集%(names)s等%(count)s项") if len(gaps) > FEW else _("待归集%(names)s")) % words


class Ladder:
    """The rungs that can be judged here, each with its rules compiled."""

    def __init__(self, snapshot: Snapshot, book: Rulebook) -> None:
        judged = {each.rule.id: each for each in snapshot.judged(book)}
        day = snapshot.manifest.as_of
        self._rungs: dict[str, list[tuple[Ruler, frozenset[str] | None]]] = {}
        for rung in rungs().values():
            screening = judged.get(rung.screening)
            rulers = [
                (
                    Ruler(each.rule, book, day, screening.rule if screening else None),
                    each.regions,
                )
                for code in rung.rules
                if (each := judged.get(code))
            ]
            if rulers:
                self._rungs[rung.code] = rulers

    def climbs(self, frames: Frames) -> dict[str, list[tuple[str, Climb]]]:
        """By enterprise the rungs from which it is one change away at most."""
        found: dict[str, list[tuple[str, Climb]]] = {}
        for rung in self._rungs:
            for ruler, mine in self.of_rung(rung, frames):
                for code, climb in ruler.climbs(mine):
                    found.setdefault(code, []).append((rung, climb))
        return found

    def of_rung(self, rung: str, frames: Frames) -> Iterator[tuple[Ruler, Frames]]:
        """The rules of a rung, each with the frames of the enterprises that it is for."""
        left = frames[SUBJECT]
        for ruler, regions in self._rungs.get(rung, ()):
            mine = pl.lit(value=True)
            if regions is not None:
                mine = pl.col(PLACE).is_in(sorted(regions)).fill_null(value=False)
            yield ruler, {**frames, SUBJECT: left.filter(mine)}
            left = left.filter(mine.not_())


def run_ladder(run: JobRun) -> Mapping[str, Any]:
    """Work out the distances batch by batch; those of older runs are let go of at the end."""
    found = RuleRun.objects.select_related("snapshot", "region").filter(pk=run.arguments["run"])
    target = found.first()
    if target is None or target.snapshot is None:
        raise JobError(_("这次运行没有完成，不能算阶梯。请重新发起运行。"))
    with TemporaryDirectory() as folder, open_file(target.snapshot) as file:
        snapshot = Snapshot(file)
        ladder = Ladder(snapshot, snapshot.book(Path(folder)))
        numbers = snapshot.numbers()
        first = run.checkpoint.get("batch", 0)
        run.begin(0, len(numbers) + 1, done=first)
        for number, batch in enumerate(numbers[first:], start=first):
            climbs = ladder.climbs(snapshot.frames(batch))
            with run.unit({"batch": number + 1}):
                if number == 0:  # the job was run again
                    for model in (Prospect, Climber):
                        model.objects.filter(run=target).delete()
                _keep(target, climbs)
    with run.unit({"batch": len(numbers)}):
        for model in (Prospect, Climber):
            rows = model.objects.filter(run__region=target.region)
            # Of two that are worked out at once the older one may end last.
            of_older = rows.filter(run__lt=target.pk)
            (rows.filter(run__lte=target.pk) if _has_newer(target) else of_older).delete()
        RuleRun.objects.filter(pk=target.pk).update(ladder_at=timezone.now())
    return {"run": target.pk}


def _has_newer(target: RuleRun) -> bool:
    runs = RuleRun.objects.filter(region=target.region, pk__gt=target.pk)
    return runs.exclude(ladder_at=None).exists()


def _keep(target: RuleRun, climbs: Mapping[str, list[tuple[str, Climb]]]) -> None:
    keys = keys_of(list(climbs))
    known = {code: found for code, found in climbs.items() if code in keys}
    rows = [
        (target.pk, keys[code], rung, each.state, each.this_year, str(decimal_of(each.effort)),
         each.lacks, each.missing, each.to_screen)
        for code, found in known.items()
        for rung, each in found
    ]  # fmt: skip
    _insert(Prospect, COLUMNS, rows)
    climbers = [
        (target.pk, keys[code], " ".join(f"{rung}={each.stand}" for rung, each in found))
        for code, found in known.items()
    ]
    _insert(Climber, ("run_id", "party_id", "stands"), climbers)


def _insert(model: type[OfRun], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    schema = {name: dtype_of_column(model, name) for name in columns}
    insert(model, pl.DataFrame(rows, schema=schema, orient="row"))


def decimal_of(effort: Fraction) -> Decimal:
    """An effort as a decimal with six places, never less than it is."""
    scaled = -((-effort.numerator * 10**6) // effort.denominator)
    return Decimal(scaled).scaleb(-6).quantize(DIGITS)

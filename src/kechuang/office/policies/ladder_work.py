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

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.eligibility.choosing import Ways
from kechuang.eligibility.explaining import Explainer
from kechuang.eligibility.nearest import Distance
from kechuang.office.ground.files import open_file
from kechuang.office.ground.job_runs import JobError, JobRun
from kechuang.office.parties.queries import keys_of
from kechuang.office.policies.compiled import Compiled
from kechuang.office.policies.inputs import PLACE, Facts, every
from kechuang.office.policies.keeping import Snapshot
from kechuang.office.policies.ladder import is_near, rungs
from kechuang.office.policies.models import Prospect, RuleRun
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.model import Rule

DIGITS: Final = Decimal("0.000001")
AT_A_TIME: Final = 2_000
MOST_TEXT: Final = 300
FEW: Final = 4
"""So many facts that are to be collected are named."""


@dataclass(frozen=True, slots=True)
class Climb:
    """How an enterprise stands to a rung by the rule alone."""

    state: str
    this_year: bool = True
    effort: Fraction = Fraction(0)
    lacks: str = ""
    missing: int = 0
    to_screen: int | None = None


class Ruler:
    """One rule of a rung, compiled for this year and, where it is known, for next year."""

    def __init__(self, rule: Rule, book: Rulebook, day: date, screening: Rule | None) -> None:
        self._rule = Compiled.of(rule, book, day)
        self._screening = None if screening is None else Explainer(screening, book, day)

    @property
    def ways(self) -> Ways:
        """The rule for this year and for next year, where that is known."""
        later = [(self._rule.later, False)] if self._rule.later is not None else []
        return [(self._rule.now, True), *later]

    def missing(self, of: Facts) -> int:
        """How many facts are still to be collected of an enterprise."""
        return len(self._rule.gaps(of))

    def climb(self, of: Facts) -> Climb | None:
        """How an enterprise stands; None where no single change within reach is enough."""
        found = self._rule.now.by_one_change(of.facts, of.rows)
        if found is not None and is_near(found):
            return self._told(of, found, this_year=True)
        later = self._rule.later.by_one_change(of.facts, of.rows) if self._rule.later else None
        # Who needs nothing next year but time is as near as anybody can be.
        if later is None or not is_near(later):
            return None
        return self._told(of, later, this_year=False)

    def _told(self, of: Facts, found: Distance, *, this_year: bool) -> Climb:
        gaps, first = self._rule.open_behind(found, of), self._first_look(of)
        to_screen = None if first is None else len(first)
        state, lacks = Prospect.State.NEAR, found.way.sentence or _("到下一年度即满足")
        if this_year and not found.way.changes:
            state = Prospect.State.QUALIFIED if found.verdict else Prospect.State.OPEN
            lacks = "" if found.verdict else to_collect(gaps, first or ())
        return Climb(
            state, this_year, found.way.effort, lacks[:MOST_TEXT], len(gaps), to_screen
        )  # fmt: skip

    def _first_look(self, of: Facts) -> tuple[str, ...] | None:
        """The facts that a first look lacks, none where it is met; None where it is not."""
        if self._screening is None:
            return None
        if self._screening.single.outcome(of.facts, of.rows).verdict is False:
            return None
        return self._screening.gaps(of.facts, of.rows)


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
    """The rungs that can be judged here, each with its rules compiled when first needed."""

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

    def climbs(self, of: Facts) -> Iterator[tuple[str, Climb]]:
        """The rungs from which an enterprise is one change away at most."""
        for rung in self._rungs:
            ruler = self.ruler(rung, of)
            climb = ruler.climb(of) if ruler is not None else None
            if climb is not None:
                yield rung, climb

    def ruler(self, rung: str, of: Facts) -> Ruler | None:
        """The rule of a rung that is for an enterprise; None where there is none."""
        for ruler, regions in self._rungs.get(rung, ()):
            if regions is None or of.facts.get(PLACE) in regions:
                return ruler
        return None


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
            climbs = {
                code: list(ladder.climbs(of)) for code, of in every(snapshot.frames(batch)).items()
            }
            with run.unit({"batch": number + 1}):
                if number == 0:  # the job was run again
                    Prospect.objects.filter(run=target).delete()
                _keep(target, climbs)
    with run.unit({"batch": len(numbers)}):
        Prospect.objects.filter(run__region=target.region).exclude(run=target).delete()
        RuleRun.objects.filter(pk=target.pk).update(ladder_at=timezone.now())
    return {"run": target.pk}


def _keep(target: RuleRun, climbs: Mapping[str, list[tuple[str, Climb]]]) -> None:
    codes = [code for code, found in climbs.items() if found]
    keys = keys_of(codes)
    Prospect.objects.bulk_create(
        (
            Prospect(
                run=target,
                party_id=keys[code],
                rung=rung,
                state=each.state,
                this_year=each.this_year,
                effort=decimal_of(each.effort),
                lacks=each.lacks,
                missing=each.missing,
                to_screen=each.to_screen,
            )
            for code in codes
            if code in keys
            for rung, each in climbs[code]
        ),
        batch_size=AT_A_TIME,
    )


def decimal_of(effort: Fraction) -> Decimal:
    """An effort as a decimal with six places, never less than it is."""
    scaled = -((-effort.numerator * 10**6) // effort.denominator)
    return Decimal(scaled).scaleb(-6).quantize(DIGITS)

"""Starting a run of all rules, and making one again from its snapshot."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kechuang.office.ground import jobs
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.files import open_file
from kechuang.office.ground.models import Job
from kechuang.office.ground.permissions import acting
from kechuang.office.policies import keeping
from kechuang.office.policies.models import RuleRun
from kechuang.office.policies.queries.runs import root
from kechuang.office.policies.rules import holds_here, published_now, rules_on, with_revisions
from kechuang.office.policies.telling import RUN, tell
from kechuang.office.regions.models import Region

KIND = "rules.run"


def start(actor: Actor, day: date) -> RuleRun:
    """Have every rule in force on a day judged on every enterprise, as a job.

    Raises `ValidationError` where another run is under way, or no rule is in force.
    """
    region = root()
    with acting(actor, RUN, Place(region.path)):
        # One after another: a second one would be told against the first that has not ended.
        Region.objects.select_for_update().get(pk=region.pk)
        open_jobs = Job.objects.filter(kind=KIND, state__in=(Job.State.WAITING, Job.State.RUNNING))
        if open_jobs.exists():
            raise ValidationError(_("还有一次运行没有结束。请等它完成，或先取消它的任务。"))
        revisions = published_now()
        if not holds_here(rules_on(day, with_revisions(revisions).book), region.path):
            told = _("%(day)s没有在这里生效的规则。请换一个判断日。") % {"day": day.isoformat()}
            raise ValidationError({"as_of": told})
        run = RuleRun.objects.create(
            region=region, as_of=day, revisions=revisions, started_by=actor.code,
            started_name=actor.name,
        )  # fmt: skip
        tell(actor, "rule_run.start", run, {"as_of": (None, day.isoformat())})
        name = _("全部规则判断：%(day)s") % {"day": day.isoformat()}
        job = jobs.submit(actor, KIND, name, {"run": run.pk}, Place(region.path, "", actor.code))
        run.job = job.pk
        run.save(update_fields=["job"])
    return run


def same_again(run: RuleRun) -> bool:
    """Whether the verdicts of a run, made anew from its snapshot, are the same bytes.

    Raises `SnapshotError` where this version of the program cannot read the snapshot.
    """
    if run.snapshot is None or run.verdicts is None:
        raise keeping.SnapshotError(_("这次运行没有完成，没有快照。"))
    with TemporaryDirectory() as folder, open_file(run.snapshot) as file:
        digest = keeping.judge_again(file, Path(folder) / "again.parquet")
    return digest == run.verdicts.digest

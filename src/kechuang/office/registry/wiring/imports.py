"""What this part puts into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.jobs import JobKind, kinds
from kechuang.office.ground.models import Job
from kechuang.office.registry.imports import jobs


def fill() -> None:
    """Called once when the room starts."""
    check = (_("读取、核对、比较"),)
    kinds.fill(
        JobKind("import.check", _("检查导入文件"), 40, check, jobs.run_check, _url, partial=False)
    )
    write = (_("写入"),)
    kinds.fill(
        JobKind(
            "import.write",
            _("导入"),
            41,
            write,
            jobs.run_write,
            _url,
            repeatable=False,
            partial=False,
        )
    )
    undo = (_("撤销"),)
    kinds.fill(
        JobKind(
            "import.undo",
            _("撤销导入"),
            42,
            undo,
            jobs.run_undo,
            _url,
            repeatable=False,
            partial=False,
        )
    )


def _url(job: Job) -> str | None:
    try:
        return reverse("registry:import", args=[job.arguments["batch"]])
    except NoReverseMatch:
        return None

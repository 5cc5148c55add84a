"""What books of evidence put into the slots, the lists, the jobs and the words of the trail."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from kechuang.office.desk.lists.bindings import BINDINGS
from kechuang.office.desk.models import Binding
from kechuang.office.desk.queries import bindings as queries
from kechuang.office.desk.services import bindings as services
from kechuang.office.ground.audit_words import fields_of, words
from kechuang.office.ground.jobs import JobKind, kinds
from kechuang.office.ground.listings import listings
from kechuang.office.ground.models import Job
from kechuang.office.ground.slots import (
    PartyAct,
    SourceOpener,
    merge_rules,
    party_acts,
    source_openers,
)


def fill() -> None:
    """Called by the wiring of briefs."""
    listings.fill(BINDINGS)
    party_acts.fill(PartyAct("binding", _("佐证成册"), 20, queries.MAKE, _begin))
    source_openers.fill(SourceOpener("binding", 80, queries.address))
    merge_rules.fill(services.RULE)
    steps = (_("核对、转换、装订"),)
    kinds.fill(
        JobKind(services.JOB, _("佐证成册"), 60, steps, services.run, _url, repeatable=False)
    )
    words.fill(
        "binding",
        _("佐证成册"),
        {
            "binding.create": _("新建一册"),
            "binding.change": _("修改封面"),
            "binding.add": _("加入材料"),
            "binding.move": _("调整次序"),
            "binding.remove": _("移除材料"),
            "binding.submit": _("提交装订"),
            "binding.make": _("成册"),
            "binding.fail": _("装订未成"),
        },
        {
            **fields_of(Binding),
            "pieces": _("材料"),
            "place": _("次序"),
            "sha256": "SHA-256",
        },
        Binding,
    )


def _begin(code: str) -> str:
    return f"{reverse('desk:binding_create')}?{urlencode({'party': code})}"


def _url(job: Job) -> str | None:
    try:
        return reverse("desk:binding", args=[job.arguments["binding"]])
    except NoReverseMatch:
        return None

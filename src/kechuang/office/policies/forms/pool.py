"""The forms of the cultivation pool: let in, follow up, mentor and plan, into a batch, out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models import Batch
from kechuang.office.filings.models.base import Kind
from kechuang.office.filings.queries.officers import officers
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.bulk import SELECTED
from kechuang.office.ground.normalise import TextField
from kechuang.office.policies.ladder import Rung, rungs
from kechuang.office.policies.models import PoolEntry
from kechuang.office.policies.pool import open_stages
from kechuang.office.policies.queries.pool import open_batches
from kechuang.office.policies.services.pool import Tending
from kechuang.office.policies.telling import POOL_CHANGE
from kechuang.office.registry.forms.fields import (
    DataSelect,
    PartyField,
    box_field,
    choice_field,
    day_field,
)
from kechuang.office.registry.forms.records import ReachForm

NEXT_HELP = _("写要办的一件事，例如“上门看研发费用辅助账”。到日子会在首页和通知里提醒辅导人。")


def _plan() -> TextField:
    return TextField(
        label=_("培育计划"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def _next_step() -> TextField:
    return TextField(label=_("下一步"), required=False, max_length=200, help_text=NEXT_HELP)


class MentorForm(ReachForm):
    """Who helps a firm, and by which plan."""

    mentor = forms.ChoiceField(label=_("辅导人"), required=False, widget=DataSelect)
    plan = _plan()

    def __init__(
        self, *arguments: Any, actor: Actor, entry: PoolEntry | None = None, **more: Any
    ) -> None:
        super().__init__(*arguments, actor=actor, **more)
        choices = dict(officers(actor, POOL_CHANGE))
        if entry and entry.mentor:
            choices.setdefault(entry.mentor, entry.mentor_name)
        field: Any = self.fields["mentor"]
        field.choices = [("", _("还没有定")), *choices.items()]


class MentorsForm(ReachForm):
    """Who helps several firms from now on."""

    selected = forms.CharField(widget=forms.HiddenInput, max_length=20_000)
    mentor = forms.ChoiceField(label=_("辅导人"), widget=DataSelect)

    def __init__(self, *arguments: Any, actor: Actor, selected: str, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        field: Any = self.fields["mentor"]
        field.choices = [("", "—"), *officers(actor, POOL_CHANGE)]
        self.initial[SELECTED] = selected


class TendingForm(MentorForm):
    """How firms that come in are helped."""

    next_step = _next_step()
    next_on = day_field(_("下一步日期"), required=False)

    def tending(self) -> Tending:
        """What was filled in."""
        data = self.cleaned_data
        return Tending(data["mentor"], data["plan"], data["next_step"], data["next_on"])


class AdmitForm(TendingForm):
    """One firm into the pool by hand."""

    party = PartyField(label=_("企业"), help_text=_("全称或统一社会信用代码。"))
    rung = choice_field(_("培育到"), {code: rung.name for code, rung in rungs().items()})
    on = day_field(_("入库日期"))
    field_order = ("party", "rung", "on", "mentor", "plan", "next_step", "next_on")

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.initial.setdefault("on", timezone.localdate())


class FollowForm(ReachForm):
    """What was done, at which stage a firm is now, what comes next."""

    done = TextField(
        label=_("办了什么"), required=False, max_length=300,
        help_text=_("写入跟进记录，例如“已辅导归集2025年研发费用”。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    stage = forms.ChoiceField(label=_("现在的阶段"), widget=DataSelect)
    next_step = _next_step()
    next_on = day_field(_("下一步日期"), required=False)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        field: Any = self.fields["stage"]
        field.choices = list(open_stages().items())


class LeaveForm(ReachForm):
    """Why a firm leaves the pool."""

    end = choice_field(
        _("出库原因"),
        {
            end.value: end.label
            for end in PoolEntry.End
            if end is not PoolEntry.End.MERGED
        },
    )  # fmt: skip
    on = day_field(_("出库日期"))
    note = TextField(
        label=_("说明"), required=False, max_length=300,
        help_text=_("迁出、注销和放弃的要写明。"),
    )  # fmt: skip

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.initial.setdefault("on", timezone.localdate())


class BatchForm(ReachForm):
    """Into which batch firms of the pool are put."""

    selected = forms.CharField(widget=forms.HiddenInput, max_length=20_000)
    batch = box_field(_("申报批次"), Batch.objects.none())
    kind = forms.ChoiceField(label=_("申报类别"), choices=Kind.choices)
    on = day_field(_("加入日期"))

    def __init__(self, *arguments: Any, actor: Actor, rung: Rung, selected: str, **more: Any):
        super().__init__(*arguments, actor=actor, **more)
        field: Any = self.fields["batch"]
        field.queryset = open_batches(actor, rung)
        field.label_from_instance = lambda batch: batch.name
        self.initial.update({SELECTED: selected, "on": timezone.localdate()})

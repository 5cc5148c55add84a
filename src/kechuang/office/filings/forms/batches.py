"""The forms of batches, their stages and documents, and of programmes."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models import Batch, BatchStage
from kechuang.office.filings.practice import rulebook_programmes
from kechuang.office.filings.queries.batches import programmes
from kechuang.office.filings.services.batches import BatchFacts
from kechuang.office.filings.telling import OPEN
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import DataSelect, choice_field, day_field
from kechuang.office.registry.forms.records import ReachForm
from kechuang.office.registry.standing import options
from kechuang.rulebook.library import load_rulebook

KINDS: Final = {
    "title": _("资格称号"),
    "platform": _("创新平台"),
    "award": _("奖补政策"),
    "permit": _("许可"),
}
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _text(label: Any, length: int, help_text: Any = "") -> TextField:
    return TextField(label=label, max_length=length, required=False, help_text=help_text)


class NoticeForm(ReachForm):
    """What a notice says of a batch."""

    name = TextField(
        label=_("批次名称"), max_length=120, help_text=_("例如“2026年高新技术企业第一批”。")
    )
    year = forms.IntegerField(
        label=_("年度"), min_value=FIRST_YEAR, max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    notice_number = _text(_("通知文号"), 120)
    notice_on = day_field(_("通知日期"), required=False)
    county_due = day_field(
        _("县级截止"), required=False, help_text=_("企业提交、县级推荐的最后一天。")
    )
    city_due = day_field(_("市级截止"), required=False)
    province_due = day_field(_("省级截止"), required=False)
    deciding = _text(_("认定机关"), 120, _("不填的按项目的通行做法。"))
    system = _text(_("申报系统"), 120, _("企业在哪个系统里提交。不填的按项目的通行做法。"))
    note = _text(_("备注"), 300)

    def facts(self) -> BatchFacts:
        """What was filled in."""
        data = self.cleaned_data
        names = BatchFacts.__dataclass_fields__
        return BatchFacts(**{name: data[name] for name in names})


class BatchForm(NoticeForm):
    """A new batch of a programme."""

    programme = forms.ChoiceField(
        label=_("项目"),
        help_text=_(
            "规则库里的项目；没有的先在“自设项目”里新增。阶段和材料按通行做法带出，可以再改。"
        ),
        widget=DataSelect,
    )
    region = RegionChoice(label=_("区划"), to_field_name="code")

    field_order = ("programme", "region")

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        self.fields["region"].offer(actor, OPEN)  # type: ignore[attr-defined]
        self.fields["programme"].choices = programme_choices(actor)  # type: ignore[attr-defined]
        self.initial.setdefault("year", timezone.localdate().year)
        paths = self.fields["region"].paths()  # type: ignore[attr-defined]
        if paths:
            self.initial.setdefault("region", min(paths, key=len).strip("/").split("/")[-1])


def programme_choices(actor: Actor) -> list[tuple[Any, Any]]:
    """Every programme by kind: the bureau's own, the nation's, those of here, those of elsewhere.

    A rule of another place is an example of how such programmes run.
    """
    here = set(actor.region.strip("/").split("/"))
    regions = {rule.id: rule.region for rule in load_rulebook()}
    groups: dict[Any, list[tuple[str, str]]] = {}
    elsewhere: list[tuple[str, str]] = []
    for each in rulebook_programmes().values():
        place = regions[each.code]
        if place == "000000" or place in here:
            groups.setdefault(KINDS[each.kind], []).append((each.code, each.name))
        else:
            elsewhere.append((each.code, each.name))
    own = [(each.code, each.name) for each in programmes(actor)]
    found: list[tuple[Any, Any]] = [("", "—")]
    found += [(_("自设项目"), own)] if own else []
    found += [(name, groups[name]) for name in KINDS.values() if name in groups]
    return [*found, (_("其他地方的样本"), elsewhere)]


class DeadlinesForm(ReachForm):
    """The deadlines of a batch."""

    county_due = day_field(_("县级截止"), required=False)
    city_due = day_field(_("市级截止"), required=False)
    province_due = day_field(_("省级截止"), required=False)


class StageForm(ReachForm):
    """The name of a stage and its last day."""

    name = TextField(label=_("阶段"), max_length=40)
    due = day_field(
        _("截止"),
        required=False,
        help_text=_("与批次的截止不同的，自己定；以后批次改期，这里不再跟着变。"),
    )


class NewStageForm(StageForm):
    """One more stage."""

    after = forms.ChoiceField(label=_("放在哪个阶段之后"), widget=DataSelect)
    needs_reason = forms.BooleanField(label=_("须写原因"), required=False)

    field_order = ("name", "after")

    def __init__(self, *arguments: Any, stages: list[BatchStage], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            (each.code, each.name) for each in stages if not each.is_end
        ]


class PaperForm(ReachForm):
    """One more document."""

    name = TextField(label=_("材料"), max_length=120)
    stage = forms.ChoiceField(label=_("最迟阶段"), required=False, widget=DataSelect)
    optional = forms.BooleanField(label=_("可以没有"), required=False)

    def __init__(self, *arguments: Any, stages: list[BatchStage], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["stage"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((each.code, each.name) for each in stages if not each.is_end),
        ]


class CloseForm(ReachForm):
    """The day on which a batch was finished."""

    on = day_field(_("办结日期"), help_text=_("办结的批次不再催办，数字照旧可查；可以重新打开。"))


class ProgrammeForm(ReachForm):
    """A programme that the rulebook does not have."""

    code = TextField(
        label=_("项目代码"),
        max_length=60,
        help_text=_("小写字母、数字、下划线，例如 county_prize。建立后不能修改。"),
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_]*$", _("项目代码以小写字母开头，只用字母、数字、下划线。")
            )
        ],
    )
    name = TextField(label=_("项目名称"), max_length=120)
    region = RegionChoice(label=_("区划"), to_field_name="code")
    deciding = _text(_("认定机关"), 120)
    system = _text(_("申报系统"), 120)
    note = _text(_("备注"), 300)

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        self.fields["region"].offer(actor, OPEN)  # type: ignore[attr-defined]
        told = _("发证后登记为哪项称号；项目、奖励等不登记称号的留空。")
        self.fields["title"] = choice_field(
            _("登记为称号"), options("titles", "title"), required=False, help_text=told
        )
        self.fields["level"] = choice_field(_("级别"), options("titles", "level"), required=False)

    def values(self) -> dict[str, Any]:
        """The columns without the region."""
        return {name: value for name, value in self.cleaned_data.items() if name != "region"}


def notice_of(batch: Batch) -> dict[str, Any]:
    """What a batch says of its notice, for a form."""
    return {name: getattr(batch, name) for name in BatchFacts.__dataclass_fields__}

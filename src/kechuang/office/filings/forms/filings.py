"""The forms of filings: firms in, stages, who looks after, documents, certificates, the letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kechuang.office.filings.models import (
    BatchDocument,
    BatchStage,
    Cause,
    Filing,
    FilingDocument,
    Kind,
)
from kechuang.office.filings.queries.advancing import stages_shown
from kechuang.office.filings.queries.naming import saved_views
from kechuang.office.filings.queries.officers import officers
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.registry.forms.fields import DataSelect, day_field
from kechuang.office.registry.forms.records import ReachForm

LONGEST_LIST: Final = 200_000


class FirmsForm(ReachForm):
    """Firms for a batch: a pasted list, or a saved filter of the registry."""

    kind = forms.ChoiceField(label=_("申报类别"), choices=Kind.choices)
    text = forms.CharField(
        label=_("企业名单"),
        required=False,
        max_length=LONGEST_LIST,
        help_text=_(
            "一行一家，名称或统一社会信用代码；可从 Excel、Word 直接粘贴，前面的序号不用删。"
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    view = forms.ChoiceField(
        label=_("或用企业列表中保存的视图"),
        required=False,
        help_text=_("在“企业”列表设好条件、保存成视图，这里就能选；例如达标未申报的名单。"),
        widget=DataSelect,
    )
    on = day_field(_("加入日期"))

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        views = [(str(each.pk), each.name) for each in saved_views(actor)]
        self.fields["view"].choices = [("", "—"), *views]  # type: ignore[attr-defined]
        self.initial.setdefault("on", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        """A list or a view, one of the two."""
        data = super().clean() or {}
        if bool((data.get("text") or "").strip()) == bool(data.get("view")):
            raise ValidationError({"text": _("请粘贴名单，或选一个视图，二者取一。")})
        return data


class AdvanceForm(ReachForm):
    """To which stage, on which day, and what is to be said of it.

    `shown` carries at which stage the page showed each filing.
    """

    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    stage = forms.ChoiceField(label=_("推进到"), widget=DataSelect)
    on = day_field(_("日期"))
    cause = forms.ChoiceField(
        label=_("退回类型"), required=False, choices=[("", "—"), *Cause.choices],
        help_text=_("退回的要选，用来统计退回原因。"),
    )  # fmt: skip
    reason = TextField(
        label=_("原因"),
        required=False,
        max_length=300,
        help_text=_("退回、未通过、放弃必须写，写明缺什么、错在哪。"),
    )
    document = TextField(
        label=_("文号"), required=False, max_length=120,
        help_text=_("推荐函、公示、备案公告的文号。"),
    )  # fmt: skip

    def __init__(
        self,
        *arguments: Any,
        stages: Iterable[BatchStage],
        filings: Iterable[Filing],
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        self.stages = list(stages)
        self.initial["shown"] = self._now = _written(stages_shown(filings))
        self.fields["stage"].choices = [(each.code, each.name) for each in self.stages]  # type: ignore[attr-defined]
        self.initial.setdefault("on", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        """A reason where the stage takes one."""
        data = super().clean() or {}
        stage = next((each for each in self.stages if each.code == data.get("stage")), None)
        if stage is not None and stage.needs_reason and not data.get("reason"):
            told = _now("“%(stage)s”要写原因：以后要按原因统计。")
            self.add_error("reason", told % {"stage": stage.name})
        return data

    def clean_shown(self) -> dict[int, int]:
        """By filing the stage at which it was shown (their keys)."""
        return stages_of_text(self.cleaned_data["shown"])

    def look_again(self) -> None:
        """Let the page that comes next count: it shows where the filings are by now."""
        self.data = {**self.data.dict(), "shown": self._now}  # type: ignore[union-attr]


def stages_of_text(text: str) -> dict[int, int]:
    """What the input `shown` carries; what nobody wrote is left out.

    >>> stages_of_text("12:3,14:5,x:1")
    {12: 3, 14: 5}
    """
    pairs = (each.partition(":") for each in text.split(","))
    return {
        int(filing[:18]): int(stage[:18])
        for filing, _colon, stage in pairs
        if filing.isdecimal() and stage.isdecimal()
    }


def _written(shown: Mapping[int, int]) -> str:
    return ",".join(f"{filing}:{stage}" for filing, stage in shown.items())


def usual_next(stages: list[BatchStage], now: BatchStage) -> str:
    """The stage that usually follows: the next one that is no return and no bad end."""
    later = [
        each for each in stages if each.order > now.order and not each.needs_reason
    ]  # fmt: skip
    if now.meaning == "returned":
        again = [each for each in stages if each.meaning == "submitted"]
        later = [*again, *later]
    return later[0].code if later else ""


class LookAfterForm(ReachForm):
    """Who follows filings up."""

    officer = forms.ChoiceField(label=_("跟进人"), required=False, widget=DataSelect)

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        choices = [("", _("无人跟进")), *officers(actor)]
        self.fields["officer"].choices = choices  # type: ignore[attr-defined]


class FilingForm(ReachForm):
    """What of a filing is corrected by hand."""

    kind = forms.ChoiceField(label=_("申报类别"), choices=Kind.choices)
    number = TextField(label=_("受理编号"), required=False, max_length=60)
    note = TextField(label=_("备注"), required=False, max_length=300)


class PapersForm(ReachForm):
    """The state of each document of a filing."""

    def __init__(
        self, *arguments: Any, papers: Iterable[BatchDocument], held: dict[int, FilingDocument],
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*arguments, **more)
        self.papers = list(papers)
        states = [("", _("未收")), *FilingDocument.State.choices]
        for each in self.papers:
            kept = held.get(each.pk)
            self.fields[f"paper-{each.code}"] = forms.ChoiceField(
                label=each.name, required=False, choices=states,
                initial=kept.state if kept else "",
            )  # fmt: skip
        self.fields["on"] = day_field(_("日期"))
        self.fields["note"] = TextField(label=_("说明"), required=False, max_length=200)
        self.initial.setdefault("on", timezone.localdate())

    def states(self) -> dict[str, str]:
        """The state of each document by its code."""
        return {each.code: self.cleaned_data[f"paper-{each.code}"] for each in self.papers}


class CertificatesForm(ReachForm):
    """What the notice of the certificates says of all; the numbers are pasted or written in."""

    document = TextField(label=_("发证或公告文号"), max_length=120)
    issued_on = day_field(_("发证日期"))
    expires_on = day_field(
        _("有效期至"), required=False, help_text=_("不填的按项目的有效期推算；以证书为准。")
    )
    text = forms.CharField(
        label=_("粘贴编号"),
        required=False,
        max_length=LONGEST_LIST,
        help_text=_("一行一家：名称或代码、证书编号，中间用制表符（从 Excel 复制两列就是）。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *arguments: Any, rows: Iterable[Filing], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.rows = list(rows)
        for row in self.rows:
            self.fields[f"number-{row.pk}"] = TextField(
                label=row.party.name, required=False, max_length=60
            )

    @property
    def numbers(self) -> list[tuple[Filing, Any]]:
        """Each filing with the field of its number."""
        return [(row, self[f"number-{row.pk}"]) for row in self.rows]

    @property
    def common(self) -> list[Any]:
        """The fields that hold for all."""
        return [self[name] for name in ("document", "issued_on", "expires_on", "text")]

    def written(self) -> dict[str, str]:
        """The numbers that were written in, by the code of the firm."""
        return {
            row.party.code: number
            for row in self.rows
            if (number := self.cleaned_data[f"number-{row.pk}"])
        }


class LetterForm(ReachForm):
    """The letter by which the county recommends, and its list."""

    kind = forms.ChoiceField(
        label=_("要哪一份"),
        choices=[
            ("letter", _("推荐函（Word，附名单）")),
            ("list", _("推荐汇总表（Excel）")),
        ],
    )
    addressee = TextField(
        label=_("主送机关"), max_length=120, help_text=_("例如“示例市科学技术局”。")
    )
    sender = TextField(label=_("发文机关"), max_length=120)
    number = TextField(
        label=_("发文字号"), max_length=120, required=False,
        help_text=_("例如“甲科函〔2026〕5号”。已按这个文号推荐过的，名单就是那些企业。"),
    )  # fmt: skip
    on = day_field(_("成文日期"))
    contact = TextField(label=_("联系人"), max_length=60, required=False)
    phone = TextField(label=_("联系电话"), max_length=40, required=False)

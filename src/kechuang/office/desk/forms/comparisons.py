"""Forms of comparisons: a list, what a name means, what is done for all firms of a list."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.desk.models import ComparedRow, ComparisonAct
from kechuang.office.desk.services.comparison_kinds import Work
from kechuang.office.desk.services.comparisons import KINDS, MOST_BYTES, MOST_NAMES
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.ground.showing import data as marked
from kechuang.office.ground.uploads import KINDS as FILE_KINDS
from kechuang.office.ground.uploads import MIB
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import PartyField, choice_field
from kechuang.office.registry.forms.organisations import TagChoice
from kechuang.office.registry.forms.records import RecordForm
from kechuang.office.registry.models import Qualification
from kechuang.office.registry.models.qualifications import RecognitionKind
from kechuang.office.registry.standing import options

ENDINGS: Final = tuple(ending for kind in KINDS for ending in FILE_KINDS[kind].extensions)
LONGEST_TEXT: Final = 500_000
NONE: Final = "none"
OTHER: Final = "other"
FIRM: Final = "firm-"
"""What a choice of a firm begins with; the party's code stands behind it."""


class SendForm(forms.Form):
    """A list, pasted or as a file, and the region that it is compared in."""

    text = forms.CharField(
        label=gettext_lazy("粘贴名单"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=format_lazy(
            gettext_lazy("一行一个名称，或从表格里整块复制。最多{most}个。"),
            most=f"{MOST_NAMES:,}",
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("或上传文件"),
        required=False,
        help_text=format_lazy(
            gettext_lazy(
                "收 Word（.docx）、有文字的 PDF、Excel（.xlsx、.xls）、WPS（.et）、.csv、.txt，"
                "不超过{most} MB。带密级标志的文件不得上传。"
            ),
            most=MOST_BYTES // MIB,
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    name = TextField(
        label=gettext_lazy("名单叫什么"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("不填时用文件名。如 2026年第一批高企公示名单。"),
    )
    region = RegionChoice(
        label=gettext_lazy("与哪里的企业比对"), to_field_name="code", empty_label=None
    )

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        fields: Any = self.fields
        fields["region"].offer(actor, "comparison.run")
        fields["region"].initial = actor.region.strip("/").rpartition("/")[2]

    def clean(self) -> dict[str, Any]:
        """Either a text or a file."""
        data = super().clean() or {}
        if self.errors:
            return data
        has_text, has_file = bool((data.get("text") or "").strip()), bool(data.get("file"))
        if has_text and has_file:
            raise ValidationError({"file": _("粘贴和上传只能选一样。请去掉一样再提交。")})
        if not has_text and not has_file:
            raise ValidationError({"text": _("请粘贴名单，或在下面上传文件。")})
        return data


class RowForm(forms.Form):
    """Which firm one name means; `shown` is the newest decision when the page was shown."""

    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label=gettext_lazy("这个名称是"), choices=(), widget=forms.RadioSelect
    )
    other = PartyField(
        label=gettext_lazy("库内另一家企业"),
        required=False,
        help_text=gettext_lazy("选“另一家企业”时填全称或代码。"),
    )

    def __init__(
        self, *arguments: Any, actor: Actor, row: ComparedRow, shown: int, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.initial["shown"] = self._now = shown
        fields: Any = self.fields
        fields["other"].actor = actor
        fields["choice"].choices = [
            *((f"{FIRM}{each['code']}", marked(each["name"])) for each in row.candidates),
            (OTHER, _("另一家企业")),
            (NONE, _("不是库内企业")),
        ]

    def clean(self) -> dict[str, Any]:
        """Another firm is named where it is chosen."""
        data = super().clean() or {}
        if data.get("choice") == OTHER and not data.get("other") and "other" not in self.errors:
            raise ValidationError({"other": _("请填企业的全称或代码。")})
        return data

    def look_again(self) -> None:
        """Let the page that comes next count: it tells what was decided by now."""
        self.data = {**self.data.dict(), "shown": self._now}  # type: ignore[union-attr]

    def code(self) -> str:
        """The code of the party that was chosen, empty for none of ours."""
        choice = self.cleaned_data["choice"]
        if choice == NONE:
            return ""
        return self.cleaned_data["other"].code if choice == OTHER else choice.removeprefix(FIRM)


class TitleForm(RecordForm):
    """A title for every firm of a list; what differs from firm to firm is filled in later."""

    model = Qualification
    names = (
        "title", "level", "batch_name", "recognition", "issuer", "issued_on", "expires_on", "note",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        told = _("国家级入库与省级认定的科技型中小企业是两项称号，分开登记。")
        self.fields["title"] = choice_field(_("称号"), options("titles", "title"), help_text=told)
        self.fields["level"] = choice_field(_("级别"), options("titles", "level"), required=False)
        self.fields["issued_on"].help_text = _("证书编号各家不同，办完后在各家的称号记录里填。")
        self.order_fields([*self.names, "source", "document", "as_of"])
        usual = {"recognition": RecognitionKind.RECOGNISED, "as_of": timezone.localdate()}
        self.initial = {**usual, **self.initial}

    def work(self) -> Work:
        """What is to be done."""
        source = self.provenance()
        values = {
            **self.values(),
            "source": source.source, "document": source.document, "as_of": source.as_of,
        }  # fmt: skip
        return Work(ComparisonAct.Kind.TITLE, values)


class TagForm(TagChoice):
    """A tag for every firm of a list."""

    def work(self) -> Work:
        """What is to be done; a tag that is new has no key yet."""
        tag = self.cleaned_data["tag"]
        name = tag.name if tag else self.cleaned_data["new"]
        return Work(ComparisonAct.Kind.TAG, {"tag": tag.pk if tag else None, "name": name})

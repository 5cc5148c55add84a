"""Forms of imports: sending a file, and choosing what an export in the template's form holds."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import CodeField, TextField
from kechuang.office.ground.uploads import MIB
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.imports.contents import Selection
from kechuang.office.registry.imports.exports import FORMATS, Form
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.provenance import Provenance
from kechuang.office.registry.services.imports import FIRST_YEAR, KINDS, MOST_BYTES
from kechuang.office.registry.sources import load_sources, usable_sources

YEAR: Final = re.compile(r"[12]\d{3}")
WHOLE: Final = frozenset({"organisations", "platforms"})
"""What has a short form beside the whole one."""


class YearField(CodeField):
    """A year, written in any width."""

    def __init__(self, **more: Any) -> None:
        attributes = {"inputmode": "numeric", "maxlength": 5}
        super().__init__(required=False, widget=forms.TextInput(attrs=attributes), **more)

    def clean(self, value: Any) -> int | None:
        """The year as a number, None where nothing is written."""
        text = super().clean(value).removesuffix("年")
        if not text:
            return None
        last = timezone.localdate().year
        if not YEAR.fullmatch(text) or not FIRST_YEAR <= int(text) <= last:
            words = _("年度填的是“%(year)s”，应在%(first)d至%(last)d之间。")
            raise ValidationError(words % {"year": text[:20], "first": FIRST_YEAR, "last": last})
        return int(text)


def purposes_for(actor: Actor, *, of: str) -> list[tuple[str, Any]]:
    """What an actor may bring in (`of="verb"`) or see (`of="view"`), by code and name."""
    return [(code, each.name) for code, each in PURPOSES.items() if actor.reach(getattr(each, of))]


def refused_sources() -> list[tuple[str, str]]:
    """The sources that no file may come from, and why."""
    return [(each.name, each.why) for each in load_sources().values() if each.refused]


class SendForm(forms.Form):
    """A file, what it holds, and where its values come from."""

    purpose = forms.ChoiceField(label=gettext_lazy("内容"))
    workbook = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=format_lazy(
            gettext_lazy(
                "收 .xlsx、.xls、.csv 和 WPS 的 .et，最大{most} MB。"
                "CSV 用 UTF-8、GBK、GB18030 编码都可以。带密级标志的文件不得上传。"
            ),
            most=MOST_BYTES // MIB,
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS)}),
    )
    year = YearField(
        label=gettext_lazy("年度"),
        help_text=gettext_lazy("数据是哪一年的。表头或“年度”列已写明年份的，可以不填。"),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("来源"),
        help_text=gettext_lazy("几个来源都有同一个数时，列在前面的先采用。"),
    )
    document = TextField(
        label=gettext_lazy("文号"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("名单、公示或来函的文号，如 示科〔2026〕12号。"),
    )
    as_of = forms.DateField(
        label=gettext_lazy("截至日期"),
        help_text=gettext_lazy("数据截至哪一天。同一来源的数据，日期新的先采用。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    region = RegionChoice(
        label=gettext_lazy("区划"),
        to_field_name="code",
        empty_label=None,
        help_text=gettext_lazy("表里的单位都应属于这个区划或它的下级；别处的会列为错误。"),
    )

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        fields: Any = self.fields
        blank = ("", _("请选择"))
        fields["purpose"].choices = [blank, *purposes_for(actor, of="verb")]
        fields["source"].choices = [
            blank,
            *((each.code, each.told) for each in usable_sources()),
        ]
        fields["region"].offer(actor, "import.run")
        fields["region"].initial = actor.region.strip("/").rpartition("/")[2]
        fields["as_of"].initial = timezone.localdate()

    def clean_as_of(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise ValidationError(
                _("截至日期填的是%(day)s，还没有到。请填数据实际截至的日期。") % {"day": day}
            )
        return day

    def provenance(self) -> Provenance:
        """Where the values come from."""
        given = self.cleaned_data
        return Provenance(given["source"], given["as_of"], given["document"])


class TemplateForm(forms.Form):
    """Which workbook to fill in."""

    purpose = forms.ChoiceField(label=gettext_lazy("内容"))
    year = YearField(
        label=gettext_lazy("年度"),
        help_text=gettext_lazy("企业年度数据和平台的模板写明年份；不填就由填报人逐行写年度。"),
    )
    whole = forms.BooleanField(
        label=gettext_lazy("包括全部列"),
        required=False,
        help_text=gettext_lazy("企业和平台的列很多，不勾选时只有常用的列。"),
    )

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, auto_id="template_%s", **more)
        fields: Any = self.fields
        fields["purpose"].choices = purposes_for(actor, of="verb")

    def clean(self) -> dict[str, Any]:
        """A purpose that has no short form is always whole."""
        given = super().clean() or {}
        given["whole"] = given.get("whole") or given.get("purpose") not in WHOLE
        return given


class ExportForm(forms.Form):
    """What an export in the template's form holds."""

    purpose = forms.ChoiceField(label=gettext_lazy("内容"))
    year = YearField(
        label=gettext_lazy("年度"), help_text=gettext_lazy("导出年度数据时填，如 2025。")
    )
    source = forms.ChoiceField(
        label=gettext_lazy("来源"),
        required=False,
        help_text=gettext_lazy(
            "各来源的数分开保存，一次导出一个来源；改好后按同一来源导入，只更新改过的格。"
        ),
    )
    whole = forms.BooleanField(
        label=gettext_lazy("包括全部列"),
        required=False,
        help_text=gettext_lazy("不勾选时只有常用的列。"),
    )
    wanted = forms.ChoiceField(label=gettext_lazy("格式"), choices=FORMATS.items())
    listing = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        fields: Any = self.fields
        fields["purpose"].choices = purposes_for(actor, of="view")
        fields["source"].choices = [
            ("", _("请选择")),
            *((each.code, each.told) for each in usable_sources()),
        ]

    def clean(self) -> dict[str, Any]:
        """Facts are of a year and of a source."""
        given = super().clean() or {}
        purpose = PURPOSES.get(given.get("purpose", ""))
        if purpose is None:
            return given
        whole = given.get("whole") and purpose.code in WHOLE
        if not purpose.by_source and not whole:
            return given
        if purpose.needs_year and "year" in given and given["year"] is None:
            self.add_error("year", _("“年度”没有填。导出年度数据请填是哪一年的，如 2025。"))
        if not given.get("source"):
            self.add_error("source", _("“来源”没有选。请选择导出哪个来源的数。"))
        return given

    def form(self) -> Form:
        """The export that was asked for."""
        given = self.cleaned_data
        selection = Selection(
            given["purpose"],
            given["year"] if PURPOSES[given["purpose"]].needs_year else None,
            given["source"],
            given["whole"] or given["purpose"] not in WHOLE,
            given["listing"],
            given["query"],
        )
        return Form(selection, given["wanted"])

"""Forms of this room: taking reports in, and correcting what was read."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.file_fields import FilesField, ManyFiles
from kechuang.office.ground.uploads import MIB
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import choices
from kechuang.office.reports.lists import indicator_names
from kechuang.office.reports.models import ReportFigure
from kechuang.office.reports.services import MOST_BYTES, MOST_TOGETHER, Meaning
from kechuang.reading.documents.about import FIRST_YEAR, LAST_YEAR
from kechuang.reading.outputs.labels import labels
from kechuang.reading.outputs.values import plain

SCALES: Final = {"": 0, "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
NUMBER: Final = re.compile(r"([+-]?)(\d+(?:\.\d+)?)(百|千|万|百万|千万|亿|万亿)?")
PERIOD: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
MOST_FILES: Final = 50
LONGEST_NUMBER: Final = 60
GENRES: Final = (
    "政府工作报告",
    "部门工作总结",
    "工作要点",
    "规划",
    "统计公报",
    "新闻报道",
    "政策文件",
    "调研报告",
)


class ReportsField(FilesField):
    """As many reports as are read in at once."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files as they came, unless they are too many."""
        files = super().clean(data, initial)
        if len(files) > MOST_FILES:
            words = _("一次选了%(count)d个文件，最多%(limit)d个。请分几批上传。")
            raise ValidationError(words % {"count": len(files), "limit": MOST_FILES})
        return files


class UploadForm(forms.Form):
    """Which files, and what is known of them beforehand."""

    documents = ReportsField(
        label=gettext_lazy("报告文件"),
        nothing=gettext_lazy("没有选择文件。请选择一份或多份报告。"),
        help_text=format_lazy(
            gettext_lazy(
                "可一次选多份。收 .docx、.pdf、.txt、.md、.html；每份不超过{one} MB，"
                "一批不超过{all} MB。带密级标志的文件不得上传。"
            ),
            one=MOST_BYTES // MIB,
            all=MOST_TOGETHER // MIB,
        ),
        widget=ManyFiles(attrs={"accept": ".docx,.pdf,.txt,.md,.html,.htm"}),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("地区"),
        to_field_name="code",
        empty_label=None,
        help_text=gettext_lazy("报告说的是哪个地区。"),
    )
    year = forms.IntegerField(
        label=gettext_lazy("年度"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
        help_text=gettext_lazy(
            "报告在哪一年写成：2026年的政府工作报告填2026。文中“去年”据此推算。"
        ),
    )
    genre = forms.CharField(
        label=gettext_lazy("体裁"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "genres"}),
        help_text=gettext_lazy(
            "如政府工作报告、工作要点、统计公报。要点和规划里的数字会按目标读。"
        ),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region"]
        field.queryset = choices(actor, "report.upload")
        here = actor.region.strip("/").rpartition("/")[2]
        self.fields["region"].initial = here

    def clean_year(self) -> int | None:
        """A year that a report may be of."""
        year = self.cleaned_data["year"]
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            words = _("年度填的是%(year)s，应在%(first)d至%(last)d之间。")
            raise ValidationError(words % {"year": year, "first": FIRST_YEAR, "last": LAST_YEAR})
        return year


def read_number(text: str) -> Decimal | None:
    """A number as people write it; None where nothing is written.

    >>> read_number("23.29亿"), read_number("1，284.5"), read_number("−24.2")
    (Decimal('2329000000'), Decimal('1284.5'), Decimal('-24.2'))
    """
    plain_text = unicodedata.normalize("NFKC", text).replace("−", "-")
    cleaned = re.sub(r"[\s,]", "", plain_text)
    if not cleaned:
        return None
    found = NUMBER.fullmatch(cleaned)
    if found is None:
        words = _("“%(text)s”读不出数。请写成 1284.5、1,284.5 或 23.29亿，单位填在单位一栏。")
        raise ValidationError(words % {"text": text})
    value = Decimal(found[1] + found[2]).scaleb(SCALES[found[3] or ""])
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def number_text(value: Decimal | None) -> str:
    """A number as the form shows it, so that `read_number` gives the same.

    >>> number_text(Decimal("2329000000")), number_text(Decimal("96"))
    ('23.29亿', '96')
    """
    if value is None:
        return ""
    for word, digits in (("亿", 8), ("万", 4)):
        scaled = value.scaleb(-digits).normalize()
        exponent = scaled.as_tuple().exponent
        if abs(scaled) >= 1 and isinstance(exponent, int) and -exponent <= 4:
            return f"{plain(scaled)}{word}"
    return plain(value)


class NumberField(forms.Field):
    """A number with 万 or 亿 behind it, thousands apart or not, full-width or not."""

    widget = forms.TextInput(attrs={"maxlength": LONGEST_NUMBER, "inputmode": "text"})

    def to_python(self, value: Any) -> Decimal | None:
        """The number."""
        return read_number(str(value or "")[:LONGEST_NUMBER])


class CorrectionForm(forms.Form):
    """What a figure says."""

    value = NumberField(label=gettext_lazy("数值"))
    value_max = NumberField(
        label=gettext_lazy("上限"),
        required=False,
        help_text=gettext_lazy("原文是区间时填，如“3至5家”的5。"),
    )
    unit = forms.CharField(label=pgettext_lazy("figure", "单位"), max_length=40, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("种类"))
    bound = forms.ChoiceField(label=gettext_lazy("界限"))
    measure = forms.CharField(label=gettext_lazy("指标名称"), max_length=200)
    subject = forms.CharField(label=pgettext_lazy("figure", "主体"), max_length=200, required=False)
    period = forms.CharField(
        label=gettext_lazy("期间"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("如 2024、2024-06；区间写 2024-01/2024-06。"),
    )
    indicator = forms.ChoiceField(label=gettext_lazy("指标目录"), required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told: Any = self.fields
        told["kind"].choices = [(code, each["name"]) for code, each in labels()["kinds"].items()]
        told["bound"].choices = [(code, each["name"]) for code, each in labels()["bounds"].items()]
        told["indicator"].choices = [("", _("没有对应的指标")), *indicator_names().items()]

    @classmethod
    def of(cls, figure: ReportFigure) -> CorrectionForm:
        """The form with what stands now."""
        names = ("unit", "kind", "bound", "measure", "subject", "period", "indicator", "note")
        initial = {name: getattr(figure, name) for name in names}
        initial["value"] = number_text(figure.value)
        initial["value_max"] = number_text(figure.value_max)
        return cls(initial=initial)

    def clean_period(self) -> str:
        """A year, month, day, or from one to another."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["period"]).strip()
        ends = text.split("/", 1)
        if text and not all(PERIOD.fullmatch(each) for each in ends):
            words = _("期间“%(text)s”读不出来。请写 2024、2024-06、2024-06-30，区间中间用“/”。")
            raise ValidationError(words % {"text": text})
        return text

    def meaning(self) -> Meaning:
        """What was filled in."""
        given = {name: self.cleaned_data[name] for name in Meaning.__dataclass_fields__}
        return Meaning(**given)

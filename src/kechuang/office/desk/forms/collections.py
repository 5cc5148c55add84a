"""Forms of collections: a form's papers, where its table stands, what came back, whom to ask."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.desk.models import Collection
from kechuang.office.desk.queries import collections as queries
from kechuang.office.desk.services import collection_returns as returns
from kechuang.office.desk.services.collections import MOST_BYTES, RUN, About
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.file_fields import FilesField, ManyFiles
from kechuang.office.ground.normalise import CodeField, TextField
from kechuang.office.ground.showing import data
from kechuang.office.ground.uploads import MIB
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import DataSelect, day_field
from kechuang.sheets.areas import letters
from kechuang.sheets.layouts import Layout, Rule, Way
from kechuang.sheets.packages import Package

MOST_NAMES: Final = 1_000
LAST_ROW: Final = 1_048_576
WAYS: Final = (
    (Way.ROWS.value, gettext_lazy("各填各的行（按拆分列分行，汇总时合到原表）")),
    (Way.STACK.value, gettext_lazy("空表各自填写（汇总时各单位的行上下相接）")),
    (Way.SUM.value, gettext_lazy("固定表格（各单位填同样的格，汇总时数字相加）")),
)
KINDS: Final = (
    ("any", gettext_lazy("不限")),
    ("number", gettext_lazy("数字")),
    ("whole", gettext_lazy("整数")),
    ("date", gettext_lazy("日期")),
    ("list", gettext_lazy("从列表选")),
    ("text", gettext_lazy("文字")),
)


class AboutForm(forms.Form):
    """What is said of a collection."""

    name = TextField(
        label=gettext_lazy("名称"),
        max_length=120,
        help_text=gettext_lazy("如“2026年上半年高新技术企业情况表”。"),
    )
    period = TextField(
        label=gettext_lazy("报告期"),
        max_length=40,
        help_text=gettext_lazy("如“2026年6月”“2026年上半年”。"),
    )
    deadline = day_field(
        gettext_lazy("截止日期"), help_text=gettext_lazy("这一天之后还没报的算逾期。")
    )
    table_number = TextField(label=gettext_lazy("表号"), max_length=60, required=False)
    issued_by = TextField(
        label=gettext_lazy("制定机关"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("向企业重复使用的表，要有表号、制定机关、文号和有效期。"),
    )
    document = TextField(label=gettext_lazy("文号"), max_length=120, required=False)
    valid_until = day_field(
        gettext_lazy("有效期至"),
        required=False,
        help_text=gettext_lazy("已过有效期的表不能下发。"),
    )
    previous = forms.ModelChoiceField(
        Collection.objects.none(),
        label=gettext_lazy("上期"),
        required=False,
        empty_label=gettext_lazy("没有上期"),
        help_text=gettext_lazy("选了上期，汇总时每个数旁边列出上期数和增减。"),
    )

    def __init__(
        self, *arguments: Any, actor: Actor, row: Collection | None = None, **more: Any
    ) -> None:
        if row is not None:
            first = {name: getattr(row, name) for name in About.__dataclass_fields__}
            more["initial"] = {**first, **more.get("initial", {})}
        super().__init__(*arguments, **more)
        fields: Any = self.fields
        offered = queries.earlier(actor)
        fields["previous"].queryset = offered.exclude(pk=row.pk) if row else offered

    def about(self) -> About:
        """What was filled in."""
        return About(**{name: self.cleaned_data[name] for name in About.__dataclass_fields__})


class CreateForm(AboutForm):
    """A form to be collected, and what is said of it."""

    workbook = forms.FileField(
        label=gettext_lazy("表样"),
        help_text=format_lazy(
            gettext_lazy(
                "要下发的表，.xlsx，最大{most} MB。可以已写好各单位的行，也可以是空表。"
                "带密级标志的文件不得上传。"
            ),
            most=MOST_BYTES // MIB,
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    region = RegionChoice(
        label=gettext_lazy("区划"),
        to_field_name="code",
        empty_label=None,
        help_text=gettext_lazy("向这个区划和它的下级收表。"),
    )
    field_order = ("workbook", "name", "period", "deadline", "region")

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        fields: Any = self.fields
        fields["region"].offer(actor, RUN)
        fields["region"].initial = actor.region.strip("/").rpartition("/")[2]


def _row(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=LAST_ROW,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 7}),
    )


class LayoutForm(forms.Form):
    """Where the table stands, who gets what, what is filled in."""

    sheet = forms.ChoiceField(label=gettext_lazy("工作表"), widget=DataSelect)
    way = forms.ChoiceField(
        label=gettext_lazy("怎样汇总"), choices=WAYS, widget=forms.RadioSelect, initial="rows"
    )
    by = forms.ChoiceField(
        label=gettext_lazy("按哪一列拆分"),
        required=False,
        widget=DataSelect,
        help_text=gettext_lazy(
            "县区、乡镇、园区或企业所在的列。空表和固定表格不拆分，每个单位一份整表。"
        ),
    )
    names = forms.CharField(
        label=gettext_lazy("填报单位"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("不拆分时填：一行一个，可从 Excel 粘贴。"),
    )
    fill = forms.MultipleChoiceField(
        label=gettext_lazy("要填的列"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只有这些列可以填，其余都锁住；有公式的格始终锁住。"),
    )
    header_first = _row(gettext_lazy("表头第一行"))
    header_last = _row(gettext_lazy("表头最后一行"), gettext_lazy("表头只有一行时与上一项相同。"))
    first = _row(gettext_lazy("数据第一行"))
    last = _row(gettext_lazy("数据最后一行"), gettext_lazy("合计行在表里的，算在内。"))
    spare = forms.IntegerField(
        label=gettext_lazy("每份另留空行"),
        min_value=0,
        max_value=500,
        initial=0,
        help_text=gettext_lazy("供填报单位增加新的行。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3}),
    )

    def __init__(
        self,
        *arguments: Any,
        package: Package,
        headers: dict[int, str],
        layout: Layout | None,
        **more: Any,
    ) -> None:
        first = _initial(layout) if layout else {}
        more["initial"] = {**first, **more.get("initial", {})}
        super().__init__(*arguments, **more)
        self.headers = headers
        fields: Any = self.fields
        columns = [
            (str(column), f"{letters(column)} {name}".strip()) for column, name in headers.items()
        ]
        sheets = [sheet.name for sheet in package.sheets if sheet.state == "visible"]
        fields["sheet"].choices = [(name, name) for name in sheets]
        fields["by"].choices = [("0", _("不拆分，每个单位一份整表")), *columns]
        fields["fill"].choices = [(column, data(name)) for column, name in columns]
        for column, name in headers.items():
            rule = layout.rules.get(column, Rule()) if layout else Rule()
            label = _("%(column)s列 %(name)s 填什么") % {"column": letters(column), "name": name}
            fields[f"kind-{column}"] = forms.ChoiceField(
                label=data(label), choices=KINDS, required=False, initial=rule.kind
            )
            fields[f"choices-{column}"] = TextField(
                label=_("%(column)s列的可选内容") % {"column": letters(column)},
                required=False,
                max_length=2_000,
                initial="、".join(rule.choices),
                help_text=_("用顿号或逗号隔开，如：是、否。"),
            )

    @property
    def plain(self) -> list[Any]:
        """The fields that every form has."""
        return [self[name] for name in self.fields if "-" not in name]

    @property
    def rules(self) -> list[tuple[Any, Any]]:
        """The two fields of each column."""
        return [(self[f"kind-{column}"], self[f"choices-{column}"]) for column in self.headers]

    def clean(self) -> dict[str, Any]:
        """Rows stand in their order, a list has something to choose from."""
        given = super().clean() or {}
        rows = [given.get(name) for name in ("header_first", "header_last", "first", "last")]
        if None not in rows and not rows[0] <= rows[1] < rows[2] <= rows[3]:  # type: ignore[operator]
            self.add_error("first", _("行号的次序不对：表头在上，数据在下。请核对这四个行号。"))
        for column in map(int, given.get("fill") or ()):
            if given.get(f"kind-{column}") == "list" and not self._choices(column):
                self.add_error(f"choices-{column}", _("选了“从列表选”，请写出可选的内容。"))
        if given.get("by") in (given.get("fill") or ()):
            self.add_error("fill", _("拆分列不能由填报单位填。请去掉它。"))
        return given

    def _choices(self, column: int) -> tuple[str, ...]:
        text = self.cleaned_data.get(f"choices-{column}") or ""
        for mark in ("，", ",", "；", ";"):
            text = text.replace(mark, "、")
        return tuple(each.strip() for each in text.split("、") if each.strip())

    def layout(self) -> Layout:
        """The layout that was filled in."""
        given = self.cleaned_data
        rules = {
            column: Rule(given[f"kind-{column}"], choices=self._choices(column))
            for column in map(int, given["fill"])
            if given.get(f"kind-{column}", "any") not in ("", "any")
        }
        way = Way(given["way"])
        return Layout(
            given["sheet"],
            (given["header_first"], given["header_last"]),
            given["first"],
            given["last"],
            (min(self.headers, default=1), max(self.headers, default=1)),
            tuple(sorted(map(int, given["fill"]))),
            way,
            int(given["by"] or 0) if way is Way.ROWS else 0,
            given["spare"] if way is Way.ROWS else 0,
            rules,
        )

    def names_given(self) -> list[str]:
        """Who is asked, one a line."""
        lines = (each.strip() for each in self.cleaned_data["names"].splitlines())
        return list(dict.fromkeys(filter(None, lines)))[:MOST_NAMES]


def _initial(layout: Layout) -> dict[str, Any]:
    return {
        "sheet": layout.sheet,
        "way": layout.way.value,
        "by": str(layout.by),
        "fill": [str(column) for column in layout.fill],
        "header_first": layout.header[0],
        "header_last": layout.header[1],
        "first": layout.first,
        "last": layout.last,
        "spare": layout.spare,
    }


class ReceiveForm(forms.Form):
    """What came back."""

    workbooks = FilesField(
        label=gettext_lazy("收回的表"),
        nothing=gettext_lazy("没有选择文件。请选择收回的表，或它们的压缩包。"),
        help_text=format_lazy(
            gettext_lazy(
                "可一次选多份 .xlsx，也可以是它们的 .zip；每份不超过{most} MB。"
                "是哪个单位的，由表里的识别标记决定，与文件名无关。"
            ),
            most=returns.MOST_BYTES // MIB,
        ),
        widget=ManyFiles(attrs={"accept": ".xlsx,.zip"}),
    )


class AnswerForm(forms.Form):
    """The filled-in workbook of one part."""

    workbook = forms.FileField(
        label=gettext_lazy("填好的表"),
        help_text=gettext_lazy("在下载的表里填好、保存后上传（.xlsx）。可以再次上传更正。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class ScanForm(forms.Form):
    """The scan of the sealed page."""

    scan = forms.FileField(
        label=gettext_lazy("盖章页扫描件"),
        help_text=gettext_lazy("PDF、JPG 或 PNG。"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class ContactForm(forms.Form):
    """Whom to telephone."""

    contact_name = TextField(label=gettext_lazy("联系人"), max_length=60, required=False)
    contact_phone = CodeField(
        label=gettext_lazy("联系电话"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("不填就保留原来的号码。"),
    )


class ReopenForm(forms.Form):
    """Why a final collection is opened again."""

    reason = TextField(label=gettext_lazy("重开的理由"), max_length=300)

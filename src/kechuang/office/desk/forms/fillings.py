"""Forms of fillings: a blank form sent in, what its columns mean, for whom it is filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.desk.filling.columns import (
    MOST_BACK,
    Choice,
    Mapped,
    Proposer,
    choices,
    lacks_unit,
    units_of,
)
from kechuang.office.desk.models import Filling
from kechuang.office.desk.queries import fillings as queries
from kechuang.office.desk.services.fillings import KINDS, MOST_BYTES, Head, seal
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import TextField
from kechuang.office.ground.uploads import MIB
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.forms.fields import DataSelect, day_field
from kechuang.office.registry.forms.imports import YearField
from kechuang.office.registry.queries.fact_lists import year_due
from kechuang.reference.words import plain_header

LIST: Final = "choices"
"""The id of the list of everything that a column may be filled with."""
MONEY_UNITS: Final = ("元", "万元", "亿元")
FILTERS: Final = ("region", "title", "tag", "kind", "status")
"""The conditions of the list of firms that the page offers itself."""
USUAL: Final = {"kind": "enterprise", "status": "active"}
"""What is chosen among them beforehand: firms at work."""
MOST_LINES: Final = 20_000


class SendForm(forms.Form):
    """A blank form, the year of the figures, and the region whose officers work on it."""

    workbook = forms.FileField(
        label=gettext_lazy("空白表"),
        help_text=format_lazy(
            gettext_lazy(
                "收 .xlsx，WPS 存的也可以，最大{most} MB。.xls 和 .et 请先另存为 .xlsx。"
                "带密级标志的文件不得上传。"
            ),
            most=MOST_BYTES // MIB,
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS)}),
    )
    year = YearField(
        label=gettext_lazy("数据年度"),
        help_text=gettext_lazy("表头没写年份的列填哪一年的数；表头写了年份的按表头。"),
    )
    region = RegionChoice(
        label=gettext_lazy("区划"),
        to_field_name="code",
        empty_label=None,
        help_text=gettext_lazy("本区划的同事能看到这份表，表头的对应也为本区划记住。"),
    )
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        fields: Any = self.fields
        fields["region"].offer(actor, queries.RUN)
        fields["region"].initial = actor.region.strip("/").rpartition("/")[2]
        fields["year"].initial = year_due()

    def clean_year(self) -> int:
        """The year, the last full one where none is written."""
        return self.cleaned_data["year"] or year_due()


class ColumnsForm(forms.Form):
    """What each column means, and what a recurring form says of itself."""

    number = TextField(label=gettext_lazy("表号"), required=False, max_length=60)
    authority = TextField(label=gettext_lazy("制定机关"), required=False, max_length=120)
    document = TextField(label=gettext_lazy("文号"), required=False, max_length=120)
    valid_until = day_field(
        gettext_lazy("有效期至"),
        required=False,
        help_text=gettext_lazy("定期报表过了有效期就不能再用，也不会再填。"),
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, filling: Filling, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.filling = filling
        self.fields["seen"].initial = seal(filling)
        self.places = [place for place, takes in enumerate(filling.form["takes"]) if takes]
        self.kept = {int(place): Mapped(**said) for place, said in filling.columns.items()}
        for name in ("number", "authority", "document", "valid_until"):
            self.fields[name].initial = getattr(filling, name)
        years = [(str(back), str(filling.year - back)) for back in range(MOST_BACK + 1)]
        for place in self.places:
            mapped = self.kept.get(place)
            self.fields[f"column-{place}"] = TextField(
                label=_("填什么"),
                required=False,
                max_length=120,
                initial=str(mapped.choice.name) if mapped else "",
                widget=forms.TextInput(attrs={"list": LIST, "autocomplete": "off"}),
            )
            self.fields[f"back-{place}"] = forms.ChoiceField(
                label=_("哪一年"),
                required=False,
                choices=years,
                initial=str(mapped.back) if mapped else "0",
            )
            unit = mapped.unit if mapped else ""
            written = {unit, *MONEY_UNITS} - {""}
            self.fields[f"unit-{place}"] = forms.ChoiceField(
                label=_("单位"),
                required=False,
                choices=[("", "—"), *((each, each) for each in sorted(written))],
                initial=unit,
                widget=DataSelect,
            )

    def clean(self) -> dict[str, Any]:
        """Each column as what it is filled with; `columns` by place."""
        given = super().clean() or {}
        columns: dict[int, Mapped] = {}
        for place in self.places:
            said = given.get(f"column-{place}", "")
            if not said:
                continue
            choice = choice_named(said)
            if choice is None:
                words = _("库里没有“%(said)s”这一项。请从提示的列表里选，或清空。")
                self.add_error(f"column-{place}", words % {"said": said})
                continue
            mapped = self._mapped(choice, place, given)
            if lacks_unit(mapped):
                words = _("“%(name)s”是金额，表头没有写单位。请选定单位。")
                self.add_error(f"unit-{place}", words % {"name": choice.name})
                continue
            columns[place] = mapped
        if not columns and not self.errors:
            raise ValidationError(_("至少要有一列对应到库里的数据。"))
        given["columns"] = columns
        return given

    def _mapped(self, choice: Choice, place: int, given: Mapping[str, Any]) -> Mapped:
        """A column with its year and unit; what the page did not ask is as the header says it."""
        before = self.kept.get(place)
        unit, back = given.get(f"unit-{place}", ""), given.get(f"back-{place}", "")
        if before is not None:
            unit = unit if f"unit-{place}" in self.data else before.unit
            back = back if f"back-{place}" in self.data else before.back
        offered = units_of(choice)
        if not unit and choice.field is not None and choice.field.type != "money" and offered:
            unit = offered[0]
        return Mapped(
            choice.code,
            int(back or 0) if choice.is_yearly else 0,
            unit if unit in offered else "",
        )

    def head(self) -> Head:
        """What the form says of itself."""
        given = self.cleaned_data
        return Head(given["number"], given["authority"], given["document"], given["valid_until"])


def choice_named(said: str) -> Choice | None:
    """The choice of that name, or that a header of that name would propose."""
    wanted = plain_header(said)
    for choice in choices().values():
        if plain_header(str(choice.name)) == wanted:
            return choice
    proposed = Proposer(year_due(), "万元", ()).propose((said,))
    return proposed.choice if proposed else None


class FilterForm(forms.Form):
    """For whom, by conditions of the list of firms or by one of the actor's saved views."""

    def __init__(self, *arguments: Any, actor: Actor, query: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        asked = queries.asked(actor, query)
        for condition in asked.conditions:
            if condition.filter.code in FILTERS:
                self.fields[condition.filter.code] = forms.ChoiceField(
                    label=str(condition.filter.name),
                    required=False,
                    choices=[("", _("不限")), *condition.choices],
                    widget=DataSelect,
                    initial=condition.value if query else USUAL.get(condition.filter.code, ""),
                )
        views = [(str(each.pk), each.name) for each in queries.saved_views(actor)]
        if views:
            self.fields["view"] = forms.ChoiceField(
                label=_("常用视图"),
                required=False,
                choices=[("", _("不用视图，按上面的条件")), *views],
                widget=DataSelect,
                help_text=_("选了视图，就按视图的条件，上面的条件不再起作用。"),
            )
        self.actor = actor

    def query(self) -> str:
        """The query of the list of firms that was asked for."""
        given = self.cleaned_data
        if given.get("view"):
            return queries.saved_views(self.actor).get(pk=int(given["view"])).query
        parts = {code: given[code] for code in FILTERS if given.get(code)}
        return urlencode(parts)


class LinesForm(forms.Form):
    """For whom, by codes or names that were pasted."""

    lines = forms.CharField(
        label=gettext_lazy("代码或名称"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("一行一家，统一社会信用代码或单位全称都可以；按这里的次序填。"),
    )

    def clean_lines(self) -> list[str]:
        """The lines that say something."""
        said = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(said) > MOST_LINES:
            words = _("粘贴了%(count)d行，最多%(most)d行。请分几次填。")
            raise ValidationError(words % {"count": len(said), "most": MOST_LINES})
        return said


class FillForm(forms.Form):
    """Why telephones leave the registry."""

    reason = TextField(
        label=gettext_lazy("取用联系电话的理由"),
        max_length=200,
        help_text=gettext_lazy("表里有联系电话。写明哪份文件要求报送，理由会记入审计。"),
    )

"""The forms of organisations: put in, change, rename, move, status, tags, documents."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import CodeField, TextField
from kechuang.office.regions.forms import RegionChoice
from kechuang.office.registry.cells import CELLS, cell, sizes
from kechuang.office.registry.forms.fields import (
    DataSelect,
    PartyField,
    WanField,
    choice_field,
    day_field,
    file_field,
)
from kechuang.office.registry.forms.records import RecordForm
from kechuang.office.registry.models import CellSource, Document, Organisation, Tag
from kechuang.office.registry.queries.organisations import tags
from kechuang.office.registry.services.documents import DocumentFacts
from kechuang.office.registry.services.organisations import OrganisationFacts
from kechuang.office.registry.sourced import source_name
from kechuang.office.registry.sources import BUREAU, load_sources

CREATE: Final = "organisation.create"
CHANGE: Final = "organisation.change"


class _Cells(RecordForm):
    """The cells of an organisation's own row."""

    model = Organisation
    names = CELLS

    credit_code = CodeField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=18,
        required=False,
        help_text=gettext_lazy("18位，见营业执照或法人证书。还没有代码的留空，办好后再补。"),
    )
    industry_code = CodeField(
        label=gettext_lazy("国民经济行业代码"),
        max_length=5,
        required=False,
        help_text=gettext_lazy("GB/T 4754，如 C3451 或 3451。"),
    )
    registered_capital = WanField(
        label=gettext_lazy("注册资本（万元）"), required=False, min_value=0
    )
    founded_on = day_field(gettext_lazy("成立日期"), required=False)
    main_business = TextField(
        label=gettext_lazy("主营业务"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact_phone = TextField(
        label=gettext_lazy("联系电话"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("加密保存，平时遮盖显示，查看须写理由。"),
    )
    parent = PartyField(
        label=gettext_lazy("上级单位"),
        required=False,
        help_text=gettext_lazy("填母公司或主管单位的全称或代码。"),
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        kinds = {each.value: each.label for each in Organisation.Kind}
        self.fields["kind"] = choice_field(gettext_lazy("类型"), kinds)
        self.fields["size_class"] = choice_field(gettext_lazy("企业规模"), sizes(), required=False)
        self.order_fields(
            ["name", "kind", "credit_code", "region", *CELLS, "source", "document", "as_of"]
        )
        self.initial = {**self.initial, "source": BUREAU, "as_of": timezone.localdate()}

    def cells(self) -> dict[str, Any]:
        """What was filled in, as services take it: of the parent its code."""
        found = self.values()
        if "parent" in found:
            found["parent"] = found["parent"].code if found["parent"] else ""
        return {name: value for name, value in found.items() if not self.fields[name].disabled}


class CreateForm(_Cells):
    """An organisation that is put in."""

    name = TextField(
        label=gettext_lazy("名称"),
        max_length=120,
        help_text=gettext_lazy("与证照上的全称一致。"),
    )
    region = RegionChoice(label=gettext_lazy("区划"), to_field_name="code")

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, actor=actor, **more)
        self.fields["region"].offer(actor, CREATE)  # type: ignore[attr-defined]
        self.initial["region"] = actor.region.strip("/").rpartition("/")[2]

    def facts(self) -> OrganisationFacts:
        """What was filled in."""
        data, cells = self.cleaned_data, self.cells()
        kind, code = cells.pop("kind"), cells.pop("credit_code")
        return OrganisationFacts(data["name"], kind, data["region"].code, code, cells)


class ChangeForm(_Cells):
    """The cells of an organisation; what another body keeps is shown and cannot be written."""

    def __init__(self, *arguments: Any, row: Organisation, **more: Any) -> None:
        super().__init__(*arguments, row=row, **more)
        self.initial["parent"] = cell(row, "parent")
        if row.credit_code:
            del self.fields["credit_code"]
        rows = {each.field: each for each in CellSource.objects.filter(party=row.party)}
        for name in CELLS:
            source = rows.get(name, row).source
            filled = cell(row, name) not in (None, "")
            if name in self.fields and filled and load_sources()[source].official:
                self.fields[name].disabled = True
                self.fields[name].help_text = _(
                    "来自“%(source)s”，由原部门管理，这里不能修改。请导入新的名单来更新。"
                ) % {"source": source_name(source)}


class RenameForm(forms.Form):
    """A new name."""

    name = TextField(
        label=gettext_lazy("新名称"),
        max_length=120,
        help_text=gettext_lazy("与新证照上的全称一致。原名称留作曾用名，仍能查到。"),
    )
    until = day_field(gettext_lazy("原名称用至"))
    document = TextField(label=gettext_lazy("变更通知书文号"), max_length=120, required=False)


class MoveForm(forms.Form):
    """Another region."""

    region = RegionChoice(label=gettext_lazy("迁入区划"), to_field_name="code")
    on = day_field(gettext_lazy("迁移日期"))
    reason = TextField(label=gettext_lazy("原因"), max_length=200)

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["region"].offer(actor, CHANGE)  # type: ignore[attr-defined]


class StatusForm(forms.Form):
    """Whether it still works."""

    status = forms.ChoiceField(label=gettext_lazy("新状态"), choices=Organisation.Status.choices)
    since = day_field(gettext_lazy("自何日"))
    reason = TextField(label=gettext_lazy("依据或原因"), max_length=200)


class TagChoice(forms.Form):
    """A tag that is there, or a word for a new one."""

    tag = forms.ModelChoiceField(
        Tag.objects.none(),
        label=gettext_lazy("标签"),
        required=False,
        empty_label=gettext_lazy("新建一个"),
        widget=DataSelect,
    )
    new = TextField(
        label=gettext_lazy("新标签"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("选了已有的标签就不用填。"),
    )

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["tag"].queryset = tags(actor, CHANGE)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if data.get("tag") is None and not data.get("new"):
            raise ValidationError({"tag": _("请选择标签，或写一个新标签。")})
        return data


class TagForm(TagChoice):
    """Which tag, and whether it goes on or off."""

    field_order = ("on", "tag", "new")
    on = forms.ChoiceField(
        label=gettext_lazy("办法"),
        choices=(("1", gettext_lazy("贴上")), ("0", gettext_lazy("取下"))),
        widget=forms.RadioSelect,
        initial="1",
    )

    def clean(self) -> dict[str, Any]:
        """A new word can only be put on."""
        data = super().clean()
        if data.get("tag") is None and data.get("on") == "0":
            raise ValidationError({"tag": _("要取下的标签请从已有的里面选。")})
        return data


class DocumentForm(forms.Form):
    """A document with its file."""

    file = file_field(gettext_lazy("文件"))
    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=Document.Kind.choices)
    title = TextField(
        label=gettext_lazy("标题"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("不填时用文件名。"),
    )
    dated_on = day_field(gettext_lazy("文件日期"), required=False)

    def facts(self) -> DocumentFacts:
        """What was filled in."""
        data = self.cleaned_data
        return DocumentFacts(data["kind"], data["title"], data["dated_on"])


class WithdrawForm(forms.Form):
    """Why a document is withdrawn."""

    reason = TextField(label=gettext_lazy("作废理由"), max_length=200)

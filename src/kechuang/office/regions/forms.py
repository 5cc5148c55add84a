"""Forms of regions and of the installation."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.regions.models import Installation, Region
from kechuang.office.regions.queries import choices

OWN_LEVELS = (Region.Level.COUNTY, Region.Level.TOWNSHIP, Region.Level.PARK)


class RegionChoice(forms.ModelChoiceField):
    """A choice of regions in the order of the tree, each as deep as it stands."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, queryset=Region.objects.none(), **more)

    def label_from_instance(self, obj: Any) -> str:
        """The name, moved in by the depth."""
        depth = obj.path.count("/") - self.least
        return f"{'　' * depth}{obj.name}"

    def offer(self, actor: Actor, verb: str) -> None:
        """Offer the regions in which the actor may do this."""
        self.queryset = choices(actor, verb)
        self.least = min((path.count("/") for path in self.paths()), default=0)

    def paths(self) -> list[str]:
        """The paths of the regions that are offered."""
        return list(self.queryset.values_list("path", flat=True))  # type: ignore[union-attr]


class AddForm(forms.Form):
    """A region to be put below another."""

    parent = RegionChoice(label=_("上级区划"), to_field_name="code")
    level = forms.ChoiceField(
        label=_("层级"), choices=[(each.value, each.label) for each in OWN_LEVELS]
    )
    code = forms.CharField(
        label=_("区划代码"),
        max_length=12,
        help_text=_("6至12位数字。乡镇街道用统计用区划代码；园区等自设单元用没有用过的号码。"),
        validators=[RegexValidator(r"^[0-9]{6,12}$", _("区划代码是6至12位数字。请核对后重填。"))],
    )
    name = forms.CharField(label=_("名称"), max_length=60)

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["parent"].offer(actor, "region.add")  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    """Another name for a region."""

    name = forms.CharField(
        label=_("新名称"),
        max_length=60,
        help_text=_("原名称留作曾用名，旧报告里的地名仍能对上。"),
    )


class InstallationForm(forms.ModelForm):
    """What the installation is, with what each choice brings about."""

    class Meta:
        """The settings in the order of the page."""

        model = Installation
        fields = (
            "name",
            "size",
            "password_profile",
            "second_factor",
            "enterprise_pages",
        )
        widgets: ClassVar = {
            "size": forms.RadioSelect,
            "password_profile": forms.RadioSelect,
            "second_factor": forms.RadioSelect,
        }
        help_texts: ClassVar = {
            "size": _(
                "标准：系统、安全、审计管理由不同的人担任，审计的人不办业务。小型局：这些岗位可以由一人兼任。"
                "资金的经办、复核与支付在两种规模下都须分开。"
            ),
            "password_profile": _(
                "等保三级：口令至少8位，含三类字符，90天到期须更换。ASVS：口令至少8位，建议15位以上，不定期更换。"
                "两种都不得用常见口令。改动后，已有口令在下次修改时按新规则检查。"
            ),
            "second_factor": _(
                "须有第二重验证而还没有的人，下次登录后先绑定验证器，才能继续办事。"
            ),
            "enterprise_pages": _(
                "开放后，企业角色可以办事；关闭后，他们登录后只能看自己的账号，数据不变。"
            ),
        }

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        for name in ("size", "password_profile", "second_factor"):
            field = self.fields[name]
            field.choices = list(self._meta.model._meta.get_field(name).choices)  # type: ignore[attr-defined, union-attr]

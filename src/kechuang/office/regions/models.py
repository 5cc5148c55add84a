"""The tree of administrative divisions, and what this installation is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths


class Region(models.Model):
    """One administrative division, township or park.

    `path` holds the codes from the top down (`/130000/130400/130435/`), so that a region and all
    below it are one prefix. Former names stay, because reports still carry them.
    """

    class Level(models.TextChoices):
        """How high a region stands; the order is that of the tree."""

        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("地级")
        COUNTY = "county", _("县级")
        TOWNSHIP = "township", _("乡镇街道")
        PARK = "park", _("园区")

    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30)
    level = models.CharField(_("层级"), max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级"), on_delete=models.PROTECT, null=True, related_name="children"
    )
    path = models.CharField(_("路径"), max_length=120, unique=True)
    former_names = models.JSONField(_("曾用名"), default=list, blank=True)

    scope_paths: ClassVar = ScopePaths(region="path")

    class Meta:
        """In the official order, which is that of the codes."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Installation(models.Model):
    """What this installation is: where it is rooted and how it is switched. A single row."""

    class Size(models.TextChoices):
        """How many people share the work."""

        STANDARD = "standard", _("标准：岗位分设")
        SMALL = "small", _("小型局（3–5人）：除资金外可兼岗")

    class PasswordProfile(models.TextChoices):
        """Which rules passwords follow; the two standards contradict each other."""

        MLPS3 = "mlps3", _("等保三级：复杂度要求，90天更换")
        ASVS2 = "asvs2", _("ASVS 5.0 二级：长度与常见口令检查，不强制更换")

    class SecondFactor(models.TextChoices):
        """Who must have a second factor at sign-in; everybody may."""

        ADMINISTRATORS = "administrators", _("三员必须，其他人自愿")
        BUREAU = "bureau", _("三员和本局人员必须")
        EVERYBODY = "everybody", _("所有人必须")
        NOBODY = "nobody", _("都自愿")

    root = models.ForeignKey(Region, verbose_name=_("本级区划"), on_delete=models.PROTECT)
    name = models.CharField(_("单位名称"), max_length=100)
    size = models.CharField(_("规模"), max_length=10, choices=Size, default=Size.STANDARD)
    password_profile = models.CharField(
        _("口令规则"), max_length=10, choices=PasswordProfile, default=PasswordProfile.MLPS3
    )
    second_factor = models.CharField(
        _("第二重验证"), max_length=15, choices=SecondFactor, default=SecondFactor.ADMINISTRATORS
    )
    enterprise_pages = models.BooleanField(_("开放企业端"), default=False)

    scope_paths: ClassVar = ScopePaths(region="root__path")

    class Meta:
        """One row only."""

        constraints = (
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_installation"),
        )

    def __str__(self) -> str:
        return self.name

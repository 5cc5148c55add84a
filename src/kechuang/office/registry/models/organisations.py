"""Organisations: what is known of each beyond who it is, its names, its places, its documents."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.ground.secrets import EncryptedTextField
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.base import OF_PARTY, OfParty, Sourced


class Tag(models.Model):
    """A word that officers of a region put on organisations to find them again."""

    name = models.CharField(_("标签"), max_length=30)
    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """By name; a word stands once for a region."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["region", "name"], name="tag_stands_once_for_a_region"),
        )

    def __str__(self) -> str:
        return self.name


class Organisation(Sourced):
    """A firm, school, institute, bank, park or bureau.

    Name, code and region are the party's. `credit_code` is the 统一社会信用代码, empty for an
    entity that has none yet. `initials` are those of the name in pinyin, `name_key` the name
    without brackets and legal form: two organisations with the same key may be one. After a merge
    `merged_into` says which record goes on.
    """

    class Kind(models.TextChoices):
        """What kind of organisation."""

        ENTERPRISE = "enterprise", _("企业")
        UNIVERSITY = "university", _("高等学校")
        INSTITUTE = "institute", _("科研院所")
        BANK = "bank", _("银行")
        PARK = "park", _("园区")
        BUREAU = "bureau", _("机关")
        OTHER = "other", _("其他单位")

    class Status(models.TextChoices):
        """Whether it is still at work."""

        ACTIVE = "active", _("存续")
        CLOSED = "closed", _("停业")
        REVOKED = "revoked", _("吊销")
        DEREGISTERED = "deregistered", _("注销")
        MOVED_OUT = "moved_out", _("迁出")

    party = models.OneToOneField(
        Party, verbose_name=_("主体"), on_delete=models.PROTECT, primary_key=True
    )
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, null=True, blank=True, unique=True
    )
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True, db_index=True)
    name_key = models.CharField(_("名称要素"), max_length=120, blank=True, db_index=True)
    industry_code = models.CharField(_("国民经济行业代码"), max_length=5, blank=True, db_index=True)
    size_class = models.CharField(_("企业规模"), max_length=10, blank=True)
    above_designated_size = models.BooleanField(_("规模以上企业"), null=True, blank=True)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    registered_capital = models.BigIntegerField(_("注册资本（分）"), null=True, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    website = models.CharField(_("网址"), max_length=200, blank=True)
    main_business = models.CharField(_("主营业务"), max_length=500, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    parent = models.ForeignKey(
        Party,
        verbose_name=_("上级单位"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations_below",
        db_index=False,
    )
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.ACTIVE)
    status_since = models.DateField(_("状态起始"), null=True, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("标签"), blank=True)
    merged_into = models.ForeignKey(
        Party,
        verbose_name=_("已并入"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations_merged",
        db_index=False,
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """In the order in which they were put in."""

        ordering = ("party_id",)
        indexes = (
            # Ends with the key, so that rows of a kind and status come in order without sorting.
            models.Index(
                fields=["kind", "status", "party"],
                condition=models.Q(merged_into__isnull=True),
                name="organisation_kind_status",
            ),
            # The list stands in the order of the initials, and the key makes that order complete.
            models.Index(
                fields=["initials", "party"],
                condition=models.Q(merged_into__isnull=True),
                name="organisation_in_order",
            ),
            # Those that go on are counted and put in order, those below one listed, without rows.
            models.Index(fields=["merged_into", "party", "initials"], name="organisation_goes_on"),
            models.Index(fields=["parent", "initials", "party"], name="organisation_below"),
        )

    def __str__(self) -> str:
        return self.party.name


class FormerName(OfParty):
    """A name that an organisation had, and until when; empty where nobody knows."""

    name = models.CharField(_("曾用名"), max_length=120)
    name_key = models.CharField(_("名称要素"), max_length=120, blank=True, db_index=True)
    until = models.DateField(_("用至"), null=True, blank=True)
    document = models.CharField(_("文号"), max_length=120, blank=True)

    class Meta:
        """Newest first; a name stands once for a party."""

        ordering = ("-until", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["party", "name"], name="former_name_stands_once_for_a_party"
            ),
        )

    def __str__(self) -> str:
        return self.name


class RegionStay(OfParty):
    """A region where an organisation was registered before, until when, and why it left."""

    region = models.ForeignKey(
        Region, verbose_name=_("区划"), on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-until", "-pk")

    def __str__(self) -> str:
        return f"{self.region} –{self.until}"


class CellSource(Sourced, OfParty):
    """Where one value of an organisation's own row comes from, where it differs from the row's."""

    field = models.CharField(_("字段"), max_length=60)

    class Meta:
        """A field has one source."""

        ordering = ("field",)
        constraints = (
            models.UniqueConstraint(fields=["party", "field"], name="cell_has_one_source"),
        )

    def __str__(self) -> str:
        return f"{self.field}: {self.source}"


class Document(OfParty):
    """A document of a dossier: its file, its kind, its title, the day it bears."""

    class Kind(models.TextChoices):
        """What kind of document."""

        LICENCE = "licence", _("营业执照")
        CERTIFICATE = "certificate", _("证书")
        ACCOUNTS = "accounts", _("财务报表")
        AGREEMENT = "agreement", _("协议")
        OTHER = "other", _("其他")

    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    title = models.CharField(_("标题"), max_length=200)
    file = models.ForeignKey(StoredFile, verbose_name=_("文件"), on_delete=models.PROTECT)
    dated_on = models.DateField(_("文件日期"), null=True, blank=True)
    added_by = models.CharField(_("上传人"), max_length=150)
    added_name = models.CharField(_("上传人姓名"), max_length=100)
    added_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("作废理由"), max_length=200, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title


class Unlike(OfParty):
    """Two parties that look like one and are not: somebody looked and said why."""

    other = models.ForeignKey(
        Party, verbose_name=_("另一主体"), on_delete=models.PROTECT, related_name="unlike_others"
    )
    reason = models.CharField(_("理由"), max_length=200)
    decided_by = models.CharField(_("认定人"), max_length=150)
    decided_at = models.DateTimeField(_("认定时间"), auto_now_add=True)

    class Meta:
        """A pair stands once, the smaller key first."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["party", "other"], name="unlike_pair_stands_once"),
            models.CheckConstraint(
                condition=models.Q(party__lt=models.F("other")), name="unlike_pair_is_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.party} ≠ {self.other}"

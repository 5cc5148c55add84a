"""Revisions of rules that an installation makes, and what each would do to the enterprises."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.parties.models import Party
from kechuang.office.policies.models.documents import PolicyDocument
from kechuang.office.policies.models.runs import RuleRun, Verdict
from kechuang.office.regions.models import Region
from kechuang.office.registry.models.base import OF_PARTY


class RuleRevision(models.Model):
    """A new version of a rule for this installation, from draft to publication.

    `base` is the version that it changes, `base_text` that file as it was read.
    `values` are the new parameters (place, value, since), `restated` the cases that give something
    else from now on, `added` the cases that were added; `text` is the whole file that comes of it.
    `order` numbers what has been published: later ones stand on earlier ones. Nothing is deleted,
    and what has been published is never changed: another revision takes its place.
    """

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", _("起草中")
        SUBMITTED = "submitted", _("待发布")
        RETURNED = "returned", _("已退回")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤回")

    region = models.ForeignKey(Region, verbose_name=_("区划"), on_delete=models.PROTECT)
    rule = models.CharField(_("规则"), max_length=80)
    name = models.CharField(_("名称"), max_length=120)
    base = models.CharField(_("所改的版本"), max_length=20)
    base_digest = models.CharField(_("所改文件的摘要"), max_length=64)
    base_text = models.TextField(_("所改的文件"))
    version = models.CharField(_("新版本号"), max_length=20)
    since = models.DateField(_("生效日期"))
    until = models.DateField(_("失效日期"), null=True, blank=True)
    document = models.ForeignKey(
        PolicyDocument,
        verbose_name=_("依据文件"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    document_title = models.CharField(_("文件标题"), max_length=200)
    document_number = models.CharField(_("文号"), max_length=120, blank=True)
    article = models.CharField(_("条款"), max_length=60)
    reason = models.CharField(_("修订原因"), max_length=500)
    values = models.JSONField(_("新的参数"), default=list)
    restated = models.JSONField(_("重新写明的例"), default=list)
    added = models.JSONField(_("增加的例"), default=list)
    text = models.TextField(_("规则文件"))
    digest = models.CharField(_("文件摘要"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    author = models.CharField(_("起草人账号"), max_length=150)
    author_name = models.CharField(_("起草人"), max_length=100)
    created_at = models.DateTimeField(_("起草时间"), default=timezone.now)
    changed_at = models.DateTimeField(_("修改时间"), default=timezone.now)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_by = models.CharField(_("发布或退回人账号"), max_length=150, blank=True)
    decided_name = models.CharField(_("发布或退回人"), max_length=100, blank=True)
    decided_at = models.DateTimeField(_("发布或退回时间"), null=True, blank=True)
    note = models.CharField(_("退回或撤回原因"), max_length=500, blank=True)
    order = models.PositiveIntegerField(_("发布次序"), null=True, blank=True, unique=True)

    scope_paths: ClassVar = ScopePaths(region="region__path")

    class Meta:
        """Newest first; a version is published once, by somebody else than its author."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["rule", "version"],
                condition=Q(state="published"),
                name="version_of_a_rule_is_published_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(order__isnull=False) & ~Q(decided_by="") & ~Q(decided_by=F("author"))),
                name="nobody_publishes_their_own_revision",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="days_of_a_revision_go_forward",
            ),
        )
        indexes = (models.Index(fields=["state", "order"], name="rule_revision_in_use"),)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class RulePreview(models.Model):
    """What a text of a revision would do: verdicts by the version in force and by the new one.

    `digest` is of the text that it was made for. `run` is whose snapshot the facts came from, None
    where they came from the registry. `counts` maps each rule that is touched to the number of
    each verdict before and after.
    """

    revision = models.ForeignKey(
        RuleRevision, verbose_name=_("修订"), on_delete=models.CASCADE, related_name="previews"
    )
    digest = models.CharField(_("文件摘要"), max_length=64)
    as_of = models.DateField(_("判断日"))
    run = models.ForeignKey(
        RuleRun,
        verbose_name=_("事实取自的运行"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    enterprises = models.PositiveIntegerField(_("企业数"), default=0)
    counts = models.JSONField(_("结论家数"), default=dict)
    job = models.PositiveBigIntegerField(_("任务"), null=True, blank=True)
    made_by = models.CharField(_("预览人"), max_length=150)
    made_at = models.DateTimeField(_("预览时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("算完时间"), null=True, blank=True)

    scope_paths: ClassVar = ScopePaths(region="revision__region__path")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        indexes = (models.Index(fields=["revision", "digest"], name="preview_of_a_text"),)

    def __str__(self) -> str:
        return f"{self.as_of.isoformat()} #{self.pk}"


class PreviewChange(models.Model):
    """An enterprise whose verdict would be another; empty where a version does not judge it."""

    preview = models.ForeignKey(RulePreview, verbose_name=_("预览"), on_delete=models.CASCADE)
    party = models.ForeignKey(Party, verbose_name=_("企业"), on_delete=models.PROTECT)
    rule = models.CharField(_("规则"), max_length=80)
    before = models.CharField(_("现行版本"), max_length=13, choices=Verdict, blank=True)
    after = models.CharField(_("新版本"), max_length=13, choices=Verdict, blank=True)

    scope_paths: ClassVar = OF_PARTY

    class Meta:
        """By key; a party stands once for a rule of a preview."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["preview", "rule", "party"], name="change_of_preview_stands_once"
            ),
        )
        indexes = (models.Index(fields=["party", "preview"], name="preview_change_of_party"),)

    def __str__(self) -> str:
        return f"{self.party} {self.rule}"

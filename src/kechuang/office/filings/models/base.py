"""What the tables of this room share: the words of their choices."""

# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a filing is for."""

    FIRST = "first", _("首次")
    RENEWED = "renewed", _("重新认定")
    REVIEWED = "reviewed", _("复核")
    RENAMED = "renamed", _("更名")
    MOVED_IN = "moved_in", _("迁入")


class Meaning(models.TextChoices):
    """What figures count a stage as; a stage that a bureau adds counts as nothing."""

    SURVEYED = "surveyed", _("摸底")
    INTENDED = "intended", _("意向")
    COACHED = "coached", _("辅导")
    SUBMITTED = "submitted", _("提交")
    RETURNED = "returned", _("退回")
    RECOMMENDED = "recommended", _("县推荐")
    CITY_REVIEWED = "city_reviewed", _("市审")
    PROVINCE_REVIEWED = "province_reviewed", _("省评审")
    PUBLISHED = "published", _("拟认定公示")
    FILED = "filed", _("备案")
    CERTIFIED = "certified", _("发证")
    FAILED = "failed", _("未通过")
    ABANDONED = "abandoned", _("放弃")


class By(models.TextChoices):
    """Which deadline of a batch a stage keeps."""

    COUNTY = "county", _("县级截止")
    CITY = "city", _("市级截止")
    PROVINCE = "province", _("省级截止")


class Cause(models.TextChoices):
    """Why a filing was returned, for figures; the reason says it in words."""

    DOCUMENTS = "documents", _("材料不全或不清")
    INTELLECTUAL_PROPERTY = "intellectual_property", _("知识产权不符")
    RESEARCH_EXPENSE = "research_expense", _("研发费用归集")
    FINANCE = "finance", _("财务数据不一致")
    STAFF = "staff", _("科技人员占比")
    INCOME = "income", _("高新技术产品收入占比")
    FORM = "form", _("填报错误")
    OTHER = "other", _("其他")

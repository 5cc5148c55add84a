"""The tables that imports write, in words."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

TABLES: Final = {
    "party": _("主体"),
    "organisation": _("单位档案"),
    "cell_source": _("单元格来源"),
    "former_name": _("曾用名"),
    "tag": _("标签"),
    "organisation_tag": _("单位的标签"),
    "standing": _("企业现状数据"),
    "yearly_fact": _("企业年度数据"),
    "qualification": _("资格称号"),
    "property": _("知识产权"),
    "platform": _("创新平台"),
    "platform_standing": _("平台现状数据"),
    "platform_year": _("平台年度数据"),
    "person": _("人员"),
    "person_field": _("人员的领域"),
    "affiliation": _("任职"),
}

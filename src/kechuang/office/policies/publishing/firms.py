"""The diagnosis of one enterprise as a file: a page, values for programs, a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from kechuang.office.ground.showing import in_chinese
from kechuang.office.policies.api.diagnosis import show
from kechuang.office.policies.publishing.workbooks import workbook
from kechuang.office.policies.queries.diagnosis import GROUPS, Diagnosis, Entry
from kechuang.rulebook.pages import Block, Heading, Item, Outline, Paragraph, Table, html

FORMS: Final = ("html", "json", "xlsx")


def written(found: Diagnosis, form: str) -> bytes:
    """A diagnosis in one of `FORMS`, in the language of the moment."""
    if form == "json":
        text = json.dumps(show(found), ensure_ascii=False, sort_keys=True, indent=1, default=str)
        return f"{text}\n".encode()
    if form == "xlsx":
        return workbook(_sheets(found))
    told = _(
        "按本单位掌握的事实计算，供如实归集和准备时参考，不是认定意见。已关账年度的数据不能改变。"
    )
    language = "zh-CN" if in_chinese() else "en"
    return html(list(_blocks(found)), language, told, _("跳到正文")).encode()


def _name(entry: Entry) -> str:
    return entry.rule.name if in_chinese() else entry.rule.name_en


def _blocks(found: Diagnosis) -> Iterator[Block]:
    party = found.organisation.party
    yield Heading(1, _("政策诊断") + f" {party.name}")
    yield Paragraph(f"{party.code} · {party.region.name} · {_('判断日')} {found.as_of.isoformat()}")
    for group, name in GROUPS.items():
        rows = found.of(group)
        yield Heading(2, f"{name} {len(rows)}")
        if not rows:
            yield Paragraph(_("没有。"))
        for entry in rows:
            yield Heading(3, _name(entry))
            yield Table((), tuple(_facts(entry)))
            yield Outline(
                tuple(
                    Item(each.step.depth, "", each.step.sentence, each.step.article)
                    for each in entry.reasons
                )
            )


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    decision = entry.decision
    rows = (
        (_("类别"), str(entry.kind)),
        (_("结论"), str(decision.verdict)),
        (_("金额"), decision.amount if decision.verdict == "符合" else ""),
        (_("已持有或在申报"), "；".join(each for each in (entry.held, entry.filing) if each)),
        (f"{_('本年度')} {entry.this_year.year}", entry.this_year.text),
        (f"{_('下一年度')} {entry.next_year.year}", entry.next_year.text),
        (_("缺的事实"), "、".join(decision.missing)),
        (_("不符合的条件"), "；".join(each.name for each in entry.failing)),
        (_("依据"), "；".join(entry.documents)),
    )
    return ((name, told) for name, told in rows if told)


def _sheets(found: Diagnosis) -> dict[str, list[tuple[str, ...]]]:
    rules: list[tuple[str, ...]] = [
        (
            _("政策"), _("类别"), _("情况"), _("结论"), _("金额"), _("本年度"), _("下一年度"),
            _("缺的事实"), _("不符合的条件"), _("依据"),
        )
    ]  # fmt: skip
    reasons: list[tuple[str, ...]] = [
        (_("政策"), _("条件"), _("结论"), _("现值"), _("要求"), _("数据和来源"), _("条款"))
    ]
    for entry in found.entries:
        decision = entry.decision
        rules.append(
            (
                _name(entry),
                str(entry.kind),
                str(GROUPS[entry.group]),
                str(decision.verdict),
                decision.amount if decision.verdict == "符合" else "",
                entry.this_year.text,
                entry.next_year.text,
                "、".join(decision.missing),
                "；".join(each.name for each in entry.failing),
                "；".join(entry.documents),
            )
        )
        for each in entry.reasons:
            step = each.step
            used = "；".join(
                f"{fact.name}：{fact.value or _('未填')} {fact.source}".strip()
                for fact in each.used
            )
            name = "　" * step.depth + step.name
            reasons.append(
                (_name(entry), name, step.verdict, step.value, step.threshold, used, step.article)
            )
    return {_("结论"): rules, _("逐项理由"): reasons}

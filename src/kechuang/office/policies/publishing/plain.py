"""The public package as plain values: what a portal reads, and the rows of the workbook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from kechuang.office.policies.publishing.content import Content, PublicDocument
from kechuang.office.policies.queries.diagnosis import KINDS
from kechuang.office.policies.queries.documents import STANDINGS
from kechuang.rulebook.model import Condition, Rule
from kechuang.rulebook.pages import Block, Heading, Paragraph, Table
from kechuang.rulebook.showing import RulePage

FORMAT: Final = "kechuang.policies"
VERSION: Final = 1


def plain(content: Content) -> dict[str, Any]:
    """All of it, as `policies.schema.json` says. `digest` is that of the rest."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "generated_on": content.day.isoformat(),
        "office": content.office,
        "contact": content.contact,
        "regions": [{"code": each.code, "name": each.name} for each in content.regions],
        "rules": [_rule(content, each) for each in content.rules],
        "documents": [_document(content, each) for each in content.documents],
    }
    return {**told, "digest": digest_of(told)}


def digest_of(told: Mapping[str, Any]) -> str:
    """The SHA-256 of values without `digest`, written with sorted keys and no blanks."""
    rest = {name: value for name, value in told.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _rule(content: Content, rule: Rule) -> dict[str, Any]:
    page = RulePage(rule, content.book, content.day, "zh")
    return {
        "rule": rule.id,
        "version": rule.version,
        "sha256": rule.digest,
        "name": {"zh": rule.name, "en": rule.name_en},
        "kind": str(rule.kind),
        "region": rule.region,
        "regions": content.places_of(rule),
        "in_force_from": rule.since.isoformat(),
        "in_force_until": rule.until.isoformat() if rule.until else None,
        "verified": rule.status == "verified",
        "last_checked": rule.last_checked.isoformat(),
        "outcome": dict(rule.outcome),
        "conditions": list(_conditions(page, rule.conditions)),
        "amount": lines(page.amount_blocks()),
        "notes": list(rule.notes),
        "grounds": [{"title": each.title, "number": each.number} for each in rule.documents],
        "documents": [each.row.pk for each in content.documents_behind(rule.id)],
    }


def _conditions(
    page: RulePage, conditions: Iterable[Condition], above: str = "", depth: int = 0
) -> Iterator[dict[str, Any]]:
    for position, each in enumerate(conditions, 1):
        number = f"{above}{position}"
        yield {
            "number": number,
            "depth": depth,
            "name": each.name,
            "text": page.condition_text(each),
            "article": each.grounds.article,
            "verified": each.grounds.status == "verified",
        }
        yield from _conditions(page, each.items, f"{number}.", depth + 1)


def _document(content: Content, document: PublicDocument) -> dict[str, Any]:
    row = document.row
    successor = row.superseded_by
    days = ("issued_on", "in_force_on", "expires_on", "superseded_on")
    return {
        "key": row.pk,
        "title": row.title,
        "number": row.number,
        "issuer": row.issuer,
        "level": row.level,
        "region": row.region.code,
        "standing": document.standing,
        **{name: day.isoformat() if (day := getattr(row, name)) else None for name in days},
        "superseded_by": successor.pk if successor else None,
        "fair_competition": row.fair_competition,
        "legality": row.legality,
        "contact": row.contact,
        "clauses": [{"number": each.number, "text": each.text} for each in document.clauses],
        "rules": [rule.id for rule in content.rules if rule.id in document.rules],
        "file": {"name": document.file_name, "sha256": document.file.digest}
        if document.file
        else None,
    }


def lines(blocks: Iterable[Block]) -> list[str]:
    """Blocks as lines of text; the heading of all of them is left out."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading() if block.level > 2:
                found.append(block.text)
            case Paragraph():
                found.append(block.text)
            case Table():
                found += ["：".join(part for part in row if part) for row in block.rows]
            case _:
                pass
    return found


# --- the workbook


def sheets(told: Mapping[str, Any]) -> dict[str, list[tuple[str, ...]]]:
    """The sheets of the workbook by name, the head first, in the language of the moment."""
    names = {each["code"]: each["name"] for each in told["regions"]}
    rules = {each["rule"]: each["name"]["zh"] for each in told["rules"]}
    titles = {each["key"]: each["title"] for each in told["documents"]}
    return {
        _("政策和条件"): [_rule_head(), *(_rule_row(each, names) for each in told["rules"])],
        _("条件"): [
            (_("政策"), _("序号"), _("条件"), _("条款")),
            *(
                (rules[each["rule"]], item["number"], item["text"], item["article"])
                for each in told["rules"]
                for item in each["conditions"]
            ),
        ],
        _("政策文件"): [
            _document_head(),
            *(_document_row(each, names, rules, titles) for each in told["documents"]),
        ],
    }


def _rule_head() -> tuple[str, ...]:
    return (
        _("政策"), _("类别"), _("适用区划"), _("施行日期"), _("有效期至"), _("办理结果"),
        _("有效期"), _("金额"), _("依据"), _("核实情况"),
    )  # fmt: skip


def _rule_row(told: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    grounds = (f"{each['title']} {each['number']}".strip() for each in told["grounds"])
    everywhere = len(told["regions"]) == len(names)
    return (
        told["name"]["zh"],
        str(KINDS[told["kind"]]),
        _("全部") if everywhere else "、".join(names[code] for code in told["regions"]),
        told["in_force_from"],
        told["in_force_until"] or "",
        told["outcome"].get("recognition", ""),
        told["outcome"].get("validity", ""),
        "；".join(told["amount"]),
        "；".join(grounds),
        _("已核实") if told["verified"] else _("未核实"),
    )


def _document_head() -> tuple[str, ...]:
    return (
        _("标题"), _("文号"), _("发文机关"), _("适用区划"), _("状态"), _("发布日期"),
        _("施行日期"), _("有效期至"), _("被取代为"), _("据此判断的政策"),
    )  # fmt: skip


def _document_row(
    told: Mapping[str, Any],
    names: Mapping[str, str],
    rules: Mapping[str, str],
    titles: Mapping[int, str],
) -> tuple[str, ...]:
    return (
        told["title"],
        told["number"],
        told["issuer"],
        names.get(told["region"], told["region"]),
        str(STANDINGS[told["standing"]]),
        told["issued_on"],
        told["in_force_on"],
        told["expires_on"] or "",
        titles.get(told["superseded_by"], ""),
        "、".join(rules[each] for each in told["rules"]),
    )

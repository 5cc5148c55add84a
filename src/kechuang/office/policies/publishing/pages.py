"""The public package as static pages: an index, a page for each region, rule and document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kechuang.office.policies.publishing.content import Content, PublicDocument
from kechuang.office.policies.queries.diagnosis import KINDS
from kechuang.office.policies.queries.documents import STANDINGS
from kechuang.office.regions.models import Region
from kechuang.rulebook.model import Rule
from kechuang.rulebook.pages import Block, Heading, Link, Links, Outline, Paragraph, Table, html
from kechuang.rulebook.showing import RulePage
from kechuang.rulebook.wording import Language

INDEX: Final = "index.html"
SELF_CHECK: Final = "self-check.html"
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
TAGS: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}
CODES: Final[dict[Language, str]] = {"zh": "zh-hans", "en": "en"}
FOLDERS: Final[dict[Language, str]] = {"zh": "", "en": "en/"}


def pages(content: Content) -> Iterator[tuple[str, str]]:
    """The path and the text of every page, in Chinese and under `en/` in English."""
    for language in LANGUAGES:
        with translation.override(CODES[language]):
            writer = _Pages(content, language)
            for name, blocks in writer.every():
                yield f"{FOLDERS[language]}{name}", writer.written(blocks)


def rule_page(rule: Rule) -> str:
    """How the page of a rule is called."""
    return f"rule-{rule.id}.html"


def document_page(document: PublicDocument) -> str:
    """How the page of a document is called."""
    return f"document-{document.row.pk}.html"


def region_page(region: Region) -> str:
    """How the page of a region is called."""
    return f"region-{region.code}.html"


class _Pages:
    """The pages in one language; the language of messages is that one, too."""

    def __init__(self, content: Content, language: Language) -> None:
        self.content = content
        self.language: Language = language
        self._up = "../" if FOLDERS[language] else ""
        self._documents = {each.row.pk: each for each in content.documents}

    def every(self) -> Iterator[tuple[str, list[Block]]]:
        """The name and the blocks of each page."""
        content = self.content
        yield INDEX, list(self.index())
        yield SELF_CHECK, list(self.self_check())
        for region in content.regions:
            yield region_page(region), list(self.region(region))
        for rule in content.rules:
            yield rule_page(rule), list(self.rule(rule))
        for document in content.documents:
            yield document_page(document), list(self.document(document))

    def written(self, blocks: Sequence[Block]) -> str:
        """A page as HTML."""
        footer = _("%(office)s %(day)s 生成。供查阅参考，以正式文件和受理部门的答复为准。") % {
            "office": self.content.office, "day": self.content.day.isoformat(),
        }  # fmt: skip
        return html(blocks, TAGS[self.language], footer, _("跳到正文"))

    # --- what pages share

    def _ways(self, name: str) -> Links:
        """Back to the index, and the same page in the other language."""
        other = f"../{name}" if self._up else f"{FOLDERS['en']}{name}"
        first = [] if name == INDEX else [Link(_("政策公开目录"), INDEX)]
        return Links((*first, Link("中文" if self._up else "English", other)))

    def _contact(self) -> Iterator[Block]:
        yield Heading(2, _("联系方式"))
        rows = [(_("单位"), self.content.office), (_("咨询"), self.content.contact)]
        yield Table((), tuple((name, told) for name, told in rows if told))

    def _rules(self, rules: Sequence[Rule]) -> Iterator[Block]:
        if not rules:
            yield Paragraph(_("没有。"))
            return
        yield Links(
            tuple(Link(self._name(each), rule_page(each), str(KINDS[each.kind])) for each in rules)
        )

    def _names(self, documents: Sequence[PublicDocument]) -> Iterator[Block]:
        if not documents:
            yield Paragraph(_("没有。"))
            return
        yield Links(tuple(self._link(each) for each in documents))

    def _link(self, document: PublicDocument) -> Link:
        told = f"{document.row.issuer} {STANDINGS[document.standing]}"
        return Link(str(document.row), document_page(document), told)

    def _name(self, rule: Rule) -> str:
        return rule.name if self.language == "zh" else rule.name_en

    def _told(self, rule: Rule) -> RulePage:
        return RulePage(rule, self.content.book, self.content.day, self.language)

    # --- the pages

    def index(self) -> Iterator[Block]:
        """What there is, by region and in all."""
        content = self.content
        yield Heading(1, _("%(office)s政策公开目录") % {"office": content.office})
        yield self._ways(INDEX)
        yield Paragraph(
            _("%(day)s 生效的规则和登记的政策文件。") % {"day": content.day.isoformat()}
        )
        yield Links(
            (
                Link(_("对照条件自查"), SELF_CHECK),
                Link(_("机器可读的数据"), f"{self._up}policies.json", "JSON"),
                Link(_("政策一览表"), f"{self._up}policies.xlsx", "Excel"),
            )
        )
        yield Heading(2, _("按地区"))
        yield Links(
            tuple(
                Link(each.name, region_page(each), self._counted(each)) for each in content.regions
            )
        )
        yield Heading(2, _("政策和条件"))
        yield from self._rules(content.rules)
        yield Heading(2, _("政策文件"))
        yield from self._names(content.documents)
        yield from self._contact()

    def _counted(self, region: Region) -> str:
        rules, documents = self.content.rules_of(region), self.content.documents_of(region)
        told = ngettext("%(count)d项政策", "%(count)d项政策", len(rules)) % {"count": len(rules)}
        more = ngettext("%(count)d份文件", "%(count)d份文件", len(documents))
        return f"{told}{_('，')}{more % {'count': len(documents)}}"

    def region(self, region: Region) -> Iterator[Block]:
        """What holds in a region."""
        yield Heading(1, region.name)
        yield self._ways(region_page(region))
        yield Heading(2, _("政策和条件"))
        yield from self._rules(self.content.rules_of(region))
        yield Heading(2, _("政策文件"))
        yield from self._names(self.content.documents_of(region))
        yield from self._contact()

    def self_check(self) -> Iterator[Block]:
        """The conditions of every rule, to be gone through one by one."""
        yield Heading(1, _("对照条件自查"))
        yield self._ways(SELF_CHECK)
        yield Paragraph(
            _(
                "逐条对照本企业的情况：一条不符合就还不能申报，不清楚的先如实归集。本页不收集任何数据。"
            )
        )
        for rule in self.content.rules:
            page = self._told(rule)
            items = [
                item
                for number, condition in enumerate(rule.conditions, 1)
                for item in page.condition_items(condition, f"{number}", 0, "")
            ]
            yield Heading(2, self._name(rule))
            yield Outline(tuple(items))
            yield Links((Link(_("全文、金额和依据"), rule_page(rule)),))
        yield from self._contact()

    def rule(self, rule: Rule) -> Iterator[Block]:
        """One rule: what is asked, by which articles, what is given."""
        head, *rest = self._told(rule).for_applicants()
        yield head
        yield self._ways(rule_page(rule))
        yield from rest
        behind = self.content.documents_behind(rule.id)
        if behind:
            yield Heading(2, _("政策文件"))
            yield from self._names(behind)
        yield from self._contact()

    def document(self, document: PublicDocument) -> Iterator[Block]:
        """One document: what it is, whether it still holds, its clauses, its rules."""
        row = document.row
        yield Heading(1, row.title)
        yield self._ways(document_page(document))
        yield Table((), tuple(self._facts(document)))
        successor = self._documents.get(getattr(row, "superseded_by_id", None) or 0)
        if successor:
            yield Heading(2, _("被取代为"))
            yield Links((self._link(successor),))
        if document.file:
            yield Heading(2, _("文件"))
            yield Links((Link(_("下载原文"), f"{self._up}{document.file_name}"),))
        linked = [each for each in self.content.rules if each.id in document.rules]
        if linked:
            yield Heading(2, _("据此判断的政策"))
            yield from self._rules(linked)
        if document.clauses:
            yield Heading(2, _("条款"))
        for clause in document.clauses:
            yield Heading(3, clause.number)
            yield from (Paragraph(line) for line in clause.text.splitlines() if line.strip())
        yield from self._contact()

    def _facts(self, document: PublicDocument) -> Iterator[tuple[str, str]]:
        row = document.row
        rows = (
            (_("状态"), str(STANDINGS[document.standing])),
            (_("文号"), row.number),
            (_("发文机关"), row.issuer),
            (_("级别"), row.get_level_display()),  # type: ignore[attr-defined]
            (_("适用区划"), row.region.name),
            (_("发布日期"), row.issued_on.isoformat()),
            (_("施行日期"), row.in_force_on.isoformat()),
            (_("有效期至"), row.expires_on.isoformat() if row.expires_on else ""),
            (_("被取代日期"), row.superseded_on.isoformat() if row.superseded_on else ""),
            (_("咨询方式"), row.contact),
            (_("公平竞争审查结论"), row.get_fair_competition_display()),  # type: ignore[attr-defined]
            (_("合法性审核结论"), row.get_legality_display()),  # type: ignore[attr-defined]
        )
        return ((name, told) for name, told in rows if told)

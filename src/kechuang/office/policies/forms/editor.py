"""Forms of revisions: the parameters and days of a new version, its cases, its publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.normalise import TextField
from kechuang.office.ground.showing import data
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.queries.editor import documents
from kechuang.office.policies.revising import MOST_ADDED, Changed
from kechuang.office.policies.services.editor import Draft
from kechuang.office.registry.forms.fields import choice_field, day_field
from kechuang.office.registry.forms.records import ReachForm
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.model import Rule
from kechuang.rulebook.revising import AddedCase, NewValue, Restated, literal
from kechuang.rulebook.thresholds import Threshold, thresholds

OWN: Final = "own:"
KEPT: Final = "kept:"
OUTCOMES: Final = {
    "符合": gettext_lazy("符合"),
    "不符合": gettext_lazy("不符合"),
    "缺数据": gettext_lazy("缺数据"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A number of the rule in the form, with its fields; `since` None: that of the version."""

    threshold: Threshold
    value: Any
    since: Any


class RevisionForm(ReachForm):
    """The parameters and days of a new version of a rule."""

    version = TextField(
        label=gettext_lazy("新版本号"), max_length=20, help_text=gettext_lazy("如“2022-1”。")
    )
    since = day_field(
        gettext_lazy("生效日期"),
        help_text=gettext_lazy("从这一天起按新版本判断，原版本到前一天为止。"),
    )
    until = day_field(gettext_lazy("失效日期"), required=False)
    document = choice_field(
        gettext_lazy("依据文件"), {},
        help_text=gettext_lazy("没有列出的，先在“政策文件”里登记。"),
    )  # fmt: skip
    article = TextField(
        label=gettext_lazy("条款"), max_length=60, help_text=gettext_lazy("如“第六条（二）”。")
    )
    reason = TextField(
        label=gettext_lazy("修订原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *arguments: Any, rule: Rule, changed: Sequence[Mapping[str, str]] = (), **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.rule = rule
        self.thresholds = list(thresholds(rule))
        self._offer_documents()
        known = {each["place"]: each for each in changed}
        for position, each in enumerate(self.thresholds):
            told = known.get(each.place)
            label = _("%(name)s（%(value)s）") % {"name": each.name, "value": each.number.written}
            self.fields[f"value_{position}"] = TextField(
                label=format_html("{} {}", data(label), _("新值")),
                max_length=40,
                required=False,
                initial=told["value"] if told else "",
            )
            if each.since is not None:
                self.fields[f"since_{position}"] = day_field(
                    format_html("{} {}", data(label), _("起始日期")), required=False
                )
                if told and told["since"] != str(self.initial.get("since", "")):
                    self.fields[f"since_{position}"].initial = told["since"]

    def _offer_documents(self) -> None:
        box: Any = self.fields["document"]
        own = [(f"{OWN}{each.id}", f"{each.title} {each.number}") for each in self.rule.documents]
        kept = [(f"{KEPT}{each.pk}", str(each)) for each in documents(self.actor)]
        box.choices = [("", "—"), *((key, data(told.strip())) for key, told in (*kept, *own))]

    @property
    def head(self) -> list[Any]:
        """The fields of the version as a whole."""
        names = ("version", "since", "until", "document", "article", "reason")
        return [self[name] for name in names]

    @property
    def rows(self) -> Iterator[Row]:
        """A row for each number of the rule."""
        for position, each in enumerate(self.thresholds):
            since = self[f"since_{position}"] if each.since is not None else None
            yield Row(each, self[f"value_{position}"], since)

    def clean(self) -> dict[str, Any]:
        """What was filled in; each new value is a number with a unit that fits."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for position, each in enumerate(self.thresholds):
            text = cleaned.get(f"value_{position}")
            if not text and cleaned.get(f"since_{position}"):
                self.add_error(f"value_{position}", _("填了起始日期，没有填新值。"))
            if text:
                try:
                    literal(text, each.number)
                except RuleError as error:
                    self.add_error(f"value_{position}", str(error))
        return cleaned

    def drafted(self) -> Draft:
        """What was said."""
        given = self.cleaned_data
        kind, _colon, key = given["document"].partition(":")
        document: PolicyDocument | None = None
        if f"{kind}:" == KEPT:
            document = PolicyDocument.objects.get(pk=key)
            title, number = document.title, document.number
        else:
            own = next(each for each in self.rule.documents if each.id == key)
            title, number = own.title, own.number
        return Draft(
            given["version"], given["since"], given["until"], document, title, number,
            given["article"], given["reason"], list(self._values(given["since"])),
        )  # fmt: skip

    def _values(self, since: date) -> Iterator[NewValue]:
        for position, each in enumerate(self.thresholds):
            text = self.cleaned_data.get(f"value_{position}")
            if text:
                first = self.cleaned_data.get(f"since_{position}") or since
                if each.since is not None and first < each.since:
                    first = each.since
                yield NewValue(each.place, literal(text, each.number).written, first)


def initial_of(row: Any, rule: Rule) -> dict[str, Any]:
    """What the form shows of a draft."""
    own = next((each.id for each in rule.documents if each.title == row.document_title), "")
    names = ("version", "since", "until", "article", "reason")
    found = {name: getattr(row, name) for name in names}
    found["document"] = f"{KEPT}{row.document.pk}" if row.document else f"{OWN}{own}"
    return found


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case that comes out otherwise, with the field for what it must give."""

    changed: Changed
    field: Any


class CasesForm(ReachForm):
    """What the cases must give by the new version, and cases for the new numbers."""

    def __init__(
        self,
        *arguments: Any,
        rule: Rule,
        facts: Mapping[str, str],
        changed: Sequence[Changed],
        restated: Mapping[str, str],
        added: Sequence[Mapping[str, Any]],
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        self.changed = list(changed)
        for each in self.changed:
            label = _("“%(case)s”的“%(item)s”应为") % {"case": each.name, "item": each.shows}
            self.fields[each.code] = self._outcome(label, each.expected, restated.get(each.code))
        examples = [each.name for each in rule.cases if each.source != "界限"]
        shows = {"verdict": _("结论"), **_items(rule)}
        self.facts = {code: data(_told(name, code)) for code, name in facts.items()}
        for number in range(MOST_ADDED):
            one = dict(added[number]) if number < len(added) else {}
            given = "；".join(f"{key}={text}" for key, text in one.get("given", {}).items())
            self._add(number, one, given, examples, shows)

    def _outcome(self, label: str, expected: str, stated: str | None) -> forms.Field:
        if expected in OUTCOMES:
            field: forms.Field = choice_field(label, OUTCOMES)
            field.initial = stated
            return field
        return TextField(label=label, max_length=60, initial=stated)

    def _add(
        self, number: int, one: Mapping[str, Any], given: str, examples: list[str], shows: Any
    ) -> None:
        words = {"number": number + 1}
        self.fields[f"like_{number}"] = choice_field(
            _("增加的例%(number)s 仿照") % words, {each: data(each) for each in examples},
            required=False,
        )  # fmt: skip
        self.fields[f"given_{number}"] = TextField(
            label=_("增加的例%(number)s 另设") % words, max_length=300, required=False
        )
        self.fields[f"vary_{number}"] = choice_field(
            _("增加的例%(number)s 事实") % words, self.facts, required=False
        )
        self.fields[f"value_{number}"] = TextField(
            label=_("增加的例%(number)s 值") % words, max_length=40, required=False
        )
        self.fields[f"shows_{number}"] = choice_field(
            _("增加的例%(number)s 看") % words, shows, required=False
        )
        self.fields[f"expected_{number}"] = TextField(
            label=_("增加的例%(number)s 应为") % words, max_length=60, required=False
        )
        initial = {**one, "given": given}
        for name in ("like", "given", "vary", "value", "shows", "expected"):
            self.fields[f"{name}_{number}"].initial = initial.get(name, "")

    @property
    def case_rows(self) -> list[CaseRow]:
        """The cases that come out otherwise."""
        return [CaseRow(each, self[each.code]) for each in self.changed]

    @property
    def added_rows(self) -> list[list[Any]]:
        """The cases that can be added, a row of fields for each."""
        names = ("like", "given", "vary", "value", "shows", "expected")
        return [[self[f"{name}_{number}"] for name in names] for number in range(MOST_ADDED)]

    def clean(self) -> dict[str, Any]:
        """What was filled in; a case that was begun must be whole."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(MOST_ADDED):
            whole = ("like", "vary", "value", "shows")
            if not cleaned.get(f"expected_{number}"):
                continue
            for name in whole:
                if not cleaned.get(f"{name}_{number}"):
                    self.add_error(f"{name}_{number}", _("这个例还缺这一项。"))
            for part in filter(None, _parts(cleaned.get(f"given_{number}") or "")):
                if "=" not in part:
                    self.add_error(f"given_{number}", _("写成“事实=值”，几项之间用“；”分开。"))
        return cleaned

    def restated(self) -> list[Restated]:
        """The cases that must give something else."""
        return [
            Restated(each.place, each.item, self.cleaned_data[each.code]) for each in self.changed
        ]

    def added(self) -> list[AddedCase]:
        """The cases that were added; a row without an outcome is none."""
        found: list[AddedCase] = []
        for number in range(MOST_ADDED):
            one = {
                name: self.cleaned_data.get(f"{name}_{number}", "")
                for name in ("like", "given", "vary", "value", "shows", "expected")
            }
            if one["expected"]:
                pairs = (part.partition("=") for part in _parts(one["given"]) if part)
                given = {key.strip(): text.strip() for key, _sign, text in pairs}
                found.append(AddedCase(**{**one, "given": given}))
        return found


def _parts(text: str) -> list[str]:
    return text.replace(";", "；").split("；")


def _items(rule: Rule) -> dict[str, Any]:
    """The conditions and scores that a case can show, by id."""
    found = {each.id: each.name for each in (*rule.all_conditions(), *rule.all_scores())}
    amount = {"amount": _("金额")} if rule.amount else {}
    return {**{code: data(_told(name, code)) for code, name in found.items()}, **amount}


class PublishForm(ReachForm):
    """That somebody has compared a revision with its document."""

    checked = forms.BooleanField(
        label=gettext_lazy("我已对照依据文件核对参数、日期和影响"),
        error_messages={"required": gettext_lazy("请先核对，再勾选。")},
    )


class PlainForm(ReachForm):
    """Nothing to fill in."""


def _told(name: str, code: str) -> str:
    """A name with its code, the code alone where there is no other name."""
    return code if name == code else f"{name}（{code}）"

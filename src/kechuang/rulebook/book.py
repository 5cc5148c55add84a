"""All rules together: which versions there are, and which is in force on a day."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import date

from kechuang.reference.fields import Dictionary
from kechuang.rulebook.content import passes_of
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.model import Rule


class Rulebook:
    """Rules by id and version."""

    def __init__(self, rules: Sequence[Rule], dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self._rules = sorted(rules, key=lambda rule: (rule.id, rule.since, rule.version))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def ids(self) -> list[str]:
        """The ids of all rules, each once."""
        return list(dict.fromkeys(rule.id for rule in self._rules))

    def versions(self, code: str) -> list[Rule]:
        """The versions of a rule, the oldest first."""
        return [rule for rule in self._rules if rule.id == code]

    def find(self, written: str, as_of: date) -> Rule:
        """The rule of `id@version`, or of `id` in the version in force on a day.

        Raises:
            RuleError: there is none, or none is in force on that day.
        """
        code, _, version = written.partition("@")
        versions = self.versions(code)
        if not versions:
            near = difflib.get_close_matches(code, self.ids(), 5)
            told = f"相近的有 {'、'.join(near)}" if near else f"规则库里有 {len(self.ids())} 条规则"
            remedy = "检查拼写；用 kechuang rules list 看全部"
            raise RuleError("unknown_name", f"没有规则“{code}”", told, remedy)
        for rule in versions:
            if rule.version == version or (not version and in_force(rule, as_of)):
                return rule
        spans = "；".join(f"{rule.version}：{span(rule)}" for rule in versions)
        what = f"“{written}”在 {as_of} 没有生效的版本" if not version else f"没有版本“{written}”"
        raise RuleError("dates", what, f"各版本 {spans}", "改判断日期，或写明 规则@版本")

    def way_back(self, rule: Rule, code: str) -> list[str]:
        """The chain of `passes` that leads from a rule to the rule `code`, or nothing."""
        return self._way(rule, code, ())

    def _way(self, rule: Rule, code: str, trail: tuple[str, ...]) -> list[str]:
        trail = (*trail, rule.key)
        if rule.id == code and len(trail) >= 1:
            return list(trail)
        for node, _ in passes_of(rule):
            for other in self.versions(node.rule):
                if node.version and node.version != other.version:
                    continue
                if other.key in trail:
                    continue
                way = self._way(other, code, trail)
                if way:
                    return way
        return []


def in_force(rule: Rule, as_of: date) -> bool:
    """Whether a version is in force on a day."""
    return rule.since <= as_of and (rule.until is None or as_of <= rule.until)


def span(rule: Rule) -> str:
    """The days on which a version is in force, in words."""
    return f"{rule.since} 至 {rule.until}" if rule.until else f"{rule.since} 起"

"""What a name in an expression means."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TypeAlias

from kechuang.reference.fields import Dictionary, Field, Frame
from kechuang.rulebook.errors import RuleError
from kechuang.rulebook.model import CodeList, Definition, Parameter, Rule, Score

Meaning: TypeAlias = Field | Parameter | Score | Definition


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that an expression of `rule` may use: those of one frame and the rule's own.

    Inside `count(ip where …)` the frame is `ip`, and only its columns and the parameters count.
    """

    rule: Rule
    dictionary: Dictionary
    frame: str

    @classmethod
    def of(cls, rule: Rule, dictionary: Dictionary) -> Scope:
        """The scope of the rule's subject."""
        return cls(rule, dictionary, rule.subject)

    def inside(self, frame: str) -> Scope:
        """The scope of a row of a related frame."""
        return Scope(self.rule, self.dictionary, frame)

    def find(self, code: str) -> Meaning | None:
        """What a name means, or None."""
        found = self.rule.parameters.get(code) or self.dictionary.resolve(self.frame, code)
        if found is not None or self.frame != self.rule.subject:
            return found
        return self.rule.definitions.get(code) or self.rule.score(code)

    def meaning(self, code: str) -> Meaning:
        """What a name means.

        Raises:
            RuleError: nothing of that name, with the nearest ones.
        """
        found = self.find(code)
        if found is not None:
            return found
        known = [each.code for each in self.dictionary.of(self.frame)]
        known += [*self.rule.parameters]
        if self.frame == self.rule.subject:
            known += [*self.rule.definitions, *(each.id for each in self.rule.all_scores())]
        near = difflib.get_close_matches(code, known, 3)
        remedy = f"是不是 {'、'.join(near)}" if near else "检查拼写，或把字段加进 fields.yaml"
        why = f"“{self.frame}”表、参数、得分和中间值里都没有它"
        raise RuleError("unknown_name", f"“{code}”是什么不知道", why, remedy)

    def related(self, frame: str) -> Frame:
        """A frame whose rows belong to the subject's.

        Raises:
            RuleError: there is none of that name.
        """
        found = self.dictionary.frames.get(frame)
        if found is None or found.of != self.rule.subject:
            known = [each.code for each in self.dictionary.frames.values()]
            known = [each for each in known if self.dictionary.frames[each].of == self.rule.subject]
            why = f"属于“{self.rule.subject}”的表有 {'、'.join(known) or '无'}"
            raise RuleError("unknown_name", f"没有表“{frame}”", why, "检查拼写，或加进字段表")
        return found

    def list_of(self, code: str) -> CodeList:
        """A named list of codes.

        Raises:
            RuleError: there is none of that name.
        """
        if code not in self.rule.lists:
            why = "lists 里没有它"
            raise RuleError("unknown_name", f"没有列表“{code}”", why, "写进 lists，或直接列出")
        return self.rule.lists[code]

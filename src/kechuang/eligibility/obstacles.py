"""Why there is no way: which conditions no change can meet, or not all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kechuang.eligibility.levers import Lever
from kechuang.eligibility.lowered import Leaf, Lowered
from kechuang.eligibility.searching import Search, TooManyPoints
from kechuang.eligibility.single import Outcome
from kechuang.rulebook.model import Condition


class Obstacles:
    """The failing conditions of a rule beside the levers that there are."""

    def __init__(
        self,
        lowered: Lowered,
        outcome: Outcome,
        facts: Mapping[str, Any],
        levers: Sequence[Lever],
    ) -> None:
        self.lowered, self.outcome, self.facts, self.levers = lowered, outcome, facts, levers
        self.leaves: dict[str, Leaf] = {leaf.condition.id: leaf for leaf in lowered.leaves}

    def texts(self) -> list[str]:
        """What stands in the way, in the order of the rule."""
        conditions = self.lowered.rule.conditions
        found = [text for condition in conditions for text in self._of(condition)]
        return found or self._of_all(conditions)

    def _of_all(self, conditions: Sequence[Condition]) -> list[str]:
        """Of conditions that can each be met why not all of them are."""
        verdicts = self.outcome.conditions
        unknown = [each.name for each in conditions if verdicts[each.id] is None]
        if unknown:
            return [f"“{name}”缺数据，补齐后才能判断" for name in unknown]
        failing = [f"“{each.name}”" for each in conditions if verdicts[each.id] is False]
        if len(failing) > 1:
            return [f"{'、'.join(failing)}不能同时达到"]
        return [f"{failing[0]}达到时，其他条件就达不到"]

    def _of(self, condition: Condition) -> Iterator[str]:
        """Of a failing condition its parts that cannot be met, or itself where all of them can."""
        if self.outcome.conditions[condition.id] is not False:
            return
        movers = self._movers(condition)
        if condition.when is not None:
            if not movers:
                yield f"“{condition.name}”所看的事实已关账或不能改变"
            elif not self._can_be_met(condition, movers):
                yield f"“{condition.name}”靠可以改变的事项达不到"
            return
        if condition.op == "all":
            parts = [text for item in condition.items for text in self._of(item)]
            if not parts and not self._can_be_met(condition, movers):
                parts = self._of_all(condition.items)
            yield from parts
        elif not movers:
            yield f"“{condition.name}”各项所看的事实已关账或不能改变"
        elif not self._can_be_met(condition, movers):
            yield f"“{condition.name}”各项靠可以改变的事项达不到"

    def _movers(self, condition: Condition) -> list[Lever]:
        """The levers that move something that a condition looks at."""
        nodes = self.leaves[condition.id].node.walk()
        columns = {str(node.value) for node in nodes if node.kind == "column"}
        return [each for each in self.levers if columns & {each.column, *each.effects}]

    def _can_be_met(self, condition: Condition, movers: Sequence[Lever]) -> bool:
        """Whether changes could meet a condition by itself, or that is too long to find out."""
        search = Search(self.lowered, self.leaves[condition.id].node)
        try:
            return search.cheapest(self.facts, movers) is not None
        except TooManyPoints:
            return True

"""An expression as a rule file writes it: the way back from its tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kechuang.rulebook.expressions import (
    Aggregate,
    Arithmetic,
    AtLeast,
    Comparison,
    Day,
    Elapsed,
    Expression,
    Extreme,
    Logic,
    Membership,
    Name,
    Not,
    Number,
    Over,
    Passes,
    Text,
    Truth,
    ValidOn,
    Within,
)

OR: Final = 1
AND: Final = 2
NOT: Final = 3
COMPARISON: Final = 4
SUM: Final = 5
PRODUCT: Final = 6
SINGLE: Final = 7
_PLAIN: Final = re.compile("[A-Za-z_][A-Za-z0-9_]*|[0-9]+[A-Za-z0-9]*", re.ASCII)


def binding(node: Expression) -> int:
    """How tightly an expression holds together: what binds less stands in parentheses."""
    match node:
        case Logic():
            return OR if node.op == "or" else AND
        case Not():
            return NOT
        case Comparison() | Membership() | Within() | ValidOn():
            return COMPARISON
        case Arithmetic() if is_negative(node):
            return SINGLE
        case Arithmetic():
            return SUM if node.op in {"+", "-"} else PRODUCT
        case _:
            return SINGLE


def is_negative(node: Arithmetic) -> bool:
    """Whether a difference is the sign before a value: `-x` is kept as `0 - x`."""
    left = node.left
    return node.op == "-" and isinstance(left, Number) and left.written == "0" and not left.unit


def written(node: Expression) -> str:
    """The expression as a file would write it; parsing it gives the same tree.

    >>> from kechuang.rulebook.parsing import parse
    >>> written(parse("(a+b) * 2  万元>=c and (d or not e)"))
    '(a + b) * 2  万元 >= c and (d or not e)'
    """
    match node:
        case Number():
            return node.written
        case Day():
            return node.value.isoformat() if node.value is not None else "as_of"
        case Truth():
            return "true" if node.value else "false"
        case Text():
            return f"'{node.value}'" if '"' in node.value else f'"{node.value}"'
        case Name():
            return _name(node)
        case Passes():
            version = f"@{node.version}" if node.version else ""
            condition = f".{node.condition}" if node.condition else ""
            return f"passes({node.rule}{version}{condition})"
        case Extreme() | Over() | Elapsed() | AtLeast() | Aggregate():
            return _call(node)
        case _:
            return _joined(node)


def _name(node: Name) -> str:
    return f"{node.code}[-{node.back}]" if node.back else node.code


def _call(node: Extreme | Over | Elapsed | AtLeast | Aggregate) -> str:
    match node:
        case Extreme():
            return f"{node.op}({_listed(node.items)})"
        case Over():
            if node.op == "growth":
                return f"growth({_name(node.item)})"
            return f"{node.op}({_name(node.item)} over {node.years} years)"
        case Elapsed():
            return f"elapsed({_part(node.item, SUM)})"
        case AtLeast():
            return f"at_least({node.least.written}, {_listed(node.items)})"
        case Aggregate():
            column = f"{_part(node.column, SUM)} of " if node.column is not None else ""
            where = f" where {written(node.where)}" if node.where is not None else ""
            return f"{node.op}({column}{node.frame}{where})"


def _listed(items: Iterable[Expression]) -> str:
    return ", ".join(written(item) for item in items)


def _part(node: Expression, least: int) -> str:
    text = written(node)
    return text if binding(node) >= least else f"({text})"


def _joined(
    node: Arithmetic | Comparison | Membership | Within | ValidOn | Logic | Not,
) -> str:
    match node:
        case Arithmetic():
            return _arithmetic(node)
        case Comparison():
            return f"{_part(node.left, SUM)} {node.op} {_part(node.right, SUM)}"
        case Membership():
            members = node.named or f"[{', '.join(_member(each) for each in node.members)}]"
            return f"{_part(node.value, SUM)} in {members}"
        case Within():
            return f"{_part(node.value, SUM)} within {node.window.written}"
        case ValidOn():
            return "valid on as_of"
        case Logic():
            least = AND if node.op == "or" else NOT
            return f" {node.op} ".join(_part(item, least) for item in node.items)
        case Not():
            return f"not {_part(node.item, NOT)}"


def _arithmetic(node: Arithmetic) -> str:
    if is_negative(node):
        return f"-{_part(node.right, SINGLE)}"
    own = binding(node)
    return f"{_part(node.left, own)} {node.op} {_part(node.right, own + 1)}"


def _member(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else f'"{text}"'

"""References in formulas, moved when rows are inserted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

_tokenizer: Final[Any] = import_module("openpyxl.formula.tokenizer")
_translate: Final[Any] = import_module("openpyxl.formula.translate")
_ROWS: Final = re.compile(r"(\$?[A-Za-z]{1,3}\$?|\$?)([0-9]{1,7})")
_REFERENCE: Final = re.compile(
    r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?|\$?[0-9]{1,7}:\$?[0-9]{1,7}"
)


@dataclass(frozen=True, slots=True)
class Shift:
    """Rows inserted in a sheet: rows from `at` on move down by `count`.

    With `stretches` a range that ends right above `at` grows over the new rows, as whoever adds a
    row below the only row of a table wants of its total.
    """

    sheet: str
    at: int
    count: int
    stretches: bool = False

    def row(self, row: int) -> int:
        """Where a row is afterwards."""
        return row + self.count if row >= self.at else row

    def last(self, row: int) -> int:
        """Where a range ends afterwards that ended at a row."""
        if self.stretches and row == self.at - 1:
            return row + self.count
        return self.row(row)

    def area(self, said: str) -> str:
        """A cell or an area of the sheet afterwards, as it is written in formulas.

        >>> Shift("表", 5, 10).area("$D$4:D9"), Shift("表", 5, 10, stretches=True).area("D4:D4")
        ('$D$4:D19', 'D4:D14')
        """
        first, colon, last = said.partition(":")
        return self._moved(first, self.row) + (
            colon + self._moved(last, self.last) if colon else ""
        )

    def areas(self, said: str) -> str:
        """The same for areas with blanks between them, as marks of a sheet name them."""
        return " ".join(self.area(each) for each in said.split())

    def _moved(self, corner: str, move: Any) -> str:
        found = _ROWS.fullmatch(corner)
        return corner if found is None else f"{found.group(1)}{move(int(found.group(2)))}"

    def formula(self, formula: str, home: str) -> str:
        """A formula afterwards, written without its sign, of a cell of the sheet `home`.

        >>> Shift("表", 5, 10).formula("SUM(D4:D9)*名单!D9", "表")
        'SUM(D4:D19)*名单!D9'
        """
        pieces: list[str] = []
        for token in _tokens(formula):
            if token.type == "OPERAND" and token.subtype == "RANGE":
                pieces.append(self._operand(str(token.value), home))
            else:
                pieces.append(str(token.value))
        return "".join(pieces)

    def _operand(self, said: str, home: str) -> str:
        sheet, mark, area = said.rpartition("!")
        of = sheet_of(sheet) if mark else home
        if of != self.sheet or _REFERENCE.fullmatch(area) is None:
            return said
        return f"{sheet}{mark}{self.area(area)}"


def sheet_of(said: str) -> str:
    """The sheet that a reference names, without the quotes of a formula.

    >>> sheet_of("'表 1'")
    '表 1'
    """
    return said[1:-1].replace("''", "'") if said.startswith("'") else said


def copied(formula: str, origin: str, to: str) -> str:
    """A formula as it reads when its cell is copied to another.

    >>> copied("D5/E$4", "F5", "F6")
    'D6/E$4'
    """
    return str(_translate.Translator(f"={formula}", origin=origin).translate_formula(to))[1:]


@cache
def _tokens(formula: str) -> tuple[Any, ...]:
    return tuple(_tokenizer.Tokenizer(f"={formula}").items)

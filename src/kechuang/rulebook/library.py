"""Reading rule files into a rulebook: the shipped ones, and a bureau's own beside them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from kechuang.reference import Problem
from kechuang.reference.fields import Dictionary, load_dictionary
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.checking import check_rule
from kechuang.rulebook.errors import RulebookError
from kechuang.rulebook.loading import load_rule
from kechuang.rulebook.model import Rule

SUFFIXES = frozenset({".yaml", ".yml"})


def rule_files(folder: Path | None = None) -> list[Path]:
    """The rule files below a folder, or those that are shipped; a file stands for itself."""
    root = folder or Path(str(files("kechuang.rulebook")))
    if root.is_file():
        return [root]
    return sorted(path for path in root.rglob("*.y*ml") if path.suffix in SUFFIXES)


def beside_shipped(own: Sequence[Path]) -> list[Path]:
    """The shipped rule files and a bureau's own, each once."""
    shipped = rule_files()
    known = {path.resolve() for path in shipped}
    return [*shipped, *(path for path in own if path.resolve() not in known)]


def read_rulebook(
    paths: Sequence[Path], dictionary: Dictionary | None = None
) -> tuple[Rulebook, list[Problem]]:
    """The rules of some files, and everything that is wrong with the files."""
    fields = dictionary or load_dictionary()
    rules: list[Rule] = []
    problems: list[Problem] = []
    for path in paths:
        rule, found = load_rule(path, fields)
        problems += found
        if rule is not None:
            rules.append(rule)
    book = Rulebook(rules, fields)
    for rule in book:
        problems += check_rule(rule, book)
    return book, problems


@cache
def load_rulebook(folder: Path | None = None) -> Rulebook:
    """The shipped rulebook, with the files of a bureau's own folder beside it.

    Raises:
        RulebookError: with everything that is wrong in the files.
    """
    paths = rule_files() + (rule_files(folder) if folder is not None else [])
    book, problems = read_rulebook(paths)
    if problems:
        raise RulebookError(problems)
    return book

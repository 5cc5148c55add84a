"""Every command, option, check and exit code has its place in the documents."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from documents import BLOCK
from kechuang.cli import main
from kechuang.reading.checks import CHECKS
from kechuang.reading.documents import error_table
from tracked import ROOT

COMMAND_PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
READING_PAGE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
PROSE = BLOCK.sub("", COMMAND_PAGE)


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for part, below in command.commands.items():
            yield from commands(below, f"{name} {part}")


def options() -> Iterator[tuple[str, str]]:
    for name, command in commands(main, "kechuang"):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                for option in (*parameter.opts, *parameter.secondary_opts):
                    yield name, option


@pytest.mark.parametrize("name", [name for name, _ in commands(main, "kechuang")])
def test_command_is_documented_with_its_help(name: str) -> None:
    assert f"$ {name} --help\n" in COMMAND_PAGE


@pytest.mark.parametrize(("name", "option"), sorted(set(options())))
def test_option_is_explained_beyond_its_help(name: str, option: str) -> None:
    assert f"`{option}" in PROSE, f"explain {option} of {name} in docs/cli.md"


@pytest.mark.parametrize("check", [check.__name__ for check in CHECKS])
def test_check_is_described(check: str) -> None:
    assert f"`{check}`" in READING_PAGE


@pytest.mark.parametrize("reason", sorted(error_table()))
def test_reason_for_not_reading_is_described(reason: str) -> None:
    assert f"`{reason}`" in PROSE

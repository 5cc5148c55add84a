"""What the command says to people: on standard error, in Chinese or English."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from functools import partial
from importlib.resources import files
from typing import Final, TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kechuang.files.safe import one_line

Item = TypeVar("Item")
WIDTH_OF_A_PIPE: Final = 160


def results_console(stream: TextIO | None = None) -> Console:
    """Where tables are shown: as wide as a terminal; elsewhere 160 columns, or `COLUMNS`."""
    plain = partial(Console, file=stream, highlight=False, markup=False, emoji=False)
    found = plain()
    if found.is_terminal or os.environ.get("COLUMNS"):
        return found
    return plain(width=WIDTH_OF_A_PIPE)


class Stop(Exception):  # noqa: N818 - the work ends here, with or without a fault
    """The command cannot go on; the message has been given and `code` is the exit code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class Messages:
    """Writes sentences to standard error; colour and a progress bar only on a terminal."""

    def __init__(self, language: str) -> None:
        self.language = language
        source = files("kechuang.cli").joinpath("messages.toml").read_text("utf-8")
        self._sentences: dict[str, str] = tomllib.loads(source)[language]
        self.console = Console(stderr=True, soft_wrap=True, highlight=False)

    def sentence(self, name: str, /, **values: object) -> str:
        """A sentence of `messages.toml` with its values filled in, harmless for a terminal."""
        return self._sentences[name].format(
            **{key: one_line(str(value)) for key, value in values.items()}
        )

    def tell(self, name: str, /, *, style: str | None = None, **values: object) -> None:
        """Write one sentence."""
        self.say(self.sentence(name, **values), style=style)

    def say(self, text: str, *, style: str | None = None) -> None:
        """Write a text as it is."""
        self.console.print(text, style=style, markup=False)

    def track(self, items: Iterable[Item], total: int) -> Iterable[Item]:
        """The items, with a progress bar where standard error is a terminal."""
        if total < 2 or not self.console.is_terminal:
            return items
        return self._tracked(items, total)

    def _tracked(self, items: Iterable[Item], total: int) -> Iterable[Item]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        progress = Progress(*columns, TimeRemainingColumn(), console=self.console, transient=True)
        with progress:
            task = progress.add_task(self.sentence("reading"), total=total)
            for item in items:
                progress.advance(task)
                yield item

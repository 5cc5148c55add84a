"""What comes out of opening a report: its text, or the reason why there is none."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """A report's text and where it came from.

    `doc` is the file name without its extension. `raw` is the decoded text without newline
    translation and without the byte order mark; for html, docx and pdf it is the extracted text,
    one paragraph or table row a line. `format` is `txt`, `md`, `html`, `docx` or `pdf`.
    `encoding` is `utf-8`, `utf-8-sig`, `utf-16-le`, `utf-16-be` or `gb18030`; None for docx, pdf.
    """

    doc: str
    path: Path
    raw: str
    format: str
    encoding: str | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of a folder that is no report, with the reason in Chinese."""

    path: Path
    reason: str


@cache
def settings() -> dict[str, Any]:
    """The formats that can be read, their limits and their markup, from `formats.toml`."""
    return tomllib.loads(
        files("kechuang.reading.documents").joinpath("formats.toml").read_text("utf-8")
    )


@cache
def error_table() -> dict[str, dict[str, Any]]:
    """Every error code with its exit code and its sentences, from `errors.toml`.

    >>> error_table()["missing"]["exit"]
    3
    """
    return tomllib.loads(
        files("kechuang.reading.documents").joinpath("errors.toml").read_text("utf-8")
    )


class DocumentError(Exception):
    """A report that cannot be read.

    `code` is one of the keys of `error_table()` and stable; `path` is the file; `detail` the
    particulars in Chinese. `message` says in Chinese what is wrong and what to do, and
    `exit_code` is what the command ends with.

    >>> DocumentError("missing", Path("报告.txt")).message
    '找不到“报告.txt”：请核对路径和文件名，再读一次。'
    """

    def __init__(self, code: str, path: Path, detail: str = "") -> None:
        self.code = code
        self.path = path
        self.detail = detail
        super().__init__(code, path, detail)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in Chinese."""
        return self.sentence("zh")

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 3 not found, 4 invalid data, 5 refused, 70 internal."""
        return int(error_table()[self.code]["exit"])

    def sentence(self, language: str) -> str:
        """The message in `zh` or `en`."""
        template = str(error_table()[self.code][language])
        return template.format(name=self.path, detail=self.detail)

    def __str__(self) -> str:
        return self.message


def size(number: int) -> str:
    """A number of bytes for a reader.

    >>> size(1024 ** 3)
    '1024.0 MiB'
    """
    return f"{number / MIB:.1f} MiB"

"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

READABLE = 0o666


@contextmanager
def whole_path(path: Path) -> Generator[Path]:
    """A path beside `path` to write to; it takes its place when the block ends without an error.

    Whoever reads `path` meets the old file or the new one, never half of one. What is no file (a
    device, a pipe) is written to as it is.

    Raises:
        OSError: the folder does not exist, or may not be written to.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        yield target
        return
    number, name = tempfile.mkstemp(
        prefix=f".{target.name[:80]}.", suffix=".tmp", dir=target.parent
    )
    os.close(number)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(_mode(target))
        temporary.replace(target)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


@contextmanager
def whole_text(path: Path, *, encoding: str = "utf-8") -> Generator[TextIO]:
    """A text stream without newline translation; the file appears when the block ends well."""
    with (
        whole_path(path) as temporary,
        temporary.open("w", encoding=encoding, newline="", errors="replace") as stream,
    ):
        yield stream


def _mode(target: Path) -> int:
    """The rights of the file that is replaced, or those that any new file would have."""
    with suppress(OSError):
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return READABLE & ~mask

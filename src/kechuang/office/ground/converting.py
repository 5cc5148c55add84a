"""Word files as PDF by the LibreOffice of this machine, where there is one.

It runs with a profile of its own in a folder that is gone afterwards, so that two at once do not
wait for each other and nothing of a document stays.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

PROGRAMS: Final = ("soffice", "libreoffice")
SECONDS: Final = 120


class ConversionError(Exception):
    """A file cannot be turned into PDF here: there is no LibreOffice, or it could not read it."""


def program() -> str | None:
    """The LibreOffice of this machine; None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def to_pdf(content: bytes, ending: str) -> bytes:
    """A document of that ending, as `docx`, as PDF.

    Raises `ConversionError` where there is no LibreOffice, where it takes longer than two minutes
    or gives nothing.
    """
    found = program()
    if found is None:
        raise ConversionError("no LibreOffice on this machine")
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"source.{ending}"
        source.write_bytes(content)
        command = [
            found, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'p').as_uri()}",
            "--convert-to", "pdf", "--outdir", str(folder), str(source),
        ]  # fmt: skip
        try:
            subprocess.run(  # noqa: S603 - our own program and file names
                command, check=True, capture_output=True, timeout=SECONDS
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise ConversionError(f"LibreOffice could not read the {ending}") from error
        result = source.with_suffix(".pdf")
        if not result.exists():
            raise ConversionError(f"LibreOffice made nothing of the {ending}")
        return result.read_bytes()

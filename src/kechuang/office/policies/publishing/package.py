"""The public package: every file of it, into a folder or a zip.

The same content on the same day gives the same bytes, so that a portal sees whether anything
changed by comparing digests.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import IO, Final

from django.utils import translation

from kechuang.office.ground.files import open_file
from kechuang.office.policies.keeping import ALWAYS
from kechuang.office.policies.publishing.content import Content
from kechuang.office.policies.publishing.pages import CODES, LANGUAGES, pages
from kechuang.office.policies.publishing.plain import plain, sheets
from kechuang.office.policies.publishing.workbooks import workbook

JSON: Final = "policies.json"
WORKBOOK: Final = "policies.xlsx"
SCHEMA: Final = "policies.schema.json"
PIECE: Final = 1 << 20
STEP: Final = 10


def entries(content: Content) -> Iterator[tuple[str, Callable[[], IO[bytes]] | bytes]]:
    """The path of every file with its bytes; of a policy document, with what opens it."""
    told = plain(content)
    yield JSON, json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    yield SCHEMA, files("kechuang.office.policies.publishing").joinpath(SCHEMA).read_bytes()
    with translation.override(CODES["zh"]):
        yield WORKBOOK, workbook(sheets(told))
    for name, text in pages(content):
        yield name, text.encode()
    for document in content.documents:
        if document.file is not None:
            stored = document.file
            yield document.file_name, lambda stored=stored: open_file(stored)


def files_of(content: Content) -> int:
    """How many files the package has."""
    pages_each = 2 + len(content.regions) + len(content.rules) + len(content.documents)
    return 3 + len(LANGUAGES) * pages_each + sum(1 for each in content.documents if each.file)


def write_zip(content: Content, file: IO[bytes], *, told: Callable[[int], None]) -> int:
    """Write all of it into a zip and give the number of files; `told` hears of every `STEP`."""
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, given in entries(content):
            info = zipfile.ZipInfo(name, ALWAYS)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(info, "w", force_zip64=True) as target:
                _copy(given, target)
            count += 1
            if count % STEP == 0:
                told(count)
    return count


def write_folder(content: Content, folder: Path) -> int:
    """Write all of it under a folder and give the number of files.

    Files that an earlier package left there and that this one has not stay as they are.
    """
    count = 0
    for name, given in entries(content):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            _copy(given, target)
        count += 1
    return count


def _copy(given: Callable[[], IO[bytes]] | bytes, target: IO[bytes]) -> None:
    if isinstance(given, bytes):
        target.write(given)
        return
    with given() as source:
        while piece := source.read(PIECE):
            target.write(piece)

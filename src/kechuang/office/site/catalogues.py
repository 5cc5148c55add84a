"""English words: the catalogue that people edit is compiled where the data lies.

Compiling needs no program beside Python. The compiled catalogue stands in a folder named by the
digest of its source, so that one that is there is the right one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import polib

from kechuang.files.atomic import whole_path

SOURCE: Final = Path("LC_MESSAGES/django.po")


def compiled(source: Path, cache: Path) -> Path:
    """The folder of compiled catalogues, made first where it is not there yet.

    `source` holds a folder for each language. Several processes may ask at once: each catalogue
    appears whole.
    """
    catalogues = sorted(source.glob(f"*/{SOURCE}"))
    digest = hashlib.sha256(b"".join(each.read_bytes() for each in catalogues)).hexdigest()
    folder = cache / f"locale-{digest[:16]}"
    for each in catalogues:
        target = folder / each.relative_to(source).with_suffix(".mo")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with whole_path(target) as draft:
                polib.pofile(str(each)).save_as_mofile(str(draft))
    return folder

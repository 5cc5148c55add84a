"""Bring the English catalogue up to date with the words in the office's code, pages and matrix.

Translations stay; a word that is no longer used leaves. `tests/office/security/test_english.py`
fails where a word has no translation.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polib
import yaml
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from tracked import ROOT

OFFICE = ROOT / "src" / "kechuang" / "office"
CATALOGUE = OFFICE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = {
    "Project-Id-Version": "kechuang",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True, order=True)
class Message:
    """A word or sentence to translate; `plural` is empty where it has no number."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What a catalogue finds it by."""
        return (self.context, self.text)


def messages_in(code: str) -> Iterator[Message]:
    """The words in a piece of Python.

    >>> list(messages_in("_('甲')"))
    [Message(text='甲', plural='', context='')]
    """
    stream = io.BytesIO(code.encode())
    for _line, words, _comments, context in extract(
        "python", stream, KEYWORDS, options={"encoding": "utf-8"}
    ):
        text, plural = words if isinstance(words, tuple) else (words, "")
        if text:
            yield Message(text, plural, context or "")


def messages_of(path: Path) -> Iterator[Message]:
    """The words of one file: Python, a template, or the permission matrix."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from messages_in(text)
    elif path.suffix == ".yaml":
        matrix = yaml.safe_load(text)
        for each in (*matrix["roles"].values(), *matrix["verbs"].values()):
            yield Message(each["name"])
        for each in matrix["separation"]:
            yield Message(each["why"])
    else:
        if not settings.configured:
            settings.configure(USE_I18N=True)
        yield from messages_in(templatize(text))


def used() -> dict[Message, list[str]]:
    """Every word of the office and the files that it stands in."""
    paths = [
        *OFFICE.rglob("*.py"),
        *OFFICE.rglob("templates/**/*.html"),
        OFFICE / "accounts" / "matrix.yaml",
    ]
    found: dict[Message, list[str]] = {}
    for path in sorted(paths):
        for message in messages_of(path):
            files = found.setdefault(message, [])
            name = path.relative_to(OFFICE).as_posix()
            if name not in files:
                files.append(name)
    return found


def catalogue(path: Path = CATALOGUE) -> polib.POFile:
    """The catalogue as it stands."""
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def updated(old: polib.POFile, words: dict[Message, list[str]]) -> polib.POFile:
    """A catalogue of these words with the translations of the old one."""
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=100)
    new.metadata = HEADER
    counted = {message.key for message in words if message.plural}
    for message in sorted(words):
        if message.plural or message.key not in counted:
            new.append(_entry(message, words[message], known.get(message.key)))
    return new


def _entry(message: Message, files: list[str], before: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.text,
        msgctxt=message.context or None,
        occurrences=[(name, "") for name in files],
    )
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = (before and before.msgstr_plural) or {0: "", 1: ""}
    else:
        entry.msgstr = before.msgstr if before else ""
    return entry


def main() -> None:
    """Write the catalogue, and say what waits for a translation."""
    new = updated(catalogue(), used())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(CATALOGUE))
    waiting = new.untranslated_entries()
    for entry in waiting:
        print(entry.msgid)
    print(f"{len(new)} words, {len(waiting)} without a translation")


if __name__ == "__main__":
    main()

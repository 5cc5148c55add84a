"""Words that must not stand in the project's files.

The patterns are spelled with brackets, so that this file does not find itself.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracked import ROOT, text_of, tracked_files

EVERYWHERE = {
    "a registry's address: the machine's own settings say where packages come from": (
        r"p[y]pi\.org|p[y]thonhosted|registry\.npm[j]s|deb\.deb[i]an\.org|tuna\.ts[i]nghua"
    ),
    "a path of one machine": r"(?<![\w.])/(r[o]ot|h[o]me|w[o]rk|U[s]ers)/|/t[m]p/k\b|C:\\U[s]ers",
    "a folder outside the project": r"\.\./sh[a]red",
    "left over from a merge": r"^(<{7} |>{7} |={7}$)",
}
MAY_NAME_THE_SHARED_FOLDER = {".ci/run"}

IN_PYTHON = {
    "unfinished": r"\b(T[O]DO|F[I]XME|X[X]X)\b|raise NotI[m]plemented",
    "a test set aside by hand: mark its need instead (tests/conftest.py)": (
        r"pytest\.sk[i]p\(|@pytest\.mark\.(sk[i]p|xf[a]il)"
    ),
}


def found(patterns: dict[str, str], text: str) -> list[str]:
    return [
        f"{reason}: {match.group()!r}"
        for reason, pattern in patterns.items()
        for match in re.finditer(pattern, text, re.MULTILINE)
    ]


def patterns_for(name: str) -> dict[str, str]:
    patterns = dict(EVERYWHERE)
    if name in MAY_NAME_THE_SHARED_FOLDER:
        del patterns["a folder outside the project"]
    return patterns | (IN_PYTHON if name.endswith(".py") else {})


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# A test for each folder: a thousand small ones would cost more than what they do.
@pytest.mark.parametrize("folder", sorted({named(path).split("/")[0] for path in tracked_files()}))
def test_files_hold_no_forbidden_words(folder: str) -> None:
    here = [path for path in tracked_files() if named(path).split("/")[0] == folder]
    texts = {named(path): text for path in here if (text := text_of(path)) is not None}
    wrong = {name: found(patterns_for(name), text) for name, text in texts.items()}
    assert {name: words for name, words in wrong.items() if words} == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements/run.txt", "--index-url https://pyp" + "i.org/simple"),
        ("README.md", "open /ro" + "ot/report.txt"),
        ("src/a.py", "# TO" + "DO later"),
        ("tests/test_a.py", "pytest.sk" + 'ip("later")'),
        ("Makefile", "REPORTS ?= ../sha" + "red/reports"),
    ],
)
def test_a_forbidden_word_is_found(name: str, text: str) -> None:
    assert len(found(patterns_for(name), text)) == 1


def test_lock_files_of_other_tools_are_not_tracked() -> None:
    names = {path.name for path in tracked_files()}

    assert not names & {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json"}

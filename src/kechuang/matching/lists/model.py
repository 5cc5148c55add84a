"""What comes out of reading a list: the names taken, and what was left."""

from __future__ import annotations

from dataclasses import dataclass

from kechuang.matching.names import Listed


class ListError(Exception):
    """A file that cannot be read as a list; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One entry: the firm as written, and where it stands in the file.

    `is_ditto` says that the list has a sign there for the name above it.
    """

    listed: Listed
    place: str
    is_ditto: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A part of the file in which no names were taken, with its place and the reason (a code).

    The reasons: `no_names` a table without a column of names, `other_columns` columns beside the
    names, `text` running text, `empty_name` rows of a table without a name, `too_long` more than a
    name can be.
    """

    reason: str
    place: str
    text: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of a list in its order; `sources` say in which columns or lines they stood."""

    taken: tuple[Taken, ...]
    left: tuple[Left, ...] = ()
    sources: tuple[str, ...] = ()

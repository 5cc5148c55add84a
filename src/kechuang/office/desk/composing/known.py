"""What is known of a firm for its brief, each value with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where a value comes from: the source in words, the number of the document, its day."""

    source: str
    document: str
    as_of: date

    def __str__(self) -> str:
        document = f"，{self.document}" if self.document else ""
        return f"{self.source}{document}，截至{self.as_of.isoformat()}"


@dataclass(frozen=True, slots=True)
class Known:
    """One value as a sentence writes it. `doubts` are what is open about it, in words."""

    told: str
    origins: tuple[Origin, ...]
    about: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """All that it comes from, in words."""
        return "；".join(str(each) for each in self.origins)


@dataclass(frozen=True, slots=True)
class Subject:
    """A firm and what is known of it; `hidden` are the verbs that the reader lacks for it."""

    code: str
    name: str
    known: Mapping[str, Known]
    hidden: frozenset[str] = field(default_factory=frozenset)

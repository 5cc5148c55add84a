"""What the parts of this room's API share."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from kechuang.office.filings.services.filings import Done
from kechuang.office.ground.api_support import Line
from kechuang.office.registry.api.shared import Code

Codes = Annotated[list[Code], Field(min_length=1, max_length=2_000)]


class Strict(Schema):
    """A body that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class LeftOut(Schema):
    """A firm for which an act was not done, and why."""

    party: str
    why: str


class DoneOut(Schema):
    """What came of an act on many firms: the codes that it was done for, and the others."""

    done: list[str]
    left: list[LeftOut]


class ReasonIn(Strict):
    """Why something is done."""

    reason: Line


def show_done(done: Done) -> dict[str, object]:
    """What came of an act in plain values."""
    left = [{"party": code, "why": why} for code, why in done.left.items()]
    return {"done": list(done.done), "left": left}

"""Asking whether an actor may, and the refusal that says why not."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from kechuang.office.ground.actors import Actor, Place


class Reason(StrEnum):
    """Why something was refused."""

    SIGNED_OUT = "signed_out"  # nobody is signed in
    ROLE = "role"  # the role in use does not have this permission
    OUTSIDE = "outside"  # the record lies outside the role's region or organisation
    SEPARATION = "separation"  # the same person may not do both
    SWITCHED_OFF = "switched_off"  # the installation does not offer this
    UNDECLARED = "undeclared"  # a route that the access table does not list


@dataclass(frozen=True, slots=True)
class Why:
    """What a page of refusal shows: the rule, and the thing that it protects."""

    verb: str
    reason: Reason
    detail: str = ""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a mistake of the program
    """An actor may not do this.

    The access middleware turns it into a page, or into JSON, and audits it.
    """

    def __init__(self, verb: str, reason: Reason, detail: str = "") -> None:
        self.why = Why(verb, reason, detail)
        super().__init__(f"{verb}: {reason}")


def require(actor: Actor, verb: str, place: Place | None = None) -> None:
    """Refuse unless the actor has the verb and, where a place is given, reaches it."""
    if actor.reach(verb) is None:
        raise Refusal(verb, Reason.ROLE if actor.code else Reason.SIGNED_OUT)
    if place is not None and not actor.reaches(verb, place):
        raise Refusal(verb, Reason.OUTSIDE)


@contextmanager
def acting(actor: Actor, verb: str, place: Place | None = None) -> Generator[None]:
    """The frame of a service: permission first, then one transaction, kept whole or not at all."""
    require(actor, verb, place)
    with transaction.atomic():
        yield

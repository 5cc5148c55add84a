"""Programs that come with a token that is not in force leave a line, but no flood of lines."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.cache import cache

from kechuang.office.accounts.tokens import Caller, place_of_token
from kechuang.office.ground import audit
from kechuang.office.ground.actors import Place
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef

ACTION: Final = "token.refused"
MINUTE: Final = 60
DAY: Final = 24 * 60 * 60


def tell_failure(caller: Caller) -> None:
    """Write that a token was refused, never its text.

    The same from one address is told once a minute, and the next line says how often it happened
    meanwhile; all together there are at most `settings.TOKEN_FAILURES_TOLD` lines a minute for
    each process. Whoever shows no token at all has not tried to sign in.
    """
    if caller.problem in {"", "token_missing"}:
        return
    token, address = caller.token, caller.actor.address
    number = str(token.pk) if token else ""
    same = f"token-failure:{address}:{caller.problem}:{number}"
    if not cache.add(f"{same}:told", 1, MINUTE) or not _room():
        _count(f"{same}:untold", DAY)
        return
    untold = cache.get(f"{same}:untold", 0)
    cache.delete(f"{same}:untold")
    audit.record(
        caller.actor,
        audit.Line(
            ACTION,
            SourceRef("token", number),
            token.name if token else "",
            place_of_token(token.membership) if token else Place(),
            {"untold": (None, untold)} if untold else {},
            reason=caller.problem,
            outcome=AuditEvent.Outcome.FAILED,
        ),
    )


def _room() -> bool:
    """Whether one more line may be written in this minute."""
    return _count("token-failure:lines", MINUTE) <= settings.TOKEN_FAILURES_TOLD


def _count(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two
        return 1

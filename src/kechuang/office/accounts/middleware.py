"""Each request gets its actor: the signed-in user in the role that is in use."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kechuang.office.accounts.models import User
from kechuang.office.accounts.permissions import actor_of, actor_without_role
from kechuang.office.accounts.queries import memberships_in_force
from kechuang.office.accounts.tokens import actor_of_token
from kechuang.office.ground.actors import NOBODY, Actor

CHOSEN = "membership"
API = "/api/"


class ActorMiddleware:
    """Set `request.actor`, `request.membership` and `request.memberships`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the actor, then answer."""
        request.memberships = []  # type: ignore[attr-defined]
        request.membership = None  # type: ignore[attr-defined]
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor:
        address = request.META.get("REMOTE_ADDR", "")
        if request.path_info.startswith(API):
            # A browser's cookie says nothing here, so no other site can make a browser call.
            caller = actor_of_token(request.headers.get("Authorization", ""), address)
            request.token_problem = caller.problem  # type: ignore[attr-defined]
            return caller.actor
        user = request.user
        if not isinstance(user, User):
            return Actor(code=NOBODY.code, name=NOBODY.name, address=address)
        held = list(memberships_in_force(user, timezone.localdate()))
        request.memberships = held  # type: ignore[attr-defined]
        if not held:
            return actor_without_role(user, address=address)
        chosen = request.session.get(CHOSEN)
        membership = next((each for each in held if each.pk == chosen), held[0])
        request.membership = membership  # type: ignore[attr-defined]
        return actor_of(membership, address=address)

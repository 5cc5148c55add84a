"""The access table: which route may be called by which method with which permission.

A route that the table does not list answers nobody. What the table checks is whether the role in
use may do such a thing at all; whether it reaches the record is checked by the service or query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import ResolverMatch

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import Reason, Refusal, require
from kechuang.office.site.errors import not_allowed, refused

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
READING: Final = {"HEAD": "GET", "OPTIONS": "GET"}

Methods = Mapping[str, str]


@cache
def access_table() -> Mapping[str, Methods]:
    """Route name → method → `public`, `signed_in` or a verb of the permission matrix."""
    text = files("kechuang.office.site").joinpath("access.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["routes"]


def check_access(actor: Actor, match: ResolverMatch, method: str) -> HttpResponseBase | None:
    """Refuse, or give the answer to a method that the route does not have, or None to go on."""
    methods = access_table().get(match.view_name)
    if methods is None:
        raise Refusal(match.view_name, Reason.UNDECLARED)
    answering = method if "api" in match.namespaces else READING.get(method, method)
    need = methods.get(answering)
    if need is None:
        return HttpResponseNotAllowed(sorted(methods))
    if need == PUBLIC:
        return None
    if not actor.code:
        raise Refusal(need, Reason.SIGNED_OUT)
    if need != SIGNED_IN:
        require(actor, need)
    return None


class AccessMiddleware:
    """Ask the access table before every view; turn every refusal into a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; nothing that is meant for one person is kept by a cache."""
        response = self.get_response(request)
        if request.actor.code and "Cache-Control" not in response.headers:  # type: ignore[attr-defined]
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Check the route before its view runs."""
        match = request.resolver_match
        try:
            if getattr(request, "switched_off", False) and match is not None:
                raise Refusal(match.view_name, Reason.SWITCHED_OFF)
            answer = check_access(request.actor, match, request.method or "")  # type: ignore[attr-defined, arg-type]
        except Refusal as refusal:
            return refused(request, refusal)
        return not_allowed(request, answer) if answer else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that a service or query raised."""
        return refused(request, exception) if isinstance(exception, Refusal) else None

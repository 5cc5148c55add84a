"""The JSON API: one root, the rooms' routers, tokens only, one shape of errors."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.exceptions import ValidationError as FieldsError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from kechuang.office.accounts.api import router as accounts
from kechuang.office.desk.api import router as desk
from kechuang.office.filings.api import router as filings
from kechuang.office.ground.api import router as ground
from kechuang.office.ground.api_support import ApiError, strict
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.rates import seconds_left, within
from kechuang.office.parties.api import router as parties
from kechuang.office.policies.api import router as policies
from kechuang.office.regions.api import router as regions
from kechuang.office.registry.api import router as registry
from kechuang.office.reports.api import router as reports
from kechuang.office.site import api_errors
from kechuang.office.site.errors import refused

JSON: Final = "application/json"


class Token(HttpBearer):
    """The token has been read by the time a request comes here; nobody passes without an actor."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The user for whom the program calls."""
        return request.actor.code or None  # type: ignore[attr-defined]


class PerUser(BaseThrottle):
    """At most `settings.API_RATE` requests a minute for each user."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count this request; False when there were too many in this minute."""
        actor = request.actor.code  # type: ignore[attr-defined]
        return within("api", actor, settings.API_RATE)

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return seconds_left()


class JsonOnly(Parser):
    """A body is JSON and says so."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain values; any error here is told by `_unreadable`."""
        if request.content_type != JSON:
            raise ValueError(request.content_type)
        return super().parse_body(request)


api = NinjaAPI(
    title="Kechuang",
    version="1",
    description="The verbs and reads of the office, for programs. See docs/office/api.md.",
    urls_namespace="api",
    docs_url=None,
    auth=Token(),
    throttle=[PerUser()],
    parser=JsonOnly(),
)


@api.exception_handler(ApiError)
def _told(request: HttpRequest, error: ApiError) -> HttpResponse:
    return api_errors.answer(error.code, error.details, error.message)


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return refused(request, refusal)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return api_errors.invalid_fields(error.errors)


@api.exception_handler(FieldsError)
def _invalid_fields(request: HttpRequest, error: FieldsError) -> HttpResponse:
    """What a service or a form says of the values it was given."""
    named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    details = [
        {"field": "" if field == "__all__" else field, "message": message}
        for field, messages in named.items()
        for message in messages
    ]
    return api_errors.answer("invalid_input", details)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return api_errors.answer("not_found")


@api.exception_handler(RequestDataTooBig)
@api.exception_handler(TooManyFieldsSent)
@api.exception_handler(TooManyFilesSent)
def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return api_errors.answer("too_large")


@api.exception_handler(MultiPartParserError)
@api.exception_handler(BadRequest)
def _unreadable_form(request: HttpRequest, error: Exception) -> HttpResponse:
    return api_errors.answer("invalid_input")


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return api_errors.unauthenticated(request)


@api.exception_handler(Throttled)
def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    return api_errors.answer("too_many_requests")


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The library raises this only where a body cannot be parsed."""
    told = "invalid_json" if request.content_type == JSON else "unsupported_media_type"
    return api_errors.answer(told)


for router in (accounts, regions, parties, ground, registry, filings, policies, desk, reports):
    api.add_router("", strict(router))

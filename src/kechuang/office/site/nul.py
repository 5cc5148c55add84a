"""The character NUL is in no name: PostgreSQL refuses it with an error, so it stops here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from kechuang.office.site import api_errors

NUL = "\x00"


class NoNulMiddleware:
    """Refuse a request with NUL in its address, its parameters or its form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Look before the view runs; the body of a program's request is checked by its schema."""
        if not any(NUL in text for text in _texts(request, kwargs)):
            return None
        if api_errors.is_api(request):
            return api_errors.answer("invalid_input")
        raise BadRequest("NUL in a request")


def _texts(request: HttpRequest, kwargs: dict[str, Any]) -> Iterator[str]:
    yield from (value for value in kwargs.values() if isinstance(value, str))
    given = [request.GET] if api_errors.is_api(request) else [request.GET, request.POST]
    for fields in given:
        for name, values in fields.lists():
            yield name
            yield from values

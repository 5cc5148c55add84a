"""What a browser sends along by itself counts for nothing where programs call."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kechuang.office.site import api_errors


class CookielessMiddleware:
    """Drop the cookies of requests to the API.

    So no session is read, and no other site can make a signed-in browser call: that is why the
    API needs no CSRF token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer without cookies."""
        if api_errors.is_api(request):
            request.COOKIES = {}
        return self.get_response(request)

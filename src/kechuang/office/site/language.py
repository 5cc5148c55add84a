"""Chinese unless the visitor chose otherwise; what a browser asks for does not count."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from kechuang.office.site import api_errors


def wanted_by_program(header: str) -> str:
    """The language that a program asks for: English where it says so before Chinese.

    >>> wanted_by_program("fr, en-GB;q=0.9, zh;q=0.8")
    'en'
    >>> wanted_by_program("")
    'zh-hans'
    """
    for language, _quality in parse_accept_lang_header(header):
        for code in ("en", "zh-hans"):
            if language.partition("-")[0] == code.partition("-")[0]:
                return code
    return "zh-hans"


class LanguageMiddleware:
    """Take the language from its cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if api_errors.is_api(request):
            chosen = wanted_by_program(request.headers.get("Accept-Language", ""))
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

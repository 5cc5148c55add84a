"""Addresses of routes: worked out once, because a page of a list asks for hundreds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from django.urls import get_script_prefix, get_urlconf, reverse

KEPT: Final = 16_384


def address(route: str, *arguments: object) -> str:
    """What `reverse` gives, remembered; raises `NoReverseMatch` where it does."""
    return _found(route, arguments, get_script_prefix(), get_urlconf())


@lru_cache(maxsize=KEPT)
def _found(route: str, arguments: tuple[object, ...], prefix: str, urlconf: Any) -> str:
    """Prefix and table of addresses are what `reverse` itself looks at besides."""
    return reverse(route, urlconf, args=arguments)

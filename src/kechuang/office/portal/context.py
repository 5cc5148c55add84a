"""What the frame of every page shows."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext

from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.actors import NOBODY, Actor
from kechuang.office.ground.models import Notice
from kechuang.office.portal.navigation import address_of, drawn, navigation, trail
from kechuang.office.regions.queries import installation

SCHEME_COOKIE: Final = "kechuang_scheme"
SCHEMES: Final = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The actor, the roles that they can switch to, where they can go, and what they have to read.

    What asks the database is asked only where the page shows it.
    """
    actor: Actor = getattr(request, "actor", NOBODY)
    match = request.resolver_match
    groups = navigation(actor, match.view_name if match else "")
    scheme = request.COOKIES.get(SCHEME_COOKIE, "")
    membership = getattr(request, "membership", None)
    return {
        "actor": actor,
        "membership": membership,
        "memberships": getattr(request, "memberships", []),
        "role_name": role_name(actor.role),
        "other_roles": [
            {"membership": each, "name": role_name(each.role)}
            for each in getattr(request, "memberships", [])
            if each != membership
        ],
        "navigation": drawn(groups),
        "trail": trail(groups),
        "office": cache(installation),
        "unread": cache(lambda: Notice.objects.filter(to=actor.code, read_at=None).count()),
        "notices_url": address_of("ground:notices"),
        "switch_url": address_of("accounts:switch"),
        "account_url": address_of("accounts:mine"),
        "self_check_url": address_of("policies:self_check"),
        "scheme": scheme if scheme in SCHEMES else "",
        "here": request.get_full_path() if request.method == "GET" else "/",
        "searched": "",
    }


def role_name(code: str) -> str:
    """The name of a role in the language of the page."""
    found = matrix().roles.get(code)
    return gettext(found.name) if found else ""

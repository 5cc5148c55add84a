"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The actor and the roles that they can switch to."""
    return {
        "actor": getattr(request, "actor", None),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
    }

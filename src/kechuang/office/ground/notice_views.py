"""Pages of notices."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kechuang.office.ground import notices
from kechuang.office.ground.actors import Actor

A_PAGE = 30


def list_of_notices(request: HttpRequest) -> HttpResponse:
    """What the user was told, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(notices.notices_of(actor), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "ground/notices.html", {"page": page})


def read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    notices.mark_read(request.actor)  # type: ignore[attr-defined]
    return redirect("ground:notices")


def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    notice = get_object_or_404(notices.notices_of(actor), pk=pk)
    notices.mark_read(actor, pk)
    return redirect(notice.url or "ground:notices")

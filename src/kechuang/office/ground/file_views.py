"""Handing out files."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from kechuang.office.ground import files
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit


def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes of a file, to be saved: a browser shows none of it as a page of this site."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stored = get_object_or_404(limit(files.held(), actor, "file.download"), pk=pk)
    return handed(request, lambda: files.taken(actor, stored), stored.name)


def handed(request: HttpRequest, take: Callable[[], IO[bytes]], name: str) -> HttpResponseBase:
    """What `take` gives, to be saved; the page that says so where the store has lost it."""
    try:
        content = take()
    except files.FileMissing as missing:
        return missing_page(request, missing)
    return attachment(content, name)


def attachment(content: IO[bytes], name: str) -> FileResponse:
    """Bytes that came from outside, to be saved and never shown as a page of this site."""
    response = FileResponse(
        content,  # type: ignore[arg-type]
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def missing_page(request: HttpRequest, missing: files.FileMissing) -> HttpResponse:
    """The page that says that the store has lost a file."""
    return render(request, "ground/file_missing.html", {"told": str(missing)}, status=410)

"""Handing out files."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404

from kechuang.office.ground import files
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import StoredFile
from kechuang.office.ground.scopes import limit


def download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes of a file, to be saved: a browser shows none of it as a page of this site."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stored = get_object_or_404(limit(StoredFile.objects.all(), actor, "file.download"), pk=pk)
    response = FileResponse(
        files.taken(actor, stored),
        as_attachment=True,
        filename=stored.name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

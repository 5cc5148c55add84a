"""The first page of each role."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """What the role in use must do today."""
    return render(request, "portal/home.html")

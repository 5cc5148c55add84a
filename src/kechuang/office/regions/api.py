"""Regions and this installation, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kechuang.office.ground.api_support import (
    ApiError,
    Line,
    Page,
    PageQuery,
    acting_in,
    answers,
    page,
)
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import installation, search, visible

router = Router(tags=["regions"])


class RegionOut(Schema):
    """A region: `path` holds the codes from the top down."""

    code: str
    name: str
    short_name: str
    level: str
    parent: str | None
    path: str


class RegionQuery(PageQuery):
    """Which regions: `q` in the name or at the start of the code, or those below a region."""

    q: Line = ""
    level: Line = ""
    parent: Line = ""


class InstallationOut(Schema):
    """What this installation is."""

    name: str
    root: RegionOut
    size: str
    password_profile: str
    enterprise_pages: bool


def show(region: Region) -> dict[str, Any]:
    """A region in plain values."""
    return {
        "code": region.code,
        "name": region.name,
        "short_name": region.short_name,
        "level": region.level,
        "parent": region.parent.code if region.parent else None,
        "path": region.path,
    }


@router.get("/regions", response=answers(Page[RegionOut]), url_name="regions")
def list_regions(request: HttpRequest, query: Query[RegionQuery]) -> Any:
    """The divisions above and below the installation's own."""
    rows = visible(acting_in(request))
    if query.q:
        rows = search(rows, query.q)
    if query.level:
        rows = rows.filter(level=query.level)
    if query.parent:
        rows = rows.filter(parent__code=query.parent)
    return page(rows, query, show)


@router.get("/regions/{code}", response=answers(RegionOut), url_name="region")
def get_region(request: HttpRequest, code: str) -> Any:
    """One division, by its code."""
    return show(get_object_or_404(visible(acting_in(request)), code=code))


@router.get("/installation", response=answers(InstallationOut), url_name="installation")
def get_installation(request: HttpRequest) -> Any:
    """What this installation is and how it is switched."""
    here = installation()
    if here is None:
        raise ApiError("not_found")
    return {
        "name": here.name,
        "root": show(Region.objects.select_related("parent").get(pk=here.root.pk)),
        "size": here.size,
        "password_profile": here.password_profile,
        "enterprise_pages": here.enterprise_pages,
    }

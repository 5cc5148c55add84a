"""Pages of the ladder: counts by rung and by place, and the list behind each number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.office.ground.lists import list_page
from kechuang.office.policies.ladder import NAMES, Rung, Stand, rungs
from kechuang.office.policies.lists.ladder import LISTINGS
from kechuang.office.policies.queries import ladder as queries
from kechuang.office.policies.queries.ladder import RungCount
from kechuang.office.policies.queries.runs import ladder_run
from kechuang.office.policies.telling import GOAL, VIEW
from kechuang.office.regions.models import Region
from kechuang.office.registry import pages

FIRST = "hnte"


def ladder(request: HttpRequest) -> HttpResponse:
    """How many stand to each rung in each way, and of one rung how many in each place."""
    actor = pages.actor_of(request)
    found = queries.counts(actor)
    asked = request.GET.get("rung", "")
    chosen = next((each for each in found if each.rung.code == (asked or FIRST)), found[0])
    run = ladder_run()
    context = {
        "run": run,
        "may_run": actor.reach(VIEW) is not None,
        "may_ask": actor.reach(GOAL) is not None,
        "stands": list(NAMES.values()),
        "rows": [
            {
                "rung": each.rung,
                "url": f"?{urlencode({'rung': each.rung.code})}#places",
                "cells": _cells(each.rung, each.total, ""),
            }
            for each in found
            if each.total or each is chosen
        ],
        "chosen": chosen.rung,
        "places": list(_places(chosen, queries.places_below(actor))),
    }
    return render(request, "policies/ladder.html", context)


def _cells(rung: Rung, counted: Any, region: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for stand in Stand:
        query = {"stand": stand.value, **({"region": region} if region else {})}
        url = f"{reverse('policies:rung', args=[rung.code])}?{urlencode(query)}"
        found.append((counted[stand], url if counted[stand] else ""))
    return found


def _places(chosen: RungCount, below: list[Region]) -> Any:
    """The places with anybody, each with its counts; who belongs to none of them comes last."""
    own = below[-1:] if below else []
    for region in below:
        counted = chosen.places.get(region.code)
        if counted:
            # The list of the region itself holds everybody below it, so that it has no link.
            is_own = region in own and len(chosen.places) > 1
            name = _("%(name)s本级") % {"name": region.name} if is_own else region.name
            cells = _cells(chosen.rung, counted, region.code)
            yield name, [(count, "" if is_own else url) for count, url in cells]


def rung(request: HttpRequest, rung: str) -> HttpResponseBase:
    """The enterprises that stand to a rung."""
    if rung not in rungs():
        raise Http404
    back = f"{reverse('policies:ladder')}?{urlencode({'rung': rung})}"
    acts = [pages.Act(_("培育阶梯"), back)]
    return list_page(request, LISTINGS[rung], "registry/records.html", acts=acts)

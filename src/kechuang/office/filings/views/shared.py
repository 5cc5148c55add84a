"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import ngettext

from kechuang.office.filings.models import Batch, Filing
from kechuang.office.filings.queries import batches, filings
from kechuang.office.ground.showing import enumerated
from kechuang.office.registry import pages


def seen(request: HttpRequest, pk: int) -> Batch:
    """The batch of an address, as far as it is visible."""
    rows = batches.visible(pages.actor_of(request)).select_related("previous")
    return get_object_or_404(rows, pk=pk)


def own(request: HttpRequest, pk: int) -> Batch:
    """The batch of an address, as far as it may be changed."""
    return get_object_or_404(batches.changeable(pages.actor_of(request)), pk=pk)


def filing_of(request: HttpRequest, pk: int) -> Any:
    """The filing of an address, as far as it may be changed."""
    return get_object_or_404(filings.changeable(pages.actor_of(request)), pk=pk)


def board_of(batch: Batch | int) -> str:
    """The address of a batch."""
    return reverse("filings:batch", args=[batch if isinstance(batch, int) else batch.pk])


def record_of(filing: Filing) -> str:
    """The address of a filing."""
    return reverse("filings:filing", args=[filing.pk])


def told_left(left: Mapping[str, str], most: int = 5) -> str:
    """Why an act was not done for some, the first of them."""
    shown = [f"{code}：{why}" for code, why in list(left.items())[:most]]
    return enumerated(shown)


def firms(count: int) -> str:
    """How many firms, in words."""
    return ngettext("%(count)s家", "%(count)s家", count) % {"count": f"{count:,}"}

"""A collection set up, sent out and answered by services, as tests and measurements need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

from collected_forms import edited, form, layout
from django.utils import timezone

from kechuang.office.desk.models import Collection, CollectionPart
from kechuang.office.desk.services import collection_returns as returns
from kechuang.office.desk.services import collections as services
from kechuang.office.ground import files
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.jobs import run_waiting_jobs
from kechuang.office.regions.models import Region
from kechuang.sheets.layouts import Layout

SIGNERS: Mapping[str, str] = {"填表人：": "张三", "审核人：": "李四", "负责人：": "王五"}


def about(**changed: Any) -> services.About:
    """What is said of a made-up collection."""
    due = timezone.localdate() + timedelta(days=10)
    return services.About(**{"name": "企业情况表", "period": "2026年", "deadline": due, **changed})


def made(
    actor: Actor, content: bytes | None = None, where: Layout | None = None,
    names: Sequence[str] = (), place: str = "990101", **changed: Any,
) -> Collection:  # fmt: skip
    """A collection whose form is set up and not yet sent."""
    region = Region.objects.get(code=place)
    file = services.take_in(actor, region, "企业情况表.xlsx", BytesIO(content or form()))
    row = services.create(actor, file, about(**changed), region)
    return services.set_layout(actor, row, where or layout(), names)


def sent(actor: Actor, *arguments: Any, **more: Any) -> Collection:
    """A collection that is with those who fill it in."""
    row = services.send(actor, made(actor, *arguments, **more))
    run_waiting_jobs()
    return Collection.objects.select_related("region", "form", "result", "job").get(pk=row.pk)


def part(row: Collection, name: str) -> CollectionPart:
    """One of those who were asked."""
    rows = CollectionPart.objects.select_related("collection__region", "region", "party", "file")
    return rows.get(collection=row, name=name)


def workbook(row: Collection, name: str) -> bytes:
    """The workbook that one of them was sent."""
    found = part(row, name)
    assert found.file is not None
    with files.open_file(found.file) as stream:
        return stream.read()


def filled(row: Collection, name: str, cells: Mapping[str, Any]) -> bytes:
    """The same filled in and signed."""

    def sign(page: Any) -> None:
        labels = [cell for line in page.iter_rows() for cell in line if cell.value in SIGNERS]
        for label in labels:
            page.cell(label.row, label.column + 1).value = SIGNERS[label.value]

    return edited(workbook(row, name), cells, sign)


def returned(
    actor: Actor, row: Collection, name: str, cells: Mapping[str, Any], file: str = ""
) -> returns.Outcome:
    """What the office answers to a workbook that came back."""
    content = filled(row, name, cells)
    incoming = returns.Incoming(file or f"{name}.xlsx", BytesIO(content))
    (outcome,), _job = returns.receive_returns(actor, row, [incoming])
    return outcome


def merged(actor: Actor, row: Collection) -> Collection:
    """The collection after everything that came back was merged."""
    services.merge(actor, row)
    run_waiting_jobs()
    return Collection.objects.select_related("region", "form", "result", "job").get(pk=row.pk)


def content_of(stored: Any) -> bytes:
    """The bytes of a stored file."""
    with files.open_file(stored) as stream:
        return stream.read()

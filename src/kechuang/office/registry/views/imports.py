"""Pages of imports: the list, sending a file, one import from check to undo, exports."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kechuang.office.ground import exporting
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.permissions import require
from kechuang.office.ground.uploads import UploadRefused
from kechuang.office.regions.queries import choices
from kechuang.office.registry.forms.imports import (
    ExportForm,
    SendForm,
    TemplateForm,
    refused_sources,
)
from kechuang.office.registry.imports import exports, templates
from kechuang.office.registry.imports.listing import BATCHES
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.models import ImportBatch
from kechuang.office.registry.queries import import_batches as queries
from kechuang.office.registry.services import imports as services
from kechuang.office.registry.views import import_page

MOST_REGIONS = 200  # a list to choose from that is longer helps nobody


def batches(request: HttpRequest) -> HttpResponseBase:
    """All imports in reach."""
    return list_page(request, BATCHES, template="registry/imports.html")


def create(request: HttpRequest) -> HttpResponse:
    """Send a file; beside it the templates to fill in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    first = {"purpose": request.GET.get("purpose", "")}
    form = SendForm(request.POST or None, request.FILES or None, actor=actor, initial=first)
    if request.method == "POST" and form.is_valid():
        batch = _sent(actor, form)
        if batch is not None:
            words = _("已收下“%(name)s”，正在检查。确认之前什么也不会写入。")
            messages.success(request, words % {"name": batch.name})
            return redirect("registry:import", pk=batch.pk)
    context = {
        "form": form,
        "template_form": TemplateForm(initial=first, actor=actor),
        "refused": refused_sources(),
    }
    return render(request, "registry/import_create.html", context)


def _sent(actor: Actor, form: SendForm) -> ImportBatch | None:
    """The import of a file that may come in; else the form says what is wrong."""
    given = form.cleaned_data
    workbook = given["workbook"]
    try:
        file = services.take_in(actor, given["region"], workbook.name, workbook)
        return services.send(
            actor, file, given["purpose"], given["year"], form.provenance(), given["region"]
        )
    except UploadRefused as refused:
        form.add_error("workbook", refused.sentence)
    except ValidationError as error:
        form.add_error(None, error)
    return None


def template(request: HttpRequest) -> HttpResponseBase:
    """The workbook to fill in for a purpose."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = TemplateForm(request.GET, actor=actor)
    if not form.is_valid():
        return render(request, "registry/import_template.html", {"form": form})
    given = form.cleaned_data
    purpose = PURPOSES[given["purpose"]]
    year = given["year"] if purpose.needs_year else None
    names = choices(actor, "import.run").values_list("name", flat=True)[: MOST_REGIONS + 1]
    regions = list(names) if len(names) <= MOST_REGIONS else []
    content = templates.template(purpose.code, year, whole=given["whole"], regions=regions)
    return FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=templates.file_name(purpose, year),
        content_type=exporting.MEDIA_TYPES["xlsx"],
    )


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One import where it stands now; for HTMX only the part that changes while a job works."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    batch = get_object_or_404(queries.visible(actor).defer(None).select_related("job"), pk=pk)
    return import_page.answer(request, batch)


def map_headers(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the headers mean, and have the file checked anew."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    batch = get_object_or_404(queries.changeable(actor), pk=pk)
    chosen = import_page.choices_in(batch, request.POST)
    try:
        services.map_headers(actor, batch, chosen)
    except ValidationError as error:
        return import_page.answer(request, batch, wrong=error, chosen=chosen)
    except services.ImportConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("表头的对应已记住，下次同样的表头不再问。正在重新检查。"))
    return redirect("registry:import", pk=pk)


def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was previewed."""
    words = _("已开始导入。写完会通知您，可以离开本页。")
    return _act(request, pk, services.confirm, words)


def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a file unwritten."""
    return _act(request, pk, services.drop, _("已放弃。这份文件什么也没有写入。"))


def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what an import wrote."""
    words = _("已开始撤销。做完会通知您，可以离开本页。")
    return _act(request, pk, services.undo, words, queries.UNDO)


def _act(
    request: HttpRequest,
    pk: int,
    service: Callable[[Actor, ImportBatch], ImportBatch],
    words: str,
    verb: str = queries.RUN,
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    batch = get_object_or_404(queries.changeable(actor, verb), pk=pk)
    try:
        service(actor, batch)
    except services.ImportConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, words)
    return redirect("registry:import", pk=pk)


def export(request: HttpRequest) -> HttpResponseBase:
    """Export in the form of a template: the choice of what, then the file or the job."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = "wanted" in request.GET
    form = ExportForm(request.GET if asked else None, actor=actor, initial=request.GET.dict())
    if asked and form.is_valid():
        chosen = form.form()
        require(actor, chosen.verb)
        count = exports.count_of(actor, chosen)
        if count <= exporting.AT_ONCE:
            return exports.answer(actor, chosen)
        job = exports.later(actor, chosen)
        told = _("共%(count)s行，由后台任务导出。可以离开此页，完成后在“通知”里告诉您。")
        messages.success(request, told % {"count": f"{count:,}"})
        return redirect("ground:job", pk=job.pk)
    return render(request, "registry/import_export.html", {"form": form})

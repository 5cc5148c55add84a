"""Pages of regions and of the settings of the installation."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Place
from kechuang.office.ground.history import history
from kechuang.office.ground.lists import list_page
from kechuang.office.ground.permissions import require
from kechuang.office.ground.slots import SourceRef
from kechuang.office.regions import queries, services
from kechuang.office.regions.forms import AddForm, InstallationForm, RenameForm
from kechuang.office.regions.lists import REGIONS
from kechuang.office.regions.models import Installation, Region
from kechuang.office.regions.tree import plan
from kechuang.reference.divisions import load_divisions

ACTIONS = {
    "region.add": gettext_lazy("新增"),
    "region.change": gettext_lazy("修改"),
}
FIELDS = {
    "name": gettext_lazy("名称"),
    "short_name": gettext_lazy("简称"),
    "level": gettext_lazy("层级"),
    "parent": gettext_lazy("上级"),
    "path": gettext_lazy("路径"),
    "former_names": gettext_lazy("曾用名"),
}
SETTING_ACTIONS = {
    "installation.found": gettext_lazy("建立本系统"),
    "installation.change": gettext_lazy("修改设置"),
}


def region_list(request: HttpRequest) -> HttpResponseBase:
    """The tree."""
    return list_page(request, REGIONS, template="regions/list.html")


def record(request: HttpRequest, code: str) -> HttpResponse:
    """One region: where it stands, what is below it, what it was called."""
    region = get_object_or_404(queries.visible(request.actor), code=code)  # type: ignore[attr-defined]
    above = queries.line_above(region)
    facts = [
        (_("区划代码"), region.code),
        (_("层级"), Region.Level(region.level).label),
        (_("上级"), " › ".join(each.name for each in above)),
        (_("简称"), region.short_name),
        (_("曾用名"), "、".join(region.former_names)),
    ]
    context = {
        "region": region,
        "facts": facts,
        "children": region.children.order_by("code"),  # type: ignore[attr-defined]
        "history": history(SourceRef("region", region.code), ACTIONS, FIELDS, (Region,)),
        "may_add": request.actor.reaches("region.add", _place(region.path)),  # type: ignore[attr-defined]
        "may_change": request.actor.reaches("region.change", _place(region.path)),  # type: ignore[attr-defined]
    }
    return render(request, "regions/record.html", context)


def add(request: HttpRequest) -> HttpResponse:
    """Put a township, a park or a division of one's own below another."""
    actor = request.actor  # type: ignore[attr-defined]
    form = AddForm(request.POST or None, actor=actor, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        new = services.NewRegion(data["code"], data["name"], data["level"], data["parent"].code)
        try:
            region = services.add(actor, new)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("已新增“%(name)s”，可以在“%(parent)s”下选用。")
            messages.success(request, text % {"name": region.name, "parent": data["parent"].name})
            return redirect("regions:record", code=region.code)
    return render(request, "regions/add.html", {"form": form})


def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Give a region another name."""
    actor = request.actor  # type: ignore[attr-defined]
    region = get_object_or_404(queries.visible(actor), code=code)
    form = RenameForm(request.POST or None, initial={"name": region.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename(actor, code, form.cleaned_data["name"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("“%(old)s”已改名为“%(new)s”，原名称留作曾用名。")
            names = {"old": region.name, "new": form.cleaned_data["name"]}
            messages.success(request, text % names)
            return redirect("regions:record", code=code)
    return render(request, "regions/rename.html", {"form": form, "region": region})


def load(request: HttpRequest) -> HttpResponse:
    """Compare the tree with the divisions of this version, and take over what differs."""
    here = get_object_or_404(Installation.objects.select_related("root"), pk=1)
    require(request.actor, "region.add", Place(here.root.path))  # type: ignore[attr-defined]
    divisions, root = load_divisions(), here.root.code
    if root not in divisions:
        return render(request, "regions/load.html", {"own": True, "installation": here})
    if request.method == "POST":
        found = services.load(request.actor, divisions, root)  # type: ignore[attr-defined]
        text = _("区划已更新：新增%(added)d个，改动%(changed)d个。")
        counts = {"added": len(found.added), "changed": len(found.changed)}
        messages.success(request, text % counts)
        return redirect("regions:list")
    found = plan(divisions, root)
    named = [
        (each.code, each.name, [(FIELDS[name], *pair) for name, pair in each.changes.items()])
        for each in found.changed
    ]
    context = {"plan": found, "changed": named, "installation": here}
    return render(request, "regions/load.html", context)


def installation(request: HttpRequest) -> HttpResponse:
    """What the installation is: name, size, rules of passwords, who may come in."""
    here = get_object_or_404(Installation.objects.select_related("root"), pk=1)
    form = InstallationForm(request.POST or None, instance=here)
    names = {name: field.label or name for name, field in form.fields.items()}
    if request.method == "POST" and form.is_valid():
        changes = services.change_installation(request.actor, form.cleaned_data)  # type: ignore[attr-defined]
        told = "、".join(str(names[name]) for name in changes)
        if changes:
            messages.success(request, _("已修改：%(names)s。下一个请求起生效。") % {"names": told})
        else:
            messages.info(request, _("没有改动，设置保持原样。"))
        return redirect("regions:installation")
    context = {
        "form": form,
        "installation": here,
        "facts": [(_("本级区划"), f"{here.root.name} {here.root.code}")],
        "history": history(
            SourceRef("installation", "1"),
            SETTING_ACTIONS,
            {"root": _("本级区划"), **names},
            (Installation,),
        ),
    }
    return render(request, "regions/installation.html", context)


def _place(path: str) -> Place:
    return Place(path)

"""The verbs of regions: found, load, add, rename, and change what the installation is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.permissions import acting
from kechuang.office.ground.slots import SourceRef
from kechuang.office.regions.models import Installation, Region
from kechuang.office.regions.tree import Plan, apply, plan
from kechuang.reference.divisions import Divisions

LEVELS = tuple(Region.Level)
SETTINGS = ("name", "size", "password_profile", "second_factor", "enterprise_pages")


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A township, a park or a division of one's own, to be put below another."""

    code: str
    name: str
    level: str
    parent: str


class InUse(Exception):  # noqa: N818 - an answer for the person who asked
    """The thing is there already; the words say which and what to do."""


def found(actor: Actor, divisions: Divisions, root: str, name: str) -> Installation:
    """Load the divisions above and below the root, and say what this installation is.

    Raises `InUse` where there is an installation already, KeyError for an unknown root.
    """
    with acting(actor, "installation.change"):
        if Installation.objects.select_for_update().filter(pk=1).exists():
            raise InUse(_("本系统已经建立。要重新开始，请换一个空的数据文件夹。"))
        load(actor, divisions, root)
        place = Region.objects.get(code=root)
        installation = Installation.objects.create(pk=1, root=place, name=name)
        audit.record(
            actor,
            audit.Line(
                "installation.found",
                SourceRef("installation", "1"),
                name,
                Place(place.path),
                {"root": (None, root), "name": (None, name)},
            ),
        )
    return installation


def load(actor: Actor, divisions: Divisions, root: str) -> Plan:
    """Bring the tree to what the divisions say, above and below the root; give what changed.

    Loading again changes only what differs. Nothing is taken away: a division that is no longer
    listed keeps its records. KeyError for an unknown root.
    """
    path = "/" + "".join(f"{code}/" for code in _line(divisions, root))
    with acting(actor, "region.add", Place(path)):
        found = plan(divisions, root)
        if not found:
            return found
        apply(found)
        lines = [
            audit.Line(
                "region.load",
                SourceRef("region", root),
                divisions[root].name,
                Place(path),
                {"added": (0, len(found.added)), "changed": (0, len(found.changed))},
            )
        ]
        lines += [
            _line_of_change(each.code, each.name, path, each.changes) for each in found.changed
        ]
        audit.record_all(actor, lines)
    return found


def add(actor: Actor, new: NewRegion) -> Region:
    """Put a region below another that the actor reaches.

    Raises `ValidationError` by field where the code is taken or the level does not stand there.
    """
    parent = Region.objects.filter(code=new.parent).first()
    if parent is None:
        raise ValidationError({"parent": _("没有这个上级区划。请从列表中选择。")})
    with acting(actor, "region.add", Place(parent.path)):
        _check_new(new, parent)
        region = Region.objects.create(
            code=new.code,
            name=new.name,
            short_name=new.name[:30],
            level=new.level,
            parent=parent,
            path=f"{parent.path}{new.code}/",
        )
        changes = {"name": (None, new.name), "parent": (None, new.parent)}
        audit.record(actor, _line_of_change(new.code, new.name, region.path, changes, "region.add"))
    return region


def rename(actor: Actor, code: str, name: str) -> Region:
    """Give a region another name; the one that it had stays as a former name.

    Raises `ValidationError` where a sister has the name.
    """
    region = Region.objects.get(code=code)
    with acting(actor, "region.change", Place(region.path)):
        region = Region.objects.select_for_update().get(code=code)
        if name == region.name:
            return region
        _check_name(name, region.parent, but=code)
        changes = {"name": (region.name, name)}
        former = [each for each in (*region.former_names, region.name) if each != name]
        region.former_names = list(dict.fromkeys(former))
        region.name, region.short_name = name, name[:30]
        region.save(update_fields=["name", "short_name", "former_names"])
        audit.record(actor, _line_of_change(code, name, region.path, changes))
    return region


def change_installation(actor: Actor, settings: Mapping[str, str | bool]) -> audit.Changes:
    """Change what the installation is; give what changed, from → to."""
    with acting(actor, "installation.change"):
        locked = Installation.objects.select_for_update(of=("self",))
        installation = locked.select_related("root").get(pk=1)
        before = {name: getattr(installation, name) for name in SETTINGS}
        after = {name: settings.get(name, value) for name, value in before.items()}
        changes = audit.changes_between(before, after)
        if not changes:
            return changes
        for name in changes:
            setattr(installation, name, after[name])
        installation.full_clean()
        installation.save(update_fields=list(changes))
        audit.record(
            actor,
            audit.Line(
                "installation.change",
                SourceRef("installation", "1"),
                installation.name,
                Place(installation.root.path),
                changes,
            ),
        )
    return changes


def _line(divisions: Divisions, code: str) -> Iterable[str]:
    """The codes from the top down to a division."""
    above = [division.code for division in divisions.parents(code)]
    return (*reversed(above), code)


def _line_of_change(
    code: str, name: str, path: str, changes: audit.Changes, action: str = "region.change"
) -> audit.Line:
    return audit.Line(action, SourceRef("region", code), name, Place(path), changes)


def _check_new(new: NewRegion, parent: Region) -> None:
    if Region.objects.filter(code=new.code).exists():
        taken = Region.objects.get(code=new.code)
        raise ValidationError(
            {
                "code": _("代码%(code)s已用于“%(name)s”。请换一个没有用过的代码。")
                % {"code": new.code, "name": taken.name}
            }
        )
    if new.level not in LEVELS or LEVELS.index(Region.Level(new.level)) <= LEVELS.index(
        Region.Level(parent.level)
    ):
        raise ValidationError(
            {
                "level": _("“%(parent)s”是%(level)s，下级不能是这个层级。请选择更低的层级。")
                % {"parent": parent.name, "level": Region.Level(parent.level).label}
            }
        )
    _check_name(new.name, parent)


def _check_name(name: str, parent: Region | None, but: str = "") -> None:
    if Region.objects.filter(parent=parent, name=name).exclude(code=but).exists():
        above = parent.name if parent else ""
        raise ValidationError(
            {
                "name": _(
                    "“%(parent)s”下已有“%(name)s”。请核对是不是同一个；不是的话换一个能区分的名称。"
                )
                % {"parent": above, "name": name}
            }
        )

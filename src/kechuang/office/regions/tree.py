"""How the tree must change to be what the divisions say: first a plan, then its application."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import CharField, F, Model, Value
from django.db.models.functions import Concat, Substr

from kechuang.office.ground.audit import Changes, Plain, changes_between
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.scopes import ScopePaths
from kechuang.office.regions.models import Region
from kechuang.reference.divisions import Division, Divisions

COLUMNS = ("name", "short_name", "level", "parent", "path")


@dataclass(frozen=True, slots=True)
class Change:
    """What changes of a region that is there: from → to by column, and its former names then."""

    code: str
    name: str
    changes: Changes
    former_names: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be added and changed, from the top down. Nothing to do is false."""

    added: tuple[Region, ...] = ()
    parents: tuple[str | None, ...] = ()
    changed: tuple[Change, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


def plan(divisions: Divisions, root: str) -> Plan:
    """What differs between the table and the divisions above and below the root."""
    present = {region.code: region for region in Region.objects.select_related("parent")}
    paths: dict[str | None, str] = {None: "/"}
    added: list[tuple[Region, str | None]] = []
    changed: list[Change] = []
    for division in _from_the_top(divisions, root):
        paths[division.code] = f"{paths[division.parent]}{division.code}/"
        region = present.get(division.code)
        if region is None:
            added.append((_new(division, paths[division.code]), division.parent))
        elif change := _change(region, division, paths[division.code]):
            changed.append(change)
    return Plan(
        tuple(region for region, _ in added), tuple(parent for _, parent in added), tuple(changed)
    )


def apply(found: Plan) -> None:
    """Write a plan; whoever calls has a transaction open."""
    keys: dict[str | None, int | None] = {None: None}
    keys.update(Region.objects.values_list("code", "pk"))
    depth: dict[int, list[tuple[Region, str | None]]] = {}
    for region, parent in zip(found.added, found.parents, strict=True):
        depth.setdefault(region.path.count("/"), []).append((region, parent))
    for level in sorted(depth):
        for region, parent in depth[level]:
            region.parent_id = keys[parent]  # type: ignore[attr-defined]
        Region.objects.bulk_create((region for region, _ in depth[level]), batch_size=500)
        keys.update((region.code, region.pk) for region, _ in depth[level])
    for each in found.changed:
        _apply_change(each, keys)


def _from_the_top(divisions: Divisions, root: str) -> Iterator[Division]:
    yield from reversed(divisions.parents(root))
    waiting = [divisions[root]]
    while waiting:
        division = waiting.pop()
        yield division
        waiting += reversed(divisions.children(division.code))


def _new(division: Division, path: str) -> Region:
    return Region(
        code=division.code,
        name=division.name,
        short_name=division.short_name,
        level=division.level,
        path=path,
        former_names=list(division.aliases),
    )


def _change(region: Region, division: Division, path: str) -> Change | None:
    # A name given here stands: the divisions shipped may be older than the renaming.
    is_own = division.name in region.former_names
    name = region.name if is_own else division.name
    before: dict[str, Plain] = {name: getattr(region, name) for name in COLUMNS if name != "parent"}
    before["parent"] = region.parent.code if region.parent else None
    after: dict[str, Plain] = {
        "name": name,
        "short_name": region.short_name if is_own else division.short_name,
        "level": division.level,
        "parent": division.parent,
        "path": path,
    }
    changes = dict(changes_between(before, after))
    names = dict.fromkeys((*region.former_names, region.name, *division.aliases))
    former = [each for each in names if each != name]
    if former != region.former_names:
        changes["former_names"] = ("、".join(region.former_names), "、".join(former))
    return Change(region.code, name, changes, former) if changes else None


def _apply_change(change: Change, keys: dict[str | None, int | None]) -> None:
    region = Region.objects.get(code=change.code)
    old, values = region.path, {name: after for name, (_, after) in change.changes.items()}
    for name in ("name", "short_name", "level"):
        setattr(region, name, values.get(name, getattr(region, name)))
    region.former_names = change.former_names
    if "parent" in values:
        region.parent_id = keys[values["parent"]]  # type: ignore[attr-defined, index]
    region.save()
    new = values.get("path", old)
    if isinstance(new, str) and new != old:
        _move(old, new)


def _move(old: str, new: str) -> None:
    """Everything below an old path goes below the new one.

    The audit trail alone keeps the path of its time.
    """
    for model, column in _path_columns():
        rest = Substr(F(column), len(old) + 1)
        model._default_manager.filter(**{f"{column}__startswith": old}).update(
            **{column: Concat(Value(new), rest)}
        )


def _path_columns() -> Iterator[tuple[type[Model], str]]:
    """Every column of the office that holds the path of a region as text."""
    for model in apps.get_models():
        paths = getattr(model, "scope_paths", None)
        if not isinstance(paths, ScopePaths) or not paths.region or model is AuditEvent:
            continue
        if "__" not in paths.region and isinstance(model._meta.get_field(paths.region), CharField):
            yield model, paths.region

"""Rooms stand on floors: what a model refers to and what a module imports lies below it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

import kechuang.office
from kechuang.office.ground.scopes import ScopePaths

FLOORS = (
    "ground",
    "regions",
    "parties",
    "accounts",
    "registry",
    "filings",
    "policies",
    "desk",
    "reports",
    "portal",
    "site",
)
OFFICE = "kechuang.office."
FOLDER = Path(str(files(kechuang.office)))
MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith(OFFICE)
]
WITHOUT_A_PLACE = {
    "ground.AuditHead": "one row for the whole trail; nobody lists or opens it",
    "registry.Organisation_tags": "the link of an organisation to its tags, which have places",
    "reports.ReportFinding_figures": "the link of a finding to its figures, which have places",
}
"""Models without `scope_paths`, each with its reason."""


def floor(name: str) -> int:
    return FLOORS.index(name)


def relations() -> Iterator[tuple[type[models.Model], models.Field[object, object]]]:
    for model in MODELS:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.is_relation and field.related_model is not None:
                yield model, field


def test_every_room_has_its_floor() -> None:
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith(OFFICE)}
    assert rooms == set(FLOORS)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
        for model, field in relations()
    ],
)
def test_no_relation_points_to_a_higher_floor(
    model: type[models.Model], field: models.Field[object, object]
) -> None:
    target = field.related_model
    assert isinstance(target, type)
    room = target._meta.app_label
    # Rooms of the libraries hold nothing of ours: what they have lies below every floor.
    assert room not in FLOORS or floor(room) <= floor(model._meta.app_label)


def test_there_are_relations_to_look_at() -> None:
    assert {model._meta.app_label for model, _ in relations()} >= {"regions", "parties", "reports"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_says_where_its_records_belong(model: type[models.Model]) -> None:
    paths = getattr(model, "scope_paths", None)
    if model._meta.label in WITHOUT_A_PLACE:
        assert paths is None, "it has a place now: take it off the list"
        return
    assert isinstance(paths, ScopePaths)
    found = [each for each in (paths.region, paths.party, paths.owner) if each]
    assert found != []
    for each in found:  # a look-up that does not exist would raise here
        model._default_manager.filter((each, "x"))


def test_the_list_of_models_without_a_place_names_only_models_that_exist() -> None:
    assert set(WITHOUT_A_PLACE) <= {model._meta.label for model in MODELS}


# --- what modules import


def imported(path: Path) -> set[str]:
    """The rooms whose modules a file imports, also by name at run time."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value]
        found |= {
            name.removeprefix(OFFICE).split(".")[0] for name in names if name.startswith(OFFICE)
        }
    return found & set(FLOORS)


@pytest.mark.parametrize("room", FLOORS[:-1])
def test_no_module_imports_from_a_higher_floor(room: str) -> None:
    higher = {
        f"{path.relative_to(FOLDER)} → {other}"
        for path in (FOLDER / room).rglob("*.py")
        for other in imported(path)
        if floor(other) > floor(room)
    }
    assert higher == set()


def test_imports_are_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "from kechuang.office import site\n"
        "import kechuang.office.portal.views\n"
        "x = import_module('kechuang.office.reports.lists')\n"
    )
    assert imported(module) == {"site", "portal", "reports"}

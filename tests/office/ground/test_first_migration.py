"""Tables that are made together are those that one operation after another makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections, migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.utils import load_backend

from kechuang.office.ground.first_migration import FirstMigration

CREATES = [
    migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
    migrations.CreateModel(
        "Book",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("title", models.CharField(max_length=40, db_index=True)),
            ("pages", models.PositiveIntegerField()),
            ("shelf", models.ForeignKey("first.shelf", models.PROTECT)),
        ],
        options={"indexes": [models.Index(fields=["pages"], name="pages_of_book")]},
    ),
    migrations.AddField(
        "shelf", "best", models.ForeignKey("first.book", models.PROTECT, null=True)
    ),
    migrations.AddIndex("book", models.Index(fields=["shelf", "title"], name="title_on_shelf")),
    migrations.AddConstraint(
        "book", models.UniqueConstraint(fields=["shelf", "title"], name="title_once")
    ),
    migrations.AddConstraint(
        "book", models.CheckConstraint(condition=models.Q(pages__gt=0), name="book_has_pages")
    ),
]


@pytest.fixture
def empty() -> Iterator[BaseDatabaseWrapper]:
    """A database of its own in memory."""
    settings = {**connections.settings[DEFAULT_DB_ALIAS], "NAME": ":memory:", "OPTIONS": {}}
    found = load_backend("django.db.backends.sqlite3").DatabaseWrapper(settings, "first")
    connections["first"] = found
    yield found
    found.close()
    del connections["first"]


def migration_of(
    made_by: type[migrations.Migration], operations: list[Operation]
) -> migrations.Migration:
    """A migration of a room that does not exist."""
    return type("Migration", (made_by,), {"operations": operations})("0001", "first")


def tables(made_by: type[migrations.Migration], connection: BaseDatabaseWrapper) -> Any:
    """What a migration makes of nothing: columns and constraints by table."""
    migration = migration_of(made_by, CREATES)
    state = ProjectState(real_apps={each.label for each in apps.get_app_configs()})
    with connection.schema_editor() as editor:
        migration.apply(state, editor)
    with connection.cursor() as cursor:
        asked = connection.introspection
        names = sorted(asked.table_names(cursor))
        found = {
            name: (
                asked.get_table_description(cursor, name),
                asked.get_constraints(cursor, name),
            )
            for name in names
        }
        for name in reversed(names):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}")
    return found


@pytest.mark.django_db
def test_same_tables_as_one_operation_after_another(empty: BaseDatabaseWrapper) -> None:
    together, one_by_one = (tables(each, empty) for each in (FirstMigration, migrations.Migration))
    assert list(together) == ["first_book", "first_shelf"]
    assert {"title_on_shelf", "title_once", "book_has_pages"} <= set(together["first_book"][1])
    assert together == one_by_one


def test_what_does_not_create_is_refused() -> None:
    migration = migration_of(FirstMigration, [migrations.RunPython(migrations.RunPython.noop)])
    with pytest.raises(TypeError, match="does not belong into a first migration"):
        migration.apply(ProjectState(), connection.schema_editor())

"""The first migration of a room, whose tables are made together.

After each operation Django works out all models of all rooms anew. For a hundred models that is
most of the time in which an office is founded. A first migration only creates: its models are
worked out once, and each table is made as it is at the end.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import migrations, router

ONLY_CREATES: Final = (
    migrations.CreateModel,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AddConstraint,
)


class FirstMigration(migrations.Migration):
    """Creates models with their fields, indexes and constraints, and does nothing else."""

    initial = True

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        """Make the tables; gives the state with their models.

        Raises `TypeError` where an operation is none of those that only create.
        """
        for operation in self.operations:
            if not isinstance(operation, ONLY_CREATES):
                told = f"{self}: {operation.describe()} does not belong into a first migration"
                raise TypeError(told)
        # Without models worked out there is nothing that each operation would work out anew.
        vars(project_state).pop("apps", None)
        state = self.mutate_state(project_state, preserve=False)
        database = schema_editor.connection.alias
        for operation in self.operations:
            if isinstance(operation, migrations.CreateModel):
                model = state.apps.get_model(self.app_label, operation.name)
                if router.allow_migrate_model(database, model):
                    schema_editor.create_model(model)
        return state

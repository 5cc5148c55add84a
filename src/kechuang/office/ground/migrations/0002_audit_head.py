"""The trail begins empty."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def begin(apps: Any, schema_editor: Any) -> None:
    heads = apps.get_model("ground", "AuditHead").objects.using(schema_editor.connection.alias)
    heads.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("ground", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]

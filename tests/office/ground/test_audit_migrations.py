"""A later migration that alters the trail's tables loses no trigger and no line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kechuang.office.ground

LATER = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ground", "{last}")]
    operations = [
        migrations.AlterField("AuditEvent", "reason", models.CharField(max_length=600)),
        migrations.AddField("AuditHead", "note", models.CharField(max_length=10, default="")),
    ]
"""
WRITE = """
from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.slots import SourceRef
audit.record(SYSTEM, audit.Line("thing.changed", SourceRef("thing", "1")))
"""
LOOK = """
from django.db import connection
from kechuang.office.ground.audit_chain import verify
from kechuang.office.ground.audit_triggers import missing
print(missing(connection), verify().count)
"""
SETTINGS = """
from kechuang.office.site.settings import *
MIGRATION_MODULES = {"ground": "later"}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with its own database and a copy of the migrations of this room."""
    later = tmp_path / "later"
    later.mkdir()
    for path in (Path(kechuang.office.ground.__path__[0]) / "migrations").glob("*.py"):
        (later / path.name).write_bytes(path.read_bytes())
    (tmp_path / "later_settings.py").write_text(SETTINGS)
    return tmp_path


def django(office: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KECHUANG_")}
    paths = os.pathsep.join(filter(None, [str(office), os.environ.get("PYTHONPATH", "")]))
    settings = {"DJANGO_SETTINGS_MODULE": "later_settings", "KECHUANG_DATA": str(office / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env={**kept, **settings, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


@pytest.mark.slow
def test_triggers_and_lines_outlive_an_altered_table(office: Path) -> None:
    (office / "data").mkdir()
    django(office, "migrate", "-v0")
    django(office, "shell", "-v0", "-c", WRITE)
    last = max(path.stem for path in (office / "later").glob("0*.py"))
    (office / "later" / "9999_later.py").write_text(LATER.format(last=last))
    assert "9999_later" in django(office, "migrate", "ground")
    django(office, "shell", "-v0", "-c", WRITE)
    assert django(office, "shell", "-v0", "-c", LOOK) == "[] 2"

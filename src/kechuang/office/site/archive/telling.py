"""What the audit trail says of backups: who wrote one or brought one back, and what was in it."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.audit_words import words
from kechuang.office.ground.slots import SourceRef

KIND: Final = "backup"
WRITTEN: Final = "backup.written"
RESTORED: Final = "backup.restored"


def operator() -> Actor:
    """The system itself, with the user of the operating system who runs the command."""
    number = os.getuid()
    try:
        user = pwd.getpwuid(number).pw_name
    except KeyError:  # a container may run as a number that has no name
        user = str(number)
    return replace(SYSTEM, name=f"{SYSTEM.name}（{user}）")


def tell(action: str, archive: Path, facts: dict[str, str | int | bool], reason: str = "") -> None:
    """Write the line of a backup with what was in it."""
    changes = {name: (None, value) for name, value in facts.items()}
    subject = SourceRef(KIND, archive.name)
    audit.record(
        operator(),
        audit.Line(action, subject, archive.name, SYSTEM.place, changes, reason),
    )


def fill() -> None:
    """Give the words of these lines."""
    words.fill(
        KIND,
        _("备份"),
        {WRITTEN: _("写出备份"), RESTORED: _("恢复备份")},
        {
            "rows": _("数据行数"),
            "files": _("文件数"),
            "keys": _("含密钥"),
            "trail": _("审计记录条数"),
            "trail_digest": _("最后一条的摘要"),
            "sha256": _("备份文件的 SHA-256"),
            "broken_at": _("审计记录断开处"),
        },
    )

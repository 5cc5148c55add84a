"""Bringing an archive back into an empty installation: all of it, or nothing is changed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from kechuang.office.ground import audit_triggers
from kechuang.office.ground.audit_chain import Broken, verify
from kechuang.office.ground.models import AuditEvent, AuditHead
from kechuang.office.site.archive import rows
from kechuang.office.site.archive.members import ArchiveError, contents, described, unpack
from kechuang.office.site.archive.telling import RESTORED, tell

FOLDERS: Final = ("files", "seals")
DATABASE: Final = "database.sqlite3"


class NotEmpty(Exception):  # noqa: N818 - an answer to whoever restores
    """There is something already where the archive should go."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back."""

    rows: int
    tables: int
    files: int
    keys: bool
    broken: Broken | None = None


def restore(archive: Path, *, accept_broken_trail: bool = False) -> Restored:
    """Bring the archive back. ArchiveError or NotEmpty say why not; then nothing is changed.

    A trail that was broken before the backup is refused unless that is accepted; then the break is
    written down. Either way the first line after the restored ones tells of the restoring.
    """
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    _require_empty()
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA) as name:
        folder = Path(name)
        manifest = unpack(archive, folder)
        models = rows.models_in_order()
        if {model._meta.label_lower for model in models} != set(manifest["tables"]):
            raise ArchiveError(_("备份里的表与本版本不同：请换一份完好的备份。"))
        with _into(folder):
            with audit_triggers.removed(connection):
                _load(folder, models)
                _set_head(manifest["head"])
            _compare(manifest, models)
            broken = _broken(folder)
            if broken and not accept_broken_trail:
                raise ArchiveError(_refusing(broken))
            if broken:
                _go_on_from_the_last_line()
            rows_brought, files, keys = contents(manifest)
            _tell(archive, manifest, broken)
    return Restored(rows_brought, len(models), files, keys, broken)


def _set_head(told: dict[str, Any]) -> None:
    """Put the head of the trail where the backup had it."""
    try:
        head = {"count": told["count"], "digest": told["digest"]}
        AuditHead.objects.filter(pk=1).update(**head)
    except (DatabaseError, KeyError, TypeError, ValueError) as error:
        raise _unfit(AuditHead, error) from error


def _go_on_from_the_last_line() -> None:
    """Lines beyond the head of a broken trail must not stand in the way of the next one."""
    last = AuditEvent.objects.order_by("-sequence").first()
    if last and last.sequence > AuditHead.objects.get(pk=1).count:
        with audit_triggers.removed(connection):
            _set_head({"count": last.sequence, "digest": last.digest})


def _broken(folder: Path) -> Broken | None:
    """The first broken link of the trail that was brought back, held against its seals."""
    found = verify(folder / "seals")
    return found if isinstance(found, Broken) else None


def _refusing(broken: Broken) -> str:
    return _(
        "备份里的审计记录在第%(sequence)s条断开（%(why)s），什么也没有改：请先找没有断开的备份；"
        "没有别的备份时，加上 --accept-broken-trail 恢复，断开处会写进审计记录。"
    ) % {"sequence": broken.sequence, "why": broken.why}


def _tell(archive: Path, manifest: dict[str, Any], broken: Broken | None) -> None:
    rows_brought, files, keys = contents(manifest)
    facts: dict[str, str | int | bool] = {
        "rows": rows_brought,
        "files": files,
        "keys": keys,
        "trail": manifest["head"]["count"],
        "trail_digest": manifest["head"]["digest"],
        "sha256": described(archive).sha256,
    }
    if broken:
        facts["broken_at"] = broken.sequence
    tell(RESTORED, archive, facts, broken.why if broken else "")


def _database() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _require_empty() -> None:
    there = [name for name in FOLDERS if any((settings.DATA / name).rglob("*"))]
    if connection.vendor == "sqlite":
        filled = _database().exists()
    else:
        filled = bool(connection.introspection.table_names())
    if filled or there:
        raise NotEmpty(
            _(
                "恢复只能在空的数据文件夹和空的数据库里进行，这里已有数据："
                "请用 KECHUANG_DATA 和 KECHUANG_DATABASE 指向空的。"
            )
        )


@contextmanager
def _into(folder: Path) -> Generator[None]:
    """An empty database with its tables, which counts only when the block ends well."""
    if connection.vendor == "sqlite":
        with _scratch(folder / DATABASE):
            _migrate()
            with transaction.atomic():
                yield
        with _put_in_place(folder):
            (folder / DATABASE).rename(_database())
        return
    with transaction.atomic():
        _migrate()
        yield
        with _put_in_place(folder):
            # What is checked at the end of a transaction is checked before the folders move.
            connection.check_constraints()


@contextmanager
def _scratch(path: Path) -> Generator[None]:
    """The database is another file for a while."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _load(folder: Path, models: list[type[Model]]) -> None:
    rows.empty(models)
    for model in models:
        path = folder / "tables" / f"{model._meta.label_lower}.jsonl"
        try:
            rest = _rows(path)
            while several := list(islice(rest, rows.AT_A_TIME)):
                rows.insert(model, several)
        except (DatabaseError, ValueError, TypeError, ArithmeticError) as error:
            raise _unfit(model, error) from error
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise _unfit(models[-1], error) from error
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _unfit(model: type[Model], error: Exception) -> ArchiveError:
    return ArchiveError(
        _("备份里“%(table)s”的数据放不进数据库（%(why)s），什么也没有改：请换一份完好的备份。")
        % {"table": model._meta.label_lower, "why": error}
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        for line in stream:
            yield json.loads(line)


def _compare(manifest: dict[str, Any], models: list[type[Model]]) -> None:
    for model in models:
        found, told = rows.digest_of(model), manifest["tables"][model._meta.label_lower]
        if (found.rows, found.told()) != (told["rows"], told["digest"]):
            raise ArchiveError(
                _("恢复后“%(table)s”与备份不一致，什么也没有改：请换一份完好的备份。")
                % {"table": model._meta.label_lower}
            )


@contextmanager
def _put_in_place(folder: Path) -> Generator[None]:
    """Move files, seals and keys to where they belong; move them back where the block fails."""
    moved: list[tuple[Path, Path]] = []
    kept = {path: path.read_bytes() for path in (settings.DATA / "keys").glob("*.key")}
    try:
        for source, target in _moves(folder):
            if target.is_dir():
                target.rmdir()
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            source.replace(target)
            moved.append((source, target))
        yield
    except BaseException:
        for source, target in reversed(moved):
            with suppress(OSError):
                target.replace(source)
        for path, content in kept.items():
            path.write_bytes(content)
        raise


def _moves(folder: Path) -> Iterator[tuple[Path, Path]]:
    for name in FOLDERS:
        if (folder / name).is_dir():
            yield folder / name, settings.DATA / name
    for path in sorted((folder / "keys").glob("*.key")):
        yield path, settings.DATA / "keys" / path.name

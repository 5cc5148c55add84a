"""Runs as files: the verdicts as one Parquet file, and all that is needed to make it again.

A snapshot is an uncompressed zip: `manifest.json`, the rule files under `rules/`, and the facts of
each batch under `batches/NUMBER/FRAME.parquet`. The same content always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import polars as pl
import pyarrow.parquet as parquet

from kechuang.office.policies.inputs import Frames
from kechuang.office.policies.judging import SCHEMA, Judged, Judging, shape_of
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import read_rulebook
from kechuang.rulebook.model import Rule

MANIFEST: Final = "manifest.json"
VERDICTS: Final = "verdicts"
ALWAYS: Final = (1980, 1, 1, 0, 0, 0)


class SnapshotError(Exception):
    """A snapshot cannot be judged again; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run judged: the day, the rules with the digests of their files, and their regions."""

    as_of: date
    held: tuple[str, ...]
    rules: tuple[tuple[str, str, tuple[str, ...] | None], ...]

    def written(self) -> str:
        """As JSON with sorted keys."""
        rules = [
            {"rule": key, "digest": digest, "regions": None if codes is None else list(codes)}
            for key, digest, codes in self.rules
        ]
        told = {"as_of": self.as_of.isoformat(), "held": list(self.held), "rules": rules}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """The manifest of such a text."""
        told = json.loads(text)
        rules = [
            (each["rule"], each["digest"], each["regions"] and tuple(each["regions"]))
            for each in told["rules"]
        ]
        return cls(date.fromisoformat(told["as_of"]), tuple(told["held"]), tuple(rules))


# --- parts


def part_of(frames: Frames, verdicts: pl.DataFrame) -> bytes:
    """A batch: its facts and its verdicts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, frame in sorted({**frames, VERDICTS: verdicts}.items()):
            _put(archive, f"{name}.parquet", _parquet(frame))
    return target.getvalue()


def _parquet(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target, compression="zstd", statistics=True)
    return target.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, ALWAYS)
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


# --- the whole


def assemble(
    parts: Iterable[bytes], manifest: Manifest, rules: Sequence[Rule], folder: Path
) -> tuple[Path, Path]:
    """The file of verdicts and the snapshot, from the batches one after another."""
    verdicts, snapshot = folder / "verdicts.parquet", folder / "snapshot.zip"
    with zipfile.ZipFile(snapshot, "w") as whole, VerdictWriter(verdicts) as writer:
        _put(whole, MANIFEST, manifest.written().encode())
        for rule in rules:
            _put(whole, f"rules/{rule.id}.{rule.version}.yaml", rule.content)
        for number, part in enumerate(parts, start=1):
            with zipfile.ZipFile(io.BytesIO(part)) as batch:
                for name in batch.namelist():
                    content = batch.read(name)
                    if name == f"{VERDICTS}.parquet":
                        writer.add(content)
                    else:
                        _put(whole, f"batches/{number:05d}/{name}", content)
    return verdicts, snapshot


class VerdictWriter:
    """One Parquet file out of the verdicts of batches, a group of rows for each."""

    def __init__(self, path: Path) -> None:
        none = parquet.read_schema(io.BytesIO(_parquet(pl.DataFrame(schema=SCHEMA))))
        self._schema = none
        self._writer = parquet.ParquetWriter(path, none, compression="zstd")

    def __enter__(self) -> VerdictWriter:
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.close()

    def add(self, content: bytes) -> None:
        """The verdicts of one batch, as the bytes of a Parquet file."""
        table = parquet.read_table(io.BytesIO(content)).cast(self._schema)
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)


# --- reading back


class Snapshot:
    """What a run was made of."""

    def __init__(self, file: Any) -> None:
        self._archive = zipfile.ZipFile(file)
        self.manifest = Manifest.read(self._archive.read(MANIFEST))

    def book(self, folder: Path) -> Rulebook:
        """The rules as they were, from files written into a folder.

        Raises:
            SnapshotError: this version of the program cannot read them any more.
        """
        paths: list[Path] = []
        for name in self._archive.namelist():
            if name.startswith("rules/"):
                path = folder / Path(name).name
                path.write_bytes(self._archive.read(name))
                paths.append(path)
        book, problems = read_rulebook(paths)
        if problems:
            raise SnapshotError(str(problems[0]))
        return book

    def numbers(self) -> list[str]:
        """The batches, in their order."""
        names = (name.split("/") for name in self._archive.namelist())
        return sorted({parts[1] for parts in names if parts[0] == "batches"})

    def frames(self, number: str) -> Mapping[str, pl.DataFrame]:
        """The facts of a batch."""
        under = f"batches/{number}/"
        return {
            Path(name).stem: pl.read_parquet(self._archive.read(name))
            for name in self._archive.namelist()
            if name.startswith(under)
        }

    def batches(self) -> Iterator[Mapping[str, pl.DataFrame]]:
        """The facts of all batches, one after another."""
        return map(self.frames, self.numbers())

    def judged(self, book: Rulebook) -> list[Judged]:
        """The rules that were judged, in their order.

        Raises:
            SnapshotError: a file is not the one that decided.
        """
        found: list[Judged] = []
        for key, digest, codes in self.manifest.rules:
            rule = book.find(key, self.manifest.as_of)
            if rule.digest != digest:
                raise SnapshotError(f"规则“{key}”的文件不是当时的那一个，不能据此重算。")
            found.append(Judged(rule, None if codes is None else frozenset(codes)))
        return found


def judge_again(file: Any, target: Path) -> str:
    """Make the file of verdicts anew from a snapshot, and give its digest.

    Raises:
        SnapshotError: the snapshot cannot be judged by this version of the program.
    """
    with TemporaryDirectory() as folder, VerdictWriter(target) as writer:
        snapshot = Snapshot(file)
        book = snapshot.book(Path(folder))
        judged = snapshot.judged(book)
        judging: Judging | None = None
        for frames in snapshot.batches():
            shape = shape_of(frames)
            judging = judging or Judging(judged, book, snapshot.manifest.as_of, shape)
            writer.add(_parquet(judging.verdicts(frames)))
    return digest_of(target)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_verdicts(path: Path, rule: str) -> pl.DataFrame:
    """The verdicts of one rule: the code of the enterprise, and the verdict."""
    rows = pl.scan_parquet(path).filter(pl.col("rule_id") == rule)
    return cast("pl.DataFrame", rows.select("enterprise_code", "verdict").collect())

"""Addresses of static files are worked out once, and anew where the files are collected anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from kechuang.office.site.assets import AssetStorage


@pytest.fixture
def storage(tmp_path: Path, settings: Settings) -> AssetStorage:
    """A storage with one file, collected."""
    settings.STATIC_ROOT = str(tmp_path)
    (tmp_path / "a.css").write_text("p { color: red }", encoding="utf-8")
    storage = AssetStorage(location=str(tmp_path))
    collect(storage)
    return storage


def collect(storage: AssetStorage) -> None:
    done = list(storage.post_process({"a.css": (storage, "a.css")}))
    assert done


def test_address_is_asked_for_once(storage: AssetStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    first = storage.url("a.css")
    monkeypatch.setattr(storage, "stored_name", None)  # would fail if it were called
    assert (storage.url("a.css"), first.startswith("/static/a.")) == (first, True)


def test_file_that_is_not_there_is_told_each_time(storage: AssetStorage) -> None:
    for _ in "ab":
        with pytest.raises(ValueError, match=r"b\.css"):
            storage.url("b.css")


def test_files_collected_anew_get_their_new_addresses(
    storage: AssetStorage, tmp_path: Path
) -> None:
    before = storage.url("a.css")
    (tmp_path / "a.css").write_text("p { color: blue }", encoding="utf-8")
    collect(storage)
    assert storage.url("a.css") != before

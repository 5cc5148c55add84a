"""Which files of a folder are reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from kechuang.reading.documents import DocumentError, discover


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.txt", "a.docx", "index.csv", "图.png", ".hidden.txt", "~$a.docx", "县/c.pdf",
        "县/表.xlsx", "县/乡/d.HTML", ".git/e.txt", "Makefile",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path


def names(folder: Path, paths: list[Path]) -> list[str]:
    return [str(path.relative_to(folder)) for path in paths]


def test_a_folder_is_walked_in_order(folder: Path) -> None:
    files, skipped = discover([folder])
    assert names(folder, files) == ["a.docx", "b.txt", "县/c.pdf", "县/乡/d.HTML"]
    assert names(folder, [entry.path for entry in skipped]) == [
        ".git", ".hidden.txt", "Makefile", "index.csv", "~$a.docx", "县/表.xlsx", "图.png",
    ]  # fmt: skip
    assert all(entry.reason for entry in skipped)


def test_a_named_file_is_always_taken_and_once(folder: Path) -> None:
    files, skipped = discover([folder / "index.csv", folder / "b.txt", folder, folder / "没有.txt"])
    assert names(folder, files) == [
        "index.csv", "b.txt", "a.docx", "县/c.pdf", "县/乡/d.HTML", "没有.txt",
    ]  # fmt: skip
    assert folder / "图.png" in [entry.path for entry in skipped]


def test_a_link_to_a_folder_is_not_followed(folder: Path) -> None:
    (folder / "圈").symlink_to(folder, target_is_directory=True)
    files, skipped = discover([folder])
    assert len(files) == 4
    assert folder / "圈" in [entry.path for entry in skipped]


def test_a_closed_folder_is_refused_by_permission(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "iterdir", refuse)  # root may list every folder
    with pytest.raises(DocumentError) as caught:
        discover([folder])
    assert (caught.value.code, caught.value.exit_code) == ("permission", 5)


def refuse(path: Path, *_: object) -> None:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_folder_without_reports_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    with pytest.raises(DocumentError) as caught:
        discover([tmp_path])
    assert caught.value.code == "no_reports"
    assert ".docx" in caught.value.message

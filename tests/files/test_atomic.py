"""A file appears whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kechuang.files import whole_path, whole_text


class StoppedError(Exception):
    """Stands for whatever ends the writing early."""


def stop_early(path: Path) -> None:
    with whole_text(path) as stream:
        stream.write("新")
        raise StoppedError


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "数据.csv"
    path.write_text("旧")
    with pytest.raises(StoppedError):
        stop_early(path)
    assert path.read_text() == "旧"
    assert list(tmp_path.iterdir()) == [path]


def test_the_new_file_keeps_the_rights_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "数据.csv"
    path.write_text("旧")
    path.chmod(0o640)
    with whole_text(path) as stream:
        stream.write("新\r\n")
    assert path.read_bytes() == "新\r\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_is_readable_as_any_other(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    path = tmp_path / "数据.csv"
    with whole_text(path) as stream:
        stream.write("新")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "数据.csv", tmp_path / "最新.csv"
    path.write_text("旧")
    link.symlink_to(path)
    with whole_text(link) as stream:
        stream.write("新")
    assert link.is_symlink()
    assert path.read_text() == "新"


def test_a_device_is_written_to_as_it_is() -> None:
    with whole_path(Path("/dev/null")) as path:
        assert path == Path("/dev/null").resolve()
    assert not path.is_file()


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_text(tmp_path / "没有" / "数据.csv"):
        pass

"""A report that cannot be opened says what is wrong and what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kechuang.reading.documents import DocumentError, error_table, load

Maker = Callable[..., bytes]
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
XLSX = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r" Type="http://x/relationships/officeDocument" Target="xl/workbook.xml"/>'
    b"</Relationships>"
)


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refused(path: Path, **options: int) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        load(path, **options)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        pytest.param("空.txt", b"", "empty", id="empty file"),
        pytest.param("空.txt", " \n\u3000\n".encode(), "empty", id="white space only"),
        pytest.param("空.html", b"<html><body><script>1</script>", "empty", id="page without text"),
        pytest.param("报告.txt", b"\x81\xff\xfd\x01\x05" * 9, "not_text", id="no text"),
        pytest.param("报告.xls", b"x", "unsupported", id="another format"),
        pytest.param("报告", "示例市".encode(), "unsupported", id="no extension"),
        pytest.param("报告.txt", b"%PDF-1.4 ...", "mismatch", id="a pdf called txt"),
        pytest.param("报告.txt", b"PK\x03\x04...", "mismatch", id="a docx called txt"),
        pytest.param("报告.pdf", b"PK\x03\x04...", "mismatch", id="a docx called pdf"),
        pytest.param("报告.docx", b"%PDF-1.4 ...", "mismatch", id="a pdf called docx"),
        pytest.param("报告.docx", OLE + b"W\0o\0r\0d\0", "mismatch", id="a doc called docx"),
        pytest.param("报告.docx", "示例市".encode(), "broken", id="a text called docx"),
        pytest.param("报告.docx", b"PK\x03\x04" + bytes(60), "broken", id="half a docx"),
        pytest.param("报告.pdf", b"%PDF-1.4\nrubbish", "broken", id="half a pdf"),
        pytest.param("报告.pdf", "示例市".encode(), "broken", id="a text called pdf"),
        pytest.param(
            "报告.docx",
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            id="a docx with a password",
        ),
    ],
)
def test_a_bad_file_has_its_code(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    error = refused(write(tmp_path, name, data))
    assert error.code == code
    assert name in error.message


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    error = refused(tmp_path / "没有.txt")
    assert (error.code, error.exit_code) == ("missing", 3)


def test_a_name_below_a_file_is_not_found(tmp_path: Path) -> None:
    path = write(tmp_path, "报告.txt", b"1")
    assert refused(path / "内.txt").code == "missing"


@pytest.mark.parametrize("name", ["a\0.txt", "长" * 300 + ".txt"])
def test_an_impossible_name_is_no_crash(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name).exit_code in {3, 4}


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "报告.txt"
    folder.mkdir()
    assert refused(folder).code == "directory"


def test_a_closed_file_is_refused_by_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, "报告.txt", b"1")
    monkeypatch.setattr(Path, "open", refuse)  # root may read every file
    error = refused(path)
    assert (error.code, error.exit_code) == ("permission", 5)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "管道.txt"
    os.mkfifo(pipe)
    assert refused(pipe).code == "unsupported"


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as stream:
        stream.truncate(1 << 30)
    error = refused(path)
    assert error.code == "too_large"
    assert "1024.0 MiB，上限 64.0 MiB" in error.message


def test_the_limit_is_inclusive(tmp_path: Path) -> None:
    path = write(tmp_path, "报告.txt", b"12345")
    assert load(path, limit_bytes=5).raw == "12345"
    assert refused(path, limit_bytes=4).code == "too_large"


def test_a_locked_pdf_asks_for_a_copy_without_password(tmp_path: Path, make_pdf: Maker) -> None:
    error = refused(write(tmp_path, "报告.pdf", make_pdf([[(90, 700, "x")]], locked=True)))
    assert error.code == "encrypted"


def test_a_pdf_without_text_is_a_scan(tmp_path: Path, make_pdf: Maker) -> None:
    error = refused(write(tmp_path, "报告.pdf", make_pdf([[], []])))
    assert error.code == "scanned"
    assert "共 2 页" in error.message


def test_a_docx_without_text_is_empty(tmp_path: Path, make_docx: Maker) -> None:
    assert refused(write(tmp_path, "报告.docx", make_docx("<w:p/>"))).code == "empty"


def test_a_workbook_called_docx_is_named_as_such(tmp_path: Path, make_docx: Maker) -> None:
    data = make_docx("<w:p/>", _rels__rels=b"", **{"_rels__.rels": XLSX})
    error = refused(write(tmp_path, "报告.docx", data))
    assert (error.code, error.detail) == ("mismatch", "Excel 工作簿")


@pytest.mark.parametrize(
    ("name", "data", "raw", "form", "encoding"),
    [
        ("a.b.TXT", b"1\r\n2", "1\r\n2", "txt", "utf-8"),
        ("a.md", "# 总结\n共5项".encode("gb18030"), "# 总结\n共5项", "md", "gb18030"),
        ("a.htm", "<p>增长<b>5</b>%".encode("utf-16"), "增长5%", "html", "utf-16-le"),
    ],
)
def test_a_readable_file_keeps_its_particulars(
    tmp_path: Path, name: str, data: bytes, raw: str, form: str, encoding: str
) -> None:
    document = load(write(tmp_path, name, data))
    assert document.doc == name.rpartition(".")[0]
    assert (document.raw, document.format, document.encoding) == (raw, form, encoding)


@pytest.mark.parametrize("code", error_table())
def test_every_error_says_what_and_what_to_do(code: str) -> None:
    error = DocumentError(code, Path("报告.txt"), "原因")
    what, mark, remedy = error.message.partition("：")
    assert "报告.txt" in what
    assert mark
    assert remedy.endswith("。")
    assert error.sentence("en")


def test_exit_codes_are_those_of_the_handbook() -> None:
    codes = {code: entry["exit"] for code, entry in error_table().items()}
    assert codes["missing"] == codes["no_reports"] == 3
    assert codes["permission"] == 5
    assert codes["internal"] == 70
    assert {codes[code] for code in ("empty", "scanned", "encrypted", "broken", "too_large")} == {4}

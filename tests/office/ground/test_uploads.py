"""Files that must not come in, each built here, and those that may."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from kechuang.office.ground.actors import Actor, Place
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.uploads import (
    MIB,
    REPORT_KINDS,
    SCAN_KINDS,
    TABLE_KINDS,
    UploadRefused,
    check_upload,
    receive,
)
from kechuang.office.ground.uploads.marks import find_mark

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SENTENCE = "甲县2024年新增高新技术企业12家。"


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(text: str = SENTENCE, /, **members: str | bytes) -> bytes:
    """A docx with this paragraph, and other members by name (`/` as `__`)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{paragraph(text)}</w:body></w:document>"
        )
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def header(text: str, part: str = "hdr") -> str:
    return f"<w:{part} {W}>{text}</w:{part}>"


def xlsx(text: str = "企业名称") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", f"<sst><si><t>{text}</t></si></sst>")
    return out.getvalue()


FONTS = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
    b" /DescendantFonts [2 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry"
    b" (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 /FontDescriptor 3 0 R >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
    b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)


def pdf(head: str, body: str) -> bytes:
    """Three pages with the same words at the head, which readers take for a running head."""
    objects = [*FONTS]
    for _page in range(3):
        drawn = b"BT /F1 16 Tf\n"
        for y, text in ((810, head), (600, body)):
            drawn += b"1 0 0 1 72 %d Tm <%s> Tj\n" % (y, text.encode("utf-16-be").hex().encode())
        drawn += b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent 10 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 1 0 R >> >> >>" % len(objects)
        )
    objects.append(b"<< /Type /Pages /Kids [5 0 R 7 0 R 9 0 R] /Count 3 >>")
    objects.append(b"<< /Type /Catalog /Pages 10 0 R >>")
    written, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 12\n0000000000 65535 f \n" + b"".join(places)
    tail = b"trailer << /Size 12 /Root 11 0 R >>\nstartxref\n%d\n%%%%EOF" % len(written)
    return written + table + tail


def locked_docx() -> bytes:
    """A docx whose members claim to be encrypted."""
    content = bytearray(docx())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def crowded_docx() -> bytes:
    """A docx that says that it has 60,000 members."""
    content = bytearray(docx())
    at = content.rindex(b"PK\x05\x06")
    content[at + 8 : at + 12] = struct.pack("<HH", 60_000, 60_000)
    return bytes(content)


def two_of_a_name() -> bytes:
    out = io.BytesIO(docx())
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(out, "a") as archive,
    ):
        archive.writestr("word/document.xml", "<other/>")
    return out.getvalue()


ZERO = docx(**{"word/a.xml": b""}).replace(b"word/a.xml", b"word/a\0xml")
IN_RUNS = "<w:p><w:r><w:t>秘</w:t></w:r><w:r><w:t>密★</w:t></w:r></w:p>"
BOMB = docx(word__media__bomb=b"\0" * (8 * MIB))
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("甲县.txt", b"", "empty"),
    "blank": ("甲县.txt", b" \n ", "empty"),
    "too large": ("甲县.txt", "一".encode() * MIB, "too_large"),
    "a program": ("甲县.exe", b"MZ\x90", "extension"),
    "no ending": ("甲县", b"text", "extension"),
    "Word 97": ("甲县.doc", ENCRYPTED, "extension"),
    "PDF called docx": ("甲县.docx", b"%PDF-1.7", "mismatch"),
    "zip called txt": ("甲县.txt", docx(), "mismatch"),
    "picture called pdf": ("甲县.pdf", b"\x89PNG\r\n\x1a\n", "mismatch"),
    "workbook called docx": ("甲县.docx", xlsx(), "mismatch"),
    "text called docx": ("甲县.docx", b"hello", "broken"),
    "text called pdf": ("甲县.pdf", b"hello", "broken"),
    "half a docx": ("甲县.docx", docx()[:-40], "broken"),
    "half a pdf": ("甲县.pdf", b"%PDF-1.7\n1 0 obj", "broken"),
    "bytes called txt": ("甲县.txt", bytes(range(256)) * 8, "not_text"),
    "macros by ending": ("甲县.docm", docx(), "macro"),
    "macros by part": ("甲县.docx", docx(**{"word/vbaProject.bin": b"x"}), "macro"),
    "macros by declaration": (
        "甲县.docx",
        docx(**{"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml"}),
        "macro",
    ),
    "bomb": ("甲县.docx", BOMB, "swollen"),
    "crowd of members": ("甲县.docx", crowded_docx(), "members"),
    "name that climbs": ("../../甲县.txt", SENTENCE.encode(), "name"),
    "name that climbs on Windows": ("..\\甲县.txt", SENTENCE.encode(), "name"),
    "name of dots": ("...", SENTENCE.encode(), "name"),
    "name of nothing": ("", SENTENCE.encode(), "name"),
    "name of 200 characters": ("长" * 200 + ".txt", SENTENCE.encode(), "name"),
    "member that climbs": ("甲县.docx", docx(**{"../../cron.d/x": b""}), "archive_name"),
    "member from the root": ("甲县.docx", docx(**{"/etc/x": b""}), "archive_name"),
    "member on a drive": ("甲县.docx", docx(**{"C:\\x": b""}), "archive_name"),
    "member with a zero": ("甲县.docx", ZERO, "archive_name"),
    "locked archive": ("甲县.docx", locked_docx(), "encrypted"),
    "locked by Word": ("甲县.docx", ENCRYPTED, "encrypted"),
    "mark in a text": ("甲县.txt", f"机密★\n{SENTENCE}".encode(), "classified"),
    "mark in GB18030": ("甲县.txt", f"机密★\n{SENTENCE}".encode("gb18030"), "classified"),
    "mark in the name": ("秘密★甲县.txt", SENTENCE.encode(), "classified"),
    "mark in the body": ("甲县.docx", docx("秘密★10年"), "classified"),
    "mark in the header": (
        "甲县.docx",
        docx(**{"word/header1.xml": header(paragraph("绝密★"))}),
        "classified",
    ),
    "mark in the footer": (
        "甲县.docx",
        docx(**{"word/footer2.xml": header(paragraph("机密★"), "ftr")}),
        "classified",
    ),
    "mark cut into runs": (
        "甲县.docx",
        docx(**{"word/header1.xml": header(IN_RUNS)}),
        "classified",
    ),
    "mark in a text box": (
        "甲县.docx",
        docx("</w:t><w:txbxContent>" + paragraph("机密★5年") + "</w:txbxContent><w:t>"),
        "classified",
    ),
    "mark in the properties": (
        "甲县.docx",
        docx(**{"docProps/core.xml": "<cp><title>秘密★</title></cp>"}),
        "classified",
    ),
    "mark at the head of each page": ("甲县.pdf", pdf("机密★5年", SENTENCE), "classified"),
    "mark cut by tags": ("甲县.html", f"<p>机<b>密</b>★</p><p>{SENTENCE}".encode(), "classified"),
    "mark in the head of a page": (
        "甲县.html",
        f"<head><title>机密&#9733;</title></head><p>{SENTENCE}".encode(),
        "classified",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_must_not_come_in_is_refused_with_a_sentence(
    name: str, content: bytes, code: str
) -> None:
    with pytest.raises(UploadRefused) as caught:
        check_upload(name, io.BytesIO(content), REPORT_KINDS, 2 * MIB, with_text=True)
    assert (caught.value.code, caught.value.sentence[-1]) == (code, "。")


def test_member_twice_is_refused() -> None:
    with pytest.raises(UploadRefused) as caught:
        check_upload("甲县.docx", io.BytesIO(two_of_a_name()), REPORT_KINDS, MIB)
    assert caught.value.code == "broken"


MARKS = {
    "plain": ("秘密★", "秘密★"),
    "with its term": ("机密★10年", "机密★10年"),
    "with months": ("绝密★6个月", "绝密★"),
    "for long": ("绝密★长期", "绝密★长期"),
    "hollow star": ("机密☆", "机密☆"),
    "asterisk": ("秘密*", "秘密*"),
    "wide asterisk": ("秘密＊1年", "秘密*1年"),
    "spaces": ("秘 密 ★ 10 年", "秘 密 ★ 10 年"),
    "wide spaces": ("机　密　★", "机 密 ★"),
    "zero-width space": ("机\u200b密★", "机密★"),
    "traditional": ("絕密★", "绝密★"),
    "with 级": ("机密级★", "机密级★"),
    "trade secret": ("商业秘密★", ""),
    "technical secret": ("技术秘密", ""),
    "secrecy": ("做好保密工作，保守国家秘密。", ""),
    "level alone": ("涉及机密、秘密的事项", ""),
    "emphasis in plain text": ("保守**秘密**", ""),
    "emphasis by one": ("*秘密*", ""),
    "star on the next line": ("保守国家秘密\n★ 第二条", ""),
}


@pytest.mark.parametrize(("text", "mark"), MARKS.values(), ids=MARKS)
def test_marks_of_state_secrets_are_told_from_words(text: str, mark: str) -> None:
    assert find_mark(text) == mark


TAKEN = {
    "utf-8": ("甲县.txt", SENTENCE.encode(), REPORT_KINDS, "甲县.txt", "text/plain"),
    "gb18030": ("甲县.TXT", SENTENCE.encode("gb18030"), REPORT_KINDS, "甲县.TXT", "text/plain"),
    "rare character": ("㐂𠮷县.txt", SENTENCE.encode(), REPORT_KINDS, "㐂𠮷县.txt", "text/plain"),
    "whole path": ("C:\\文件\\甲县.txt", SENTENCE.encode(), REPORT_KINDS, "甲县.txt", "text/plain"),
    "control characters": (
        "甲\x1b\n县\u202e.txt",
        SENTENCE.encode(),
        REPORT_KINDS,
        "甲县.txt",
        "text/plain",
    ),
    "words of secrecy": (
        "甲县.txt",
        "商业秘密、技术秘密、保密共12项".encode(),
        REPORT_KINDS,
        "甲县.txt",
        "text/plain",
    ),
    "pdf": ("甲县.pdf", pdf("内部资料", SENTENCE), REPORT_KINDS, "甲县.pdf", "application/pdf"),
    "workbook": (
        "名单.xlsx",
        xlsx(),
        TABLE_KINDS,
        "名单.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "table": ("名单.csv", "名称\n甲公司".encode("gb18030"), TABLE_KINDS, "名单.csv", "text/csv"),
    "scan": ("证书.PNG", b"\x89PNG\r\n\x1a\n", SCAN_KINDS, "证书.PNG", "image/png"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "kinds", "kept", "media"), TAKEN.values(), ids=TAKEN)
def test_what_may_come_in_comes_in_whole(
    name: str, content: bytes, kinds: tuple[str, ...], kept: str, media: str
) -> None:
    taken = check_upload(name, io.BytesIO(content), kinds, MIB)
    assert (taken.name, taken.media_type, taken.stream().read()) == (kept, media, content)


def test_scan_comes_in_where_no_text_is_needed() -> None:
    empty = pdf("", "")
    assert check_upload("证书.pdf", io.BytesIO(empty), SCAN_KINDS, MIB).size == len(empty)
    with pytest.raises(UploadRefused) as caught:
        check_upload("报告.pdf", io.BytesIO(empty), REPORT_KINDS, MIB, with_text=True)
    assert caught.value.code == "scanned"


def test_workbook_with_a_mark_is_refused() -> None:
    with pytest.raises(UploadRefused) as caught:
        check_upload("名单.xlsx", io.BytesIO(xlsx("秘密★1年")), TABLE_KINDS, MIB)
    assert caught.value.code == "classified"


def test_limit_is_the_last_byte_that_comes_in() -> None:
    text = b"a" * 100
    assert check_upload("a.txt", io.BytesIO(text), ("txt",), 100).size == 100
    with pytest.raises(UploadRefused):
        check_upload("a.txt", io.BytesIO(text + b"a"), ("txt",), 100)


def test_refusal_leaves_a_line_without_the_name_of_a_classified_document(
    actor: Callable[..., Actor],
) -> None:
    officer = actor("officer", "990101")
    place = Place("/990000/990100/990101/")
    for name, content in (("新能源布局.txt", "机密★\n文"), ("甲县.txt", "")):
        with pytest.raises(UploadRefused):
            receive(officer, place, name, io.BytesIO(content.encode()), REPORT_KINDS, MIB)
    lines = AuditEvent.objects.order_by("sequence").values_list(
        "action", "outcome", "subject_name", "reason", "region"
    )
    assert list(lines) == [
        ("upload.refused", "refused", "", "classified", place.region),
        ("upload.refused", "refused", "甲县.txt", "empty", place.region),
    ]

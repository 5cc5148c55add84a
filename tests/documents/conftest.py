"""Makers of documents: a PDF writer that is just large enough, and a docx from its body's XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest

Page = Sequence[tuple[float, float, str]]
"""Pieces of text, each with its place in points from the foot of the page on the left."""

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
    b" /DescendantFonts [2 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry"
    b" (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 /W [1 95 500] /FontDescriptor 3 0 R >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
    b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)
LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"ab" * 32 + b"> /U <" + b"cd" * 32 + b"> >>"


def pdf(pages: Sequence[Page], *, size: int = 16, locked: bool = False) -> bytes:
    """A PDF with a Chinese text layer, in a font that no reader needs in order to extract it."""
    objects: list[bytes] = [*FONT]
    tree = len(FONT) + 2 * len(pages) + 1
    kids: list[bytes] = []
    for page in pages:
        drawn = b"BT /F1 %d Tf\n" % size
        for x, y, text in page:
            code = text.encode("utf-16-be").hex().encode()
            drawn += b"1 0 0 1 %.2f %.2f Tm <%s> Tj\n" % (x, y, code)
        drawn += b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 1 0 R >> >> >>" % (tree, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids)))
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    root, trailer = len(objects), b""
    if locked:
        objects.append(LOCK)
        trailer = b" /Encrypt %d 0 R /ID [<00><00>]" % len(objects)
    return _file(objects, root, trailer)


def _file(objects: list[bytes], root: int, trailer: bytes) -> bytes:
    out, places = b"%PDF-1.5\n", list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer << /Size %d /Root %d 0 R%s >>\n" % (size, root, trailer)
        + b"startxref\n%d\n%%%%EOF" % len(out)
    )


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def docx(body: str, **others: bytes) -> bytes:
    """A docx with this WordprocessingML as its body, and other members by name (`/` as `__`)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        document = f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", document)
        for name, content in others.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    return pdf


@pytest.fixture(scope="session")
def make_docx() -> Callable[..., bytes]:
    return docx

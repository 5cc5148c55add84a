"""Evidence bound as one PDF: what is in it, what is refused, the pages and the job."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import docx
import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from registry_records import firm

from kechuang.office.desk.binding import book
from kechuang.office.desk.models import Binding, BoundPiece
from kechuang.office.desk.services import bindings
from kechuang.office.desk.services.bindings import CoverFacts
from kechuang.office.ground import files, jobs
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import AuditEvent, Job
from kechuang.office.ground.slots import merge_rules
from kechuang.office.registry.services.documents import DocumentFacts, add_document

DAY: Final = date(2026, 7, 1)
COVER: Final = CoverFacts("高企认定佐证材料", "示例市科技局", DAY)


def pdf(pages: int = 1, *, wide: bool = False) -> bytes:
    """A PDF of empty pages."""
    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(842 if wide else 595, 595 if wide else 842)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def png(width: int = 30, height: int = 20) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _row in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("情况说明")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# --- the book itself


@pytest.fixture(scope="module")
def made() -> bytes:
    """A book of a letter of two pages, a wide table and a picture."""
    kinds = ((pdf(2), book.PDF), (pdf(wide=True), book.PDF), (png(), "image/png"))
    pieces = [
        book.Piece(title, book.sheets_of(*kind))
        for title, kind in zip(("执照", "报表#1 *x*", "照片"), kinds, strict=True)
    ]
    return book.bind(book.Cover("佐证", "示例公司", "示例局", DAY), pieces)


def test_a_book_has_cover_index_numbers_and_bookmarks(made: bytes) -> None:
    document = pypdfium2.PdfDocument(made)
    texts = [
        "".join(document[number].get_textpage().get_text_bounded().split())
        for number in range(len(document))
    ]
    assert len(texts) == 2 + 4
    assert texts[0] == "佐证示例公司示例局2026年7月1日"
    assert texts[1] == "目录序号材料名称页码1执照12报表#1*x*33照片4"
    assert [text[-3:] for text in texts[2:]] == ["—1—", "—2—", "—3—", "—4—"]
    marks = [(each.get_title(), each.get_dest()) for each in document.get_toc()]
    assert [(title, dest and dest.get_index()) for title, dest in marks] == [
        ("1. 执照", 2), ("2. 报表#1 *x*", 4), ("3. 照片", 5),
    ]  # fmt: skip


def test_wide_sheets_lie_on_wide_pages(made: bytes) -> None:
    document = pypdfium2.PdfDocument(made)
    wide = [width > height for width, height in map(document.get_page_size, range(len(document)))]
    assert wide == [False, False, False, False, True, True]


def test_the_same_pieces_give_the_same_bytes() -> None:
    cover = book.Cover("佐证", "示例公司", "示例局", DAY)
    pieces = [book.Piece("执照", book.sheets_of(png(), "image/png"))]
    assert book.bind(cover, pieces) == book.bind(cover, pieces)


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"%PDF-1.7 nothing", book.PDF, book.BROKEN),
        (png()[:40], "image/png", book.BROKEN),
        (b"a,b", "text/csv", book.TABLE),
        (b"x", "text/plain", book.KIND),
    ],
)
def test_what_cannot_be_bound_is_found_out_before(content: bytes, kind: str, code: str) -> None:
    with pytest.raises(book.NotBindable) as refused:
        book.sheets_of(content, kind)
    assert refused.value.code == code
    assert code in bindings.WHY


@pytest.mark.slow
@pytest.mark.requires_libreoffice
def test_word_is_converted() -> None:
    assert len(book.sheets_of(word(), book.WORD).wide) == 1


# --- the services and pages


@pytest.fixture
def binding(city: object) -> Binding:
    """A book about a firm with two documents in its dossier."""
    party = firm()
    for title, content, name in (("执照", png(), "a.png"), ("审计报告", pdf(3), "b.pdf")):
        facts = DocumentFacts("other", title)
        add_document(SYSTEM, party.code, facts, name, io.BytesIO(content))
    return bindings.create(SYSTEM, party, COVER)


def add_all(binding: Binding) -> list[BoundPiece]:
    keys = binding.party.document_set.values_list("pk", flat=True)  # type: ignore[attr-defined]
    return bindings.add_documents(SYSTEM, binding, keys)


def titles(binding: Binding) -> list[str]:
    return list(binding.pieces.values_list("title", flat=True))  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_small_book_is_bound_at_once_and_kept_with_its_digest(binding: Binding) -> None:
    add_all(binding)
    found = bindings.make(SYSTEM, binding)
    assert (found.state, found.pages, found.is_stale) == ("done", 4, False)
    assert found.file is not None
    with files.open_file(found.file) as stream:
        assert len(pypdfium2.PdfDocument(stream.read())) == 6
    line = AuditEvent.objects.get(action="binding.make")
    assert line.changes["sha256"] == [None, found.file.digest]


@pytest.mark.django_db
def test_pieces_change_places_and_leave(binding: Binding) -> None:
    pieces = add_all(binding)
    assert titles(binding) == ["执照", "审计报告"]
    bindings.move(SYSTEM, pieces[1], up=True)
    assert titles(binding) == ["审计报告", "执照"]
    bindings.move(SYSTEM, pieces[1], up=True)
    assert titles(binding) == ["审计报告", "执照"]
    bindings.make(SYSTEM, binding)
    bindings.remove(SYSTEM, pieces[1])
    assert titles(binding) == ["执照"]
    binding.refresh_from_db()
    assert (binding.state, binding.is_stale) == ("open", True)


@pytest.mark.django_db
def test_a_book_with_a_piece_that_cannot_be_bound_is_refused(binding: Binding) -> None:
    table = DocumentFacts("accounts", "报表")
    add_document(SYSTEM, binding.party.code, table, "t.csv", io.BytesIO("年,额\n1,2\n".encode()))
    add_all(binding)
    with pytest.raises(ValidationError, match="有1份材料不能装订：报表"):
        bindings.make(SYSTEM, binding)


@pytest.mark.django_db
def test_an_empty_book_is_refused(binding: Binding) -> None:
    with pytest.raises(ValidationError, match="还没有材料"):
        bindings.make(SYSTEM, binding)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("坏.pdf", b"%PDF-1.7\nnothing", "坏"),
        ("表.xlsx", b"PK", "扩展名"),
        ("密.pdf", b"", "空的"),
    ],
)
def test_a_file_that_must_not_come_in_is_refused_with_a_sentence(
    binding: Binding, name: str, content: bytes, told: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        bindings.add_file(SYSTEM, binding, "", name, io.BytesIO(content))
    assert list(refused.value.message_dict) == ["file"]
    assert BoundPiece.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_large_book_is_bound_by_a_job(binding: Binding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bindings, "AT_ONCE", 1)
    add_all(binding)
    assert bindings.make(SYSTEM, binding).state == "making"
    with pytest.raises(ValidationError, match="正在装订"):
        bindings.change(SYSTEM, binding, COVER)
    jobs.run_waiting_jobs()
    assert Job.objects.get(kind=bindings.JOB).state == "done"
    binding.refresh_from_db()
    assert (binding.state, binding.pages) == ("done", 4)


@pytest.mark.django_db
def test_a_merge_takes_books_along(binding: Binding) -> None:
    stays = firm("示例保留有限公司")
    rule = merge_rules.find("desk.bindings")
    assert rule is not None
    rule.move(SYSTEM, binding.party.code, stays.code)
    binding.refresh_from_db()
    assert binding.party == stays


@pytest.mark.django_db
def test_pages_lead_from_the_dossier_to_the_pdf(
    binding: Binding, signed_in: Callable[..., Client]
) -> None:
    client, code = signed_in("officer", "990101"), binding.party.code
    dossier = client.get(reverse("registry:organisation", args=[code])).text
    begin = f"{reverse('desk:binding_create')}?party={code}"
    assert begin in dossier
    form = {"party": code, "title": "佐证", "unit": "局", "dated_on": "2026-07-01"}
    made = client.post(begin, form)
    address = made["Location"]
    keys = list(binding.party.document_set.values_list("pk", flat=True))  # type: ignore[attr-defined]
    client.post(f"{address}documents/", {"selected": keys})
    file = SimpleUploadedFile("说明.pdf", pdf())
    client.post(f"{address}upload/", {"file": file, "title": ""})
    page = client.get(address).text
    assert all(f">{title}" in page for title in ("执照", "审计报告", "说明"))
    done = client.post(f"{address}make/", follow=True).text
    assert "已成册，共5页" in done
    assert "下载PDF" in done


@pytest.mark.django_db
def test_a_reviewer_sees_a_book_and_changes_nothing(
    binding: Binding, signed_in: Callable[..., Client]
) -> None:
    add_all(binding)
    client = signed_in("reviewer", "990101")
    address = reverse("desk:binding", args=[binding.pk])
    page: Any = client.get(address)
    assert page.status_code == 200
    assert "上移" not in page.text
    assert client.post(f"{address}make/").status_code == 403
    assert client.get(reverse("desk:bindings")).text.count("高企认定佐证材料") >= 1

"""Policies as files: what is for everybody holds no firm and is the same bytes; a firm takes its
own diagnosis along."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import docx
import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from policies_city import right, technology_firm

from kechuang.cli import main
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import AuditEvent, Job
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.uploads import Incoming
from kechuang.office.ground.worker import run_waiting_jobs
from kechuang.office.policies.models import PolicyDocument
from kechuang.office.policies.publishing.content import Content, NothingToPublish, content
from kechuang.office.policies.publishing.package import entries, files_of, write_zip
from kechuang.office.policies.publishing.plain import digest_of
from kechuang.office.policies.services import documents, publishing
from kechuang.office.regions.models import Region

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
CONTACT = "高新技术科 0990-5550102"
TEXT = "第一条 首次入库的奖励<5>万元。\n第二条 由示例市科技局解释。"
FIRM = "示例F01公司"
RULES = ("tech_sme_national", "hnte_screening")


def kept(place: str, title: str, **more: Any) -> PolicyDocument:
    values = {
        "title": title, "number": f"示政规〔2025〕{len(title)}号", "issuer": "示例市人民政府",
        "level": "prefecture", "issued_on": date(2025, 2, 1), "in_force_on": None, "text": TEXT,
        "legality": "passed", "reviews": "市司法局 内部编号77",
        "contact": "政策法规科 0990-5550105", **more,
    }  # fmt: skip
    copy = values.pop("copy", None)
    region = Region.objects.get(code=place)
    return documents.register(SYSTEM, region, values, ["tech_sme_national"], copy)


@pytest.fixture
def found(city: Region) -> Content:
    """Three documents and a firm; what may be told today."""
    old = kept("990100", "旧的入库奖励办法")
    written = io.BytesIO()
    word = docx.Document()
    word.add_paragraph("奖励办法")
    word.save(written)
    copy = Incoming("奖励办法.docx", io.BytesIO(written.getvalue()))
    new = kept("990100", "新的入库奖励办法", number="示政规〔2026〕1号", copy=copy)
    documents.supersede(SYSTEM, old, new, date(2026, 1, 1))
    kept("990101", "甲县入库办法", in_force_on=TODAY + timedelta(days=9), issued_on=TODAY)
    right(technology_firm("F01"))
    return content(TODAY, CONTACT)


def unpacked(found: Content) -> dict[str, bytes]:
    """Every file of the package."""
    taken: dict[str, bytes] = {}
    for name, given in entries(found):
        if isinstance(given, bytes):
            taken[name] = given
        else:
            with given() as file:
                taken[name] = file.read()
    return taken


def zipped(found: Content) -> bytes:
    target = io.BytesIO()
    write_zip(found, target, told=lambda _count: None)
    return target.getvalue()


def told_by(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_values_are_what_the_schema_says(found: Content) -> None:
    package = unpacked(found)
    told = json.loads(package["policies.json"])
    schema = json.loads(package["policies.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(told, schema)
    assert told["digest"] == digest_of(told)
    (rule,) = told["rules"]
    assert rule["regions"] == ["990100", "990101", "990102"]
    assert rule["conditions"][0]["article"].startswith("评价办法")
    (scale,) = [each for each in rule["conditions"] if each["text"].endswith("≤ 500 人")]
    assert scale["depth"] == 1
    standings = {each["title"]: each["standing"] for each in told["documents"]}
    assert {each["contact"] for each in told["documents"]} == {"政策法规科 0990-5550105"}
    assert standings == {
        "旧的入库奖励办法": "superseded", "新的入库奖励办法": "in_force", "甲县入库办法": "pending",
    }  # fmt: skip
    by_key = {each["key"]: each for each in told["documents"]}
    (old,) = [each for each in told["documents"] if each["superseded_by"]]
    new = by_key[old["superseded_by"]]
    assert hashlib.sha256(package[new["file"]["name"]]).hexdigest() == new["file"]["sha256"]


def test_the_same_content_is_the_same_bytes(found: Content) -> None:
    first = zipped(found)
    assert zipped(content(TODAY, CONTACT)) == first
    assert len(zipfile.ZipFile(io.BytesIO(first)).namelist()) == files_of(found)
    PolicyDocument.objects.update(issuer="示例市政府")
    assert zipped(content(TODAY, CONTACT)) != first


def test_no_firm_and_nothing_internal_is_in_it(found: Content) -> None:
    package = unpacked(found)
    sheets = zipfile.ZipFile(io.BytesIO(package.pop("policies.xlsx")))
    package |= {name: sheets.read(name) for name in sheets.namelist()}
    for name, given in package.items():
        for word in (FIRM, "F01", "内部编号77", "初筛"):
            assert word.encode() not in given, (name, word)


def test_pages_load_nothing_lead_nowhere_else_and_escape(found: Content) -> None:
    package = unpacked(found)
    pages = {name: each.decode() for name, each in package.items() if name.endswith(".html")}
    for name, page in pages.items():
        assert "<script" not in page, name
        assert "default-src &#x27;none&#x27;" in page, name
        folder = Path(name).parent
        for address in re.findall(r'href="([^"]+)"', page):
            if address != "#main":
                parts: list[str] = []
                for part in (folder / address).parts:
                    parts = parts[:-1] if part == ".." else [*parts, part]
                assert "/".join(parts) in package, (name, address)
        assert CONTACT in page, name
    (document,) = [each for name, each in pages.items() if "新的入库奖励办法</h1>" in each
                   and not name.startswith("en/")]  # fmt: skip
    assert "首次入库的奖励&lt;5&gt;万元。" in document
    assert "下载原文" in document
    assert "甲县入库办法" in pages["region-990101.html"]
    assert "甲县入库办法" not in pages["region-990102.html"]
    assert 'lang="en"' in pages["en/index.html"]
    assert "National evaluation of technology-based SMEs" in pages["en/index.html"]
    assert "职工总数不超过500人" in pages["self-check.html"]


def test_the_workbook_lists_policies_conditions_and_documents(found: Content) -> None:
    book = openpyxl.load_workbook(io.BytesIO(unpacked(found)["policies.xlsx"]))
    assert book.sheetnames == ["政策和条件", "条件", "政策文件"]
    rows = [[cell.value for cell in row] for row in book["政策文件"]]
    assert rows[0][:2] == ["标题", "文号"]
    old = next(row for row in rows if row[0] == "旧的入库奖励办法")
    assert (old[4], old[8]) == ("已被取代", "新的入库奖励办法")
    assert book["政策和条件"]["C2"].value == "全部"


def test_an_officer_has_it_made_and_takes_it(
    found: Content, signed_in: Callable[..., Client]
) -> None:
    client = signed_in("officer", "990100")
    listed = client.get(reverse("policies:documents")).content.decode()
    assert reverse("policies:publish") in listed
    asked = client.post(reverse("policies:publish"), {"contact": CONTACT})
    job = Job.objects.get(kind="policies.publish")
    assert asked.url == reverse("ground:job", args=[job.pk])  # type: ignore[attr-defined]
    assert run_waiting_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.error, job.result["rows"]) == ("done", "", files_of(found))
    taken = told_by(client.get(reverse("ground:file", args=[job.result["file"]])))
    assert taken == zipped(found)
    assert CONTACT in client.get(reverse("policies:publish")).content.decode()
    line = AuditEvent.objects.get(action="policy.publish")
    assert line.changes["files"][1] == files_of(found)


def test_who_may_not_publish_cannot(found: Content, actor: Callable[..., Actor]) -> None:
    with pytest.raises(Refusal):
        publishing.publish(actor("leader", "990100"), "")


def test_nothing_is_published_before_the_founding(db: None) -> None:
    with pytest.raises(NothingToPublish, match="kechuang found"):
        content(TODAY)


def test_the_command_writes_the_same_files(found: Content, tmp_path: Path) -> None:
    folder = tmp_path / "公开包"
    asked = ["export-policies", "--out", str(folder), "--contact", CONTACT]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert (done.exit_code, f"{files_of(found)} 个文件" in done.output) == (0, True)
    expected = unpacked(found)
    written = {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }
    assert written == expected
    (tmp_path / "file").write_text("")
    wrong = ["export-policies", "--out", str(tmp_path / "file" / "below")]
    done = CliRunner().invoke(main, wrong, catch_exceptions=False)
    assert (done.exit_code, "不能写到" in done.output) == (4, True)


def test_a_firm_takes_its_own_diagnosis(city: Region, signed_in: Callable[..., Client]) -> None:
    party = technology_firm("F01", books_assessed=False)
    right(party)
    technology_firm("F02")
    client = signed_in("enterprise_user", "990101", party="F01")
    page = client.get(reverse("policies:diagnosis", args=["F01"])).content.decode()

    def address(form: str, code: str = "F01") -> str:
        return reverse("policies:diagnosis_export", args=[code, form])

    taken: dict[str, bytes] = {}
    for form in ("html", "xlsx", "json"):
        assert address(form) in page
        answer = client.get(address(form))
        assert f".{form}" in answer.headers["Content-Disposition"]
        taken[form] = told_by(answer)
        assert told_by(client.get(address(form))) == taken[form]
    told = json.loads(taken["json"])
    (verdict,) = [each for each in told["verdicts"] if each["rule"] == "tech_sme_national"]
    assert (told["party"], verdict["group"]) == ("F01", "near")
    text = taken["html"].decode()
    assert "差一项 1" in text
    assert "“查账征收”需落实并提供证明" in text
    assert "<script" not in text
    book = openpyxl.load_workbook(io.BytesIO(taken["xlsx"]))
    groups = [cell.value for cell in book["结论"]["C"]]
    assert groups == ["情况", "差一项"]
    # Whom the bureau calls by a first look is its own affair.
    assert {cell.value for cell in book["逐项理由"]["A"]} == {"政策", "科技型中小企业评价入库"}
    assert any("企业填报" in str(cell.value) for cell in book["逐项理由"]["F"])
    assert client.get(address("json", "F02")).status_code == 404
    assert client.get(address("pdf")).status_code == 404
    assert AuditEvent.objects.filter(action="diagnosis.export").count() == 6


def test_the_schema_is_shipped() -> None:
    schema = files("kechuang.office.policies.publishing").joinpath("policies.schema.json")
    assert json.loads(schema.read_text("utf-8"))["properties"]["version"] == {"const": 1}

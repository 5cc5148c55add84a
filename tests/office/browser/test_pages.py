"""Every kind of page in a browser: accessible in light and dark, and no wider than its window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import blank_forms
import pytest
from at_the_browser import SCHEMES, look_through, too_wide
from playwright.sync_api import Page

from kechuang.office.desk.filling.columns import Mapped
from kechuang.office.desk.models import Filling
from kechuang.office.desk.services import fillings
from kechuang.office.ground import jobs
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.registry.provenance import Provenance, here
from kechuang.office.registry.queries.fact_lists import years_beside
from kechuang.office.registry.services import documents, organisations
from kechuang.office.registry.services.documents import DocumentFacts
from kechuang.office.registry.services.facts import record_yearly
from kechuang.office.registry.services.organisations import OrganisationFacts
from kechuang.office.reports.models import Report
from kechuang.office.reports.services import Incoming, upload_reports

pytestmark = [pytest.mark.requires_chromium, pytest.mark.django_db(transaction=True)]

TEXT = "甲县科技局2024年工作报告\n全年净增高新技术企业12家，年末高新技术企业73家，增长19.7%。\n"
PAGES = {
    "officer": (
        "/", "/reports/", "/reports/{report}/", "/reports/upload/", "/reports/figures/",
        "/reports/matrix/", "/parties/", "/parties/new/", "/jobs/", "/jobs/{job}/", "/notices/",
        "/regions/", "/search/?q=甲县", "/audit/", "/no/such/page/",
        "/registry/organisations/", "/registry/organisations/?q=zc", "/registry/organisations/new/",
        "{dossier}", "{dossier}?tab=documents", "{dossier}?tab=timeline", "{dossier}?tab=history",
        "{dossier}?print=1", "{dossier}change/", "{dossier}rename/", "{dossier}documents/new/",
        "/filings/batches/", "/filings/batches/new/", "/filings/list/", "/filings/chase/",
        "/filings/stock/", "/filings/programmes/",
        "/policies/ladder/", "/policies/ladder/hnte/", "/policies/diagnosis/",
        "/policies/diagnosis/91990101MA0000001Y/", "/policies/runs/", "/policies/runs/new/",
        "/policies/runs/changes/", "/policies/goals/", "/policies/goals/new/",
        "/policies/reminders/", "/policies/reminders/settings/", "/policies/sendings/",
        "/policies/sendings/messages/",
        "/policies/documents/", "/policies/documents/new/", "/policies/self-check/",
        "/policies/rules/", "/policies/rules/hnte/2016/", "/policies/rules/hnte/2016/revise/",
        "/policies/revisions/", "/policies/revisions/firms/",
        "/desk/fillings/", "/desk/fillings/new/", "/desk/fillings/{mapping}/",
        "/desk/fillings/{ready}/", "/desk/fillings/{filled}/",
        "/desk/comparisons/", "/desk/comparisons/new/", "/desk/comparisons/names/",
    ),
    "system_administrator": (
        "/", "/account/people/", "/account/people/new/", "/regions/installation/",
    ),
    "audit_administrator": ("/audit/", "/audit/1/", "/audit/verify/"),
}  # fmt: skip

REFUSED = {"/audit/": 403, "/no/such/page/": 404}

# The sources of values of one row that are printed over one another.
OVERLAPPING = """() => [...document.querySelectorAll("table.years tr")].flatMap(row => {
  const all = [...row.querySelectorAll(".source")].map(each => each.getBoundingClientRect());
  return all.slice(1).map((each, number) => all[number].right - each.left).filter(by => by > 0);
})"""


@pytest.fixture
def addresses(city: Region) -> dict[str, int | str]:
    """A report that was read by a job, and a dossier, so that no page is empty."""
    county = Region.objects.get(code="990101")
    files = [Incoming("甲县.txt", BytesIO(TEXT.encode()))]
    _outcomes, job = upload_reports(SYSTEM, files, county, 2024)
    assert job is not None
    jobs.run_waiting_jobs()
    dossier = _dossier()
    return {"report": Report.objects.get().pk, "job": job.pk, "dossier": dossier, **_fillings()}


def _fillings() -> dict[str, int | str]:
    """A form that waits for its headers, one that can be filled in, and one that is."""
    county = Region.objects.get(code="990101")

    def sent() -> Filling:
        file = fillings.take_in(SYSTEM, county, "来表.xlsx", BytesIO(blank_forms.totals()))
        return fillings.send(SYSTEM, file, 2025, county)

    mapping, ready, filled = sent(), sent(), sent()
    for each in (ready, filled):
        columns = {int(place): Mapped(**said) for place, said in each.columns.items()}
        fillings.map_columns(SYSTEM, each, columns, fillings.Head())
        fillings.choose_firms(SYSTEM, each, lines=["91990101MA0000001Y", "没有这家"])
    fillings.fill(SYSTEM, filled)
    return {"mapping": mapping.pk, "ready": ready.pk, "filled": filled.pk}


def _dossier() -> str:
    """The address of a dossier in which much has happened."""
    code = "91990101MA0000001Y"
    facts = OrganisationFacts(
        "示例轴承有限公司", "enterprise", "990101", code,
        {"founded_on": date(2010, 5, 1), "contact_phone": "13800001234", "address": "甲路1号"},
    )  # fmt: skip
    organisations.create(SYSTEM, facts, here())
    organisations.rename(SYSTEM, code, "示例精密轴承有限公司", date(2026, 1, 2), "准变字1号")
    png = BytesIO(b"\x89PNG\r\n\x1a\n0")
    documents.add_document(SYSTEM, code, DocumentFacts("licence", "执照"), "执照.png", png)
    party = Party.objects.select_related("region").get(code=code)
    for year in years_beside():
        for source in ("firm_statement", "title_annual_report"):
            said = Provenance(source, date(year + 1, 4, 20), "示科字〔2026〕1号")
            record_yearly(SYSTEM, party, year, {"revenue": 5_000_000, "rd_staff": 9}, said)
    return f"/registry/organisations/of/{code}/"


@pytest.mark.parametrize("first", SCHEMES)
@pytest.mark.parametrize("role", PAGES)
def test_pages_are_accessible_fit_and_load_nothing_from_elsewhere(
    sign_in: Callable[..., Page],
    addresses: dict[str, int | str],
    live_server: Any,
    role: str,
    first: str,
) -> None:
    pages = [address.format(**addresses) for address in PAGES[role]]
    refused = REFUSED if role == "officer" else {}
    page = sign_in(role)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert look_through(page, pages, first, refused) == []
    foreign = [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert (foreign, len(asked) > len(pages)) == ([], True)


def test_whole_dossier_fits_a_sheet(
    sign_in: Callable[..., Page], addresses: dict[str, int | str]
) -> None:
    # 657 pixels lie between the margins of A4.
    page = sign_in("officer", viewport={"width": 657, "height": 900})
    page.goto("{dossier}?print=1".format(**addresses))
    page.emulate_media(media="print")
    assert too_wide(page) == 0
    assert page.locator(".source").first.is_visible()
    assert not page.locator(".top").is_visible()
    assert page.locator(".button:visible, .others:visible").count() == 0
    assert page.evaluate(OVERLAPPING) == []


def test_first_load_is_light(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer")
    sizes: list[int] = []
    page.context.clear_cookies(name="nothing")
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.reload(wait_until="networkidle")
    assert 0 < sum(sizes) <= 300_000

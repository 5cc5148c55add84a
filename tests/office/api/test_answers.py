"""Lists by cursor, errors in one shape, and conflicts that are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from office_world import World

from kechuang.office.accounts.models import Membership
from kechuang.office.parties.models import Party
from kechuang.office.reports.models import ReportFigure
from kechuang.office.site.api import api

Program = Callable[..., Client]


def told(response: Any) -> tuple[int, str, list[str]]:
    """Status, code, and the fields that are named."""
    problem = response.json()
    assert sorted(problem) == ["code", "details", "message"]
    return response.status_code, problem["code"], [d.get("field", "") for d in problem["details"]]


@pytest.mark.both_databases
def test_pages_by_cursor_give_every_row_once(program: Program) -> None:
    call, seen, query = program("officer"), [], "limit=1&total=true"
    while True:
        page = call.get(f"/api/v1/regions?{query}").json()
        seen += [(row["code"], page["total"]) for row in page["items"]]
        if page["next"] is None:
            break
        query = f"limit=1&total=true&cursor={page['next']}"
    assert seen == [(code, 4) for code in ("990000", "990100", "990101", "990102")]


@pytest.mark.parametrize(
    ("method", "address", "body", "kind", "expected"),
    [
        ("GET", "regions?limit=501", "", "", (400, "invalid_input", ["limit"])),
        ("GET", "regions?levle=county", "", "", (400, "invalid_input", ["levle"])),
        ("GET", "regions?q=1&q=2", "", "", (400, "invalid_input", ["q"])),
        ("GET", "regions?cursor=k1", "", "", (400, "invalid_input", ["cursor"])),
        ("GET", "regions/000000", "", "", (404, "not_found", [])),
        ("GET", "regions/%00", "", "", (400, "invalid_input", [])),
        ("GET", "nothing", "", "", (404, "not_found", [])),
        ("DELETE", "regions", "", "", (405, "method_not_allowed", [])),
        ("HEAD", "regions", "", "", (405, "", [])),
        ("POST", "parties", "{", "application/json", (400, "invalid_json", [])),
        ("POST", "parties", "{}", "text/plain", (415, "unsupported_media_type", [])),
        (
            "POST",
            "parties",
            '{"code": "p-1", "name": "园", "kind": "park", "region": "000000"}',
            "application/json",
            (400, "invalid_input", ["region"]),
        ),
        ("GET", "users", "", "", (403, "refused", [""])),
    ],
)
def test_error_is_told_by_its_code(
    program: Program, method: str, address: str, body: str, kind: str, expected: Any
) -> None:
    response = program("officer", "990101").generic(method, f"/api/v1/{address}", body, kind)
    if method == "HEAD":
        assert response.status_code == expected[0]
    else:
        assert told(response) == expected


FORMS = {"key": "1", "year": "2025"}


def filled(path: str) -> str:
    """An address of an operation, with something of the right form at each place."""
    return re.sub(r"{(\w+)}", lambda place: FORMS.get(place[1], "990101"), path)


OPERATIONS = [
    (method, path)
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
]
BODIES = {
    "/api/v1/parties": {"code": "p-9", "name": "园", "kind": "park", "region": "990101"},
    "/api/v1/parties/{code}": {"name": "新名称"},
    "/api/v1/figures/{key}/accept": {"version": 1},
    "/api/v1/figures/{key}/reject": {"version": 1, "reason": "重复"},
    "/api/v1/figures/{key}/correct": {
        "version": 1,
        "value": "12",
        "bound": "exact",
        "kind": "stock",
        "measure": "企业",
    },
    "/api/v1/organisations/{code}": {"source": "bureau", "as_of": "2026-01-31"},
    "/api/v1/yearly-facts/{code}/{year}": {
        "source": "bureau",
        "as_of": "2026-01-31",
        "values": {"rd_staff": "3"},
    },
    "/api/v1/doubts/{key}": {"explanation": "与报表核对过"},
    "/api/v1/proposals/{key}/decide": {"verdict": "refuse", "seen": "x", "answer": "无佐证"},
    "/api/v1/imports/{key}/headers": {"choices": {}},
    "/api/v1/filing-batches": {
        "programme": "x", "region": "990101", "name": "批次", "year": 2026,
    },
    "/api/v1/filing-batches/{key}/firms": {"parties": ["x"], "kind": "first"},
    "/api/v1/filing-batches/{key}/advance": {
        "parties": ["x"], "stage": "filed", "on": "2026-01-31",
    },
    "/api/v1/filing-batches/{key}/certificates": {
        "document": "文1号",
        "certificates": [{"party": "x", "number": "1", "issued_on": "2026-01-31"}],
    },
    "/api/v1/filings/{key}/documents": {"states": {}, "on": "2026-01-31"},
    "/api/v1/filing-entries/{key}/take-back": {"reason": "误登"},
    "/api/v1/rule-runs": {"as_of": "2026-01-31"},
    "/api/v1/goals": {
        "rung": "hnte", "kind": "new", "number": 1, "until": "2099-12-31", "region": "990101",
    },
    "/api/v1/comparisons": {"name": "名单", "region": "990101", "names": ["甲"]},
    "/api/v1/compared-names/{key}/decide": {"party": ""},
    "/api/v1/fillings/{key}/columns": {"columns": {}},
}  # fmt: skip
QUERIES = {
    "/api/v1/title-stock": "title=hnte&region=990101&since=2026-01-01&until=2026-01-31&",
}
"""What an operation cannot do without in its address."""
UPLOADS = {
    "/api/v1/reports": {"documents": "一.txt", "region": "990101"},
    "/api/v1/imports": {
        "workbook": "一.csv",
        "purpose": "organisations",
        "source": "bureau",
        "as_of": "2026-01-31",
        "region": "990101",
    },
    "/api/v1/fillings": {"workbook": "一.xlsx", "year": "2025", "region": "990101"},
    "/api/v1/collections/{key}/returns": {"workbook": "一.xlsx"},
}
"""Operations that take a form with a file: its fields, the file first."""


@pytest.mark.parametrize("query", ["no_such=1", "limit=1&no_such=", "no_such=1&no_such=2"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_operation_takes_a_parameter_that_it_does_not_know(
    program: Program, method: str, path: str, query: str
) -> None:
    address = f"{filled(path)}?{QUERIES.get(path, '')}{query}"
    answers = []
    for role in ("officer", "system_administrator", "audit_administrator"):
        call = program(role)
        if method == "post" and path in UPLOADS:
            (name, file), *others = UPLOADS[path].items()
            sent = SimpleUploadedFile(file, "示例".encode())
            response = call.post(address, {name: sent, **dict(others)})
        else:
            body = json.dumps(BODIES.get(path, {}))
            response = call.generic(method, address, body, "application/json")
        answers.append(told(response))
    may = [answer for answer in answers if answer[0] != 403]  # the access table comes first
    assert may
    for status, code, fields in may:
        assert (status, code, set(fields) & {"no_such"}) == (400, "invalid_input", {"no_such"}), (
            fields
        )


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whoever_may_not_call_is_told_that_first(method: str, path: str) -> None:
    response = Client().generic(method, f"{filled(path)}?no_such=1")
    assert told(response)[:2] == (401, "token_missing")


def test_refusal_names_the_verb_and_the_roles_that_have_it(program: Program) -> None:
    detail = program("officer", "990101").get("/api/v1/users").json()["details"][0]
    assert (detail["verb"], detail["reason"], [role["code"] for role in detail["roles"]]) == (
        "account.view",
        "role",
        ["system_administrator", "security_administrator", "audit_administrator"],
    )


def test_too_many_requests_are_told_to_wait(program: Program, settings: Any) -> None:
    settings.API_RATE = 1
    call = program("officer", "990101")
    answers = [call.get("/api/v1/me") for _ in range(4)]
    late = answers[-1]
    assert (told(late), 0 < int(late["Retry-After"]) <= 60) == (
        (429, "too_many_requests", []),
        True,
    )


def test_party_is_put_in_and_changed(program: Program) -> None:
    call = program("officer", "990101")
    body = {"code": "p-1", "name": "园", "kind": "park", "region": "990101"}
    made = call.post("/api/v1/parties", body, "application/json")
    changed = call.patch("/api/v1/parties/p-1", {"name": "新园"}, "application/json")
    assert (made.status_code, made.json(), changed.json(), Party.objects.get(code="p-1").name) == (
        201,
        body,
        {**body, "name": "新园"},
        "新园",
    )


def test_figure_that_somebody_decided_on_is_a_conflict(
    person: Callable[..., Membership], token_of: Callable[[Membership], str]
) -> None:
    held = person("officer", "990101", party="bureau-990101")
    assert held.party is not None
    figure = World(held.region, held.party, held, "矛盾").everything().of(ReportFigure)
    call = Client(headers={"Authorization": f"Bearer {token_of(held)}"})
    address, body = f"/api/v1/figures/{figure.pk}/accept", {"version": 1}
    first = call.post(address, body, "application/json")
    second = call.post(address, body, "application/json")
    assert (first.json()["decision"], first.json()["version"], told(second)) == (
        "accepted",
        2,
        (409, "conflict", []),
    )

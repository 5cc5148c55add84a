"""The page on the API tells of every operation and every code, and of no other."""

from __future__ import annotations

import re
from pathlib import Path

from kechuang.office.site.api import api
from kechuang.office.site.api_errors import ERRORS

PAGE = Path(__file__).parents[3] / "docs" / "office" / "api.md"


def test_page_tells_of_every_operation() -> None:
    told = re.findall(r"^\| `([A-Z]+ /\S+)` \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert told == [
        (f"{method.upper()} {path}", operation["description"].splitlines()[0])
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    ]


def test_page_tells_of_every_code() -> None:
    told = re.findall(r"^\| (\d{3}) \| `(\w+)` \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert told == [(str(each.status), code, str(each.message)) for code, each in ERRORS.items()]

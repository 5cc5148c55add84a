"""The page on trust shows the SQL that really guards the trail."""

from __future__ import annotations

from pathlib import Path

import pytest

from kechuang.office.ground import audit_triggers

PAGE = " ".join(
    (Path(__file__).parents[3] / "docs" / "office" / "trust.md").read_text("utf-8").split()
)
SHOWN = {
    **audit_triggers.SQLITE,
    **{f"{name}()": body for name, body in audit_triggers.POSTGRES_FUNCTIONS.items()},
    **{
        f"{name} on PostgreSQL": f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}();"
        for name, (function, when) in audit_triggers.POSTGRES.items()
    },
}


@pytest.mark.parametrize("sql", SHOWN.values(), ids=SHOWN)
def test_sql_is_shown_as_it_is(sql: str) -> None:
    assert " ".join(sql.split()) in PAGE

"""What the tests of policies share: a few rules, because compiling all of them takes a second."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reminders_city import TODAY, batch, certified, days

from kechuang.office.accounts.models import Membership
from kechuang.office.parties.models import Party
from kechuang.office.policies import rules
from kechuang.office.policies.models import PoolEntry
from kechuang.office.regions.models import Region
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

FEW = {"tech_sme_national", "tech_sme_screening", "hnte_screening", "srdi_sme"}


@pytest.fixture(autouse=True)
def _few_rules(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only some rules of the rulebook, or those that a module names under `RULES`."""
    whole = load_rulebook()
    wanted = set(getattr(request.module, "RULES", FEW))
    book = Rulebook([each for each in whole if each.id in wanted], whole.dictionary)
    monkeypatch.setattr(rules, "load_rulebook", lambda: book)


@pytest.fixture
def office(city: Region, person: Callable[..., Membership]) -> dict[str, Membership]:
    """People in their roles, and firms with something to tell of."""
    certified("F01", days(30))
    certified("F02", days(30), "990102")
    batch(city)
    firm = Party.objects.get(code="F01")
    made = {
        "city": person("officer", "990100"),
        "county": person("officer", "990101"),
        "reviewer": person("reviewer", "990102"),
        "leader": person("leader", "990100"),
        "firm": person("enterprise_user", "990101", party="F01"),
    }
    PoolEntry.objects.create(
        party=firm, rung="hnte", stage="tended", stage_on=TODAY, basis="hand",
        mentor=made["city"].user.username, admitted_on=TODAY, admitted_by="x", admitted_name="x",
    )  # fmt: skip
    return made

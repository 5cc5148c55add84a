"""What the tests of policies share: a few rules, because compiling all of them takes a second."""

from __future__ import annotations

import pytest

from kechuang.office.policies import rules
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

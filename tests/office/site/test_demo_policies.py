"""Policies at work in the made-up city: no page of policies is empty, and both runs can be told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from ladder_counts import from_the_api, in_plain_sql, in_the_export, on_the_page
from policies_city import program_of

from kechuang.office.accounts.models import Membership
from kechuang.office.ground.models import Job
from kechuang.office.policies import rules
from kechuang.office.policies.models import (
    Goal,
    GoalFirm,
    PolicyDocument,
    PolicyRule,
    PoolEntry,
    RuleCount,
    RuleRun,
    VerdictChange,
)
from kechuang.office.policies.queries.documents import standing
from kechuang.office.site.demo import build, put_to_work
from kechuang.rulebook.book import Rulebook
from kechuang.rulebook.library import load_rulebook

pytestmark = pytest.mark.django_db
FIRMS = 200
RULES = {"tech_sme_national", "tech_sme_screening", "hnte", "hnte_screening"}


@pytest.mark.slow
def test_every_page_of_policies_has_something(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    whole = load_rulebook()
    book = Rulebook([each for each in whole if each.id in RULES], whole.dictionary)
    monkeypatch.setattr(rules, "load_rulebook", lambda: book)
    build(FIRMS)
    told = put_to_work()
    assert told["runs"] == 2
    assert {standing(each) for each in PolicyDocument.objects.all()} == {
        "in_force", "pending", "expired", "superseded",
    }  # fmt: skip
    assert PolicyDocument.objects.exclude(legality="").exclude(reviews="").count() >= 3
    assert PolicyRule.objects.filter(rule="hnte").count() >= 3
    before, now = RuleRun.objects.order_by("pk")
    assert before.as_of < now.as_of == timezone.localdate()
    assert now.previous == before
    assert now.ladder_at
    counts = RuleCount.objects.filter(run=now)
    assert sum(each.came for each in counts) > 0
    assert sum(each.went for each in counts) > 0
    assert VerdictChange.objects.filter(run=now).exists()
    goal = Goal.objects.get()
    assert goal.ended_at
    assert GoalFirm.objects.filter(goal=goal).exists()
    entries = PoolEntry.objects.filter(ended_on=None)
    assert entries.filter(mentor="").exists()
    assert entries.exclude(next_step="").filter(next_on=timezone.localdate()).exists()
    assert {each.rung for each in entries} == {"hnte", "srdi_sme"}
    assert PoolEntry.objects.filter(end=PoolEntry.End.GIVEN_UP).exists()
    left = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING, Job.State.FAILED])
    assert list(left) == []
    _counts_agree(settings)


def _counts_agree(settings: Any) -> None:
    """The ladder of the city is the same by page, export, interface and SQL of its own."""
    held = Membership.objects.filter(user__username="jingban").earliest("pk")
    client = Client()
    client.force_login(held.user, backend="django.contrib.auth.backends.ModelBackend")
    program = program_of(held, settings)
    for rung in ("hnte", "tech_sme_national"):
        expected = in_plain_sql(rung, timezone.localdate())
        assert sum(each.total() for each in expected.values()) > 50
        assert on_the_page(client, rung) == expected
        assert in_the_export(client, rung) == expected
        assert from_the_api(program, rung) == expected

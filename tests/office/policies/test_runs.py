"""Runs of all rules: the file, the counts, what changed, cut off and made again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from policies_city import AS_OF, WAN, judged, program_of, right, technology_firm

from kechuang.eligibility.verdicts import verdicts_of
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.files import open_file
from kechuang.office.ground.job_runs import JobRun, Stopped
from kechuang.office.ground.models import Job, StoredFile
from kechuang.office.ground.permissions import Refusal
from kechuang.office.ground.worker import IN_PROCESS, claim, run_waiting_jobs, work_on
from kechuang.office.parties.models import Party
from kechuang.office.policies import inputs, jobs, keeping
from kechuang.office.policies.models import Prospect, RuleCount, RulePart, RuleRun, VerdictChange
from kechuang.office.policies.rules import rulebook, rules_at
from kechuang.office.policies.services import runs
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import Organisation, YearlyFact
from kechuang.office.registry.queries.frames import frames

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FIRMS = 7


@pytest.fixture
def firms(city: Region) -> list[Party]:
    """Firms of which some meet the national evaluation and some do not."""
    made = [
        technology_firm(f"E0{number}", "990101" if number % 2 else "990102", rd=60 * number)
        for number in range(FIRMS)
    ]
    right(made[3])
    return made


def content(stored: StoredFile | None) -> bytes:
    assert stored is not None
    with open_file(stored) as file:
        return file.read()


def verdicts(run: RuleRun) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(content(run.verdicts)))


def test_a_run_keeps_every_verdict_in_one_file(firms: list[Party]) -> None:
    run = judged()
    found = verdicts(run)
    read = dict(frames(SYSTEM, AS_OF))
    read["enterprises"] = inputs.with_what_follows(read["enterprises"])
    rules = rules_at("/990000/990100/", AS_OF)
    for rule in rules:
        expected = verdicts_of(rule, rulebook(), read, AS_OF)
        mine = found.filter(pl.col("rule_id") == rule.id)
        same = ["enterprise_code", "rule_version", "verdict", "score", "missing"]
        assert mine.select(same).equals(expected.select(same)), rule.key
        counts = dict(expected["verdict"].value_counts().iter_rows())
        kept = RuleCount.objects.get(run=run, rule=rule.id)
        assert {name: getattr(kept, name) for name in counts} == counts
        assert kept.qualified + kept.not_qualified + kept.unknown == FIRMS
        assert kept.digest == rule.digest
    assert found.height == FIRMS * len(rules)
    assert run.enterprises == FIRMS
    assert not RulePart.objects.exists()
    over = StoredFile.objects.exclude(expires_at=None)
    assert over.count() == 1  # the batch, which the daily work removes


def test_batches_of_any_size_give_the_same_bytes(
    firms: list[Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = verdicts(judged()).sort("rule_id", "enterprise_code")
    monkeypatch.setattr(jobs, "BATCH", 2)
    run = judged()
    assert verdicts(run).sort("rule_id", "enterprise_code").equals(whole)
    assert runs.same_again(run)


@contextmanager
def cut_off(monkeypatch: pytest.MonkeyPatch, *, after: bool) -> Iterator[list[int]]:
    """Every worker dies in its second unit: before it, or when all of it has been done."""
    unit = JobRun.unit
    seen = [0]

    @contextmanager
    def dying(self: JobRun, *arguments: Any, **more: Any) -> Iterator[None]:
        seen[0] += 1
        if seen[0] % 2 == 0 and not after:
            raise Stopped
        with unit(self, *arguments, **more):
            yield
            if seen[0] % 2 == 0:
                raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(JobRun, "unit", dying)
        yield seen


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_is_cut_off_again_and_again_ends_the_same(
    firms: list[Party], monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    expected = judged()
    changes = VerdictChange.objects.count()
    distances = sorted(Prospect.objects.values_list("party", "rung", "state", "effort"))
    with cut_off(monkeypatch, after=after) as seen:
        run = runs.start(SYSTEM, AS_OF)
        # The step that puts the file together begins anew each time: it needs an undisturbed one.
        while Job.objects.filter(state=Job.State.WAITING).exists() and seen[0] < 8:
            _one_job()
    run_waiting_jobs()
    run.refresh_from_db()
    assert seen[0] >= 8
    assert content(run.verdicts) == content(expected.verdicts)
    assert content(run.snapshot) == content(expected.snapshot)
    assert sorted(Prospect.objects.values_list("party", "rung", "state", "effort")) == distances
    assert (VerdictChange.objects.count(), RulePart.objects.count()) == (changes, 0)
    assert RuleCount.objects.filter(run=run).count() == len(rules_at("/990000/990100/", AS_OF))


def _one_job() -> None:
    job = claim(IN_PROCESS)
    assert job is not None
    work_on(job, IN_PROCESS)


def test_what_changed_since_the_last_run_is_told(firms: list[Party]) -> None:
    first = judged()
    assert not VerdictChange.objects.exists()
    assert set(RuleCount.objects.values_list("came", "went")) == {(None, None)}
    YearlyFact.objects.filter(party=firms[1]).update(rd_expense_deduction=400 * WAN)
    Organisation.objects.filter(party=firms[6]).update(status="closed")
    second = judged(AS_OF + timedelta(1))
    assert second.previous == first
    told = VerdictChange.objects.filter(rule="tech_sme_national").order_by("party__code")
    before = verdicts(first).filter(pl.col("rule_id") == "tech_sme_national")
    was = dict(before.select("enterprise_code", "verdict").iter_rows())
    assert [(row.party.code, row.before, row.after) for row in told] == [
        ("E01", was["E01"], "qualified"), ("E06", "qualified", ""),
    ]  # fmt: skip
    count = RuleCount.objects.get(run=second, rule="tech_sme_national")
    assert (count.came, count.went) == (1, 1)


def test_a_run_made_again_from_its_snapshot_is_the_same(firms: list[Party]) -> None:
    run = judged()
    YearlyFact.objects.all().delete()
    assert runs.same_again(run)
    broken = io.BytesIO(content(run.snapshot))
    with zipfile.ZipFile(broken) as archive:
        names = archive.namelist()
        assert "rules/srdi_sme.2026.yaml" in names
        assert "batches/00001/enterprises.parquet" in names
        assert keeping.Manifest.read(archive.read("manifest.json")).as_of == AS_OF
    run.verdicts = run.snapshot  # another file than what the snapshot gives
    assert not runs.same_again(run)


def test_a_snapshot_whose_rule_was_changed_is_refused(firms: list[Party], tmp_path: Any) -> None:
    run = judged()
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content(run.snapshot))) as old,
        zipfile.ZipFile(target, "w") as new,
    ):
        for name in old.namelist():
            body = old.read(name)
            if name == "rules/srdi_sme.2026.yaml":
                body = body + b"# changed"
            new.writestr(name, body)
    with pytest.raises(keeping.SnapshotError, match="srdi_sme@2026"):
        keeping.judge_again(target, tmp_path / "again.parquet")


def test_one_run_at_a_time(firms: list[Party]) -> None:
    runs.start(SYSTEM, AS_OF)
    with pytest.raises(ValidationError, match="还有一次运行没有结束"):
        runs.start(SYSTEM, AS_OF)
    run_waiting_jobs()
    runs.start(SYSTEM, AS_OF)


def test_a_day_without_rules_is_refused(city: Region) -> None:
    with pytest.raises(ValidationError, match="没有在这里生效的规则"):
        runs.start(SYSTEM, date(1990, 1, 1))


def test_only_who_has_the_whole_installation_starts_a_run(
    firms: list[Party], actor: Callable[..., Actor]
) -> None:
    runs.start(actor("officer", "990100"), AS_OF)
    for role, place in (("officer", "990101"), ("leader", "990100")):
        with pytest.raises(Refusal):
            runs.start(actor(role, place), AS_OF)


def test_an_empty_registry_has_an_empty_run(city: Region) -> None:
    run = judged()
    assert verdicts(run).height == run.enterprises == 0
    assert runs.same_again(run)


# --- pages


def test_pages_of_a_run(firms: list[Party], signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", "990100")
    page = client.post(reverse("policies:run_start"), {"as_of": AS_OF.isoformat()}, follow=True)
    assert "已发起" in page.content.decode()
    run_waiting_jobs()
    first = RuleRun.objects.get()
    YearlyFact.objects.filter(party=firms[1]).update(rd_expense_deduction=400 * WAN)
    second = judged(AS_OF + timedelta(1))
    page = client.get(reverse("policies:run", args=[second.pk]))
    rows = {row["count"].rule: row for row in page.context["rows"]}
    row = rows["tech_sme_national"]
    assert row["count"].came == 1
    listed = client.get(row["came_url"])
    assert listed.context["total"] == 1
    assert firms[1].name in listed.content.decode()
    files = [str(value) for _name, value in page.context["facts"]]
    assert any("parquet" in each for each in files)
    address = reverse("policies:run_compare", args=[first.pk])
    page = client.get(address, {"with": second.pk, "rule": "tech_sme_national"})
    assert [each["party"].code for each in page.context["moved"]] == ["E01"]
    assert page.context["run"] == second  # the later one stands on the right
    assert client.get(address, {"with": "9" * 30}).status_code == 404


def test_a_county_sees_the_changes_of_its_own_firms(
    firms: list[Party], signed_in: Callable[..., Client]
) -> None:
    judged()
    YearlyFact.objects.filter(party__in=firms[1:3]).update(rd_expense_deduction=400 * WAN)
    run = judged(AS_OF + timedelta(1))
    client = signed_in("officer", "990101")
    assert client.get(reverse("policies:run", args=[run.pk])).status_code == 200
    asked = {"rule": "tech_sme_national"}
    listed = client.get(reverse("policies:changes"), asked)
    assert listed.context["total"] == 1
    assert client.get(reverse("policies:run_start")).status_code == 200
    refused = client.post(reverse("policies:run_start"), {"as_of": "2026-07-02"})
    assert refused.status_code == 403


def test_a_run_is_read_and_started_by_programs(
    firms: list[Party], person: Callable[..., Any], settings: Any
) -> None:
    program = program_of(person("officer", "990100"), settings)
    made = program.post("/api/v1/rule-runs", {"as_of": "2026-07-01"}, "application/json")
    assert made.status_code == 201, made.content
    run_waiting_jobs()
    told = program.get(f"/api/v1/rule-runs/{made.json()['key']}").json()
    run = RuleRun.objects.get()
    assert run.verdicts is not None
    assert (told["enterprises"], told["digest"]) == (FIRMS, run.verdicts.digest)
    mine = {each["rule"]: each for each in told["rules"]}
    kept = RuleCount.objects.get(rule="tech_sme_national")
    assert mine["tech_sme_national"]["qualified"] == kept.qualified
    assert program.get("/api/v1/verdict-changes").json()["items"] == []
    assert [each["key"] for each in program.get("/api/v1/rule-runs").json()["items"]] == [run.pk]

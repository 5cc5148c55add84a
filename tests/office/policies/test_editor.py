"""Rules revised: drafted, their cases stated, previewed, published by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from policies_city import AS_OF, judged, program_of, right, technology_firm

from kechuang.office.accounts.models import Membership
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent, Job, Notice
from kechuang.office.ground.permissions import Reason, Refusal
from kechuang.office.ground.worker import run_waiting_jobs
from kechuang.office.policies import revising
from kechuang.office.policies.models import (
    PreviewChange,
    RuleCount,
    RulePreview,
    RuleRevision,
    RuleRun,
)
from kechuang.office.policies.rules import in_use, rulebook, rules_on
from kechuang.office.policies.services import editor, previews, runs
from kechuang.office.policies.services.editor import Draft
from kechuang.office.regions.models import Region
from kechuang.rulebook.revising import AddedCase, NewValue, Restated

pytestmark = pytest.mark.django_db
RULES = ("tech_sme_national",)
CODE, BASE, NEW = "tech_sme_national", "2022", "2022-1"
FIRST = date(2026, 8, 1)


@pytest.fixture
def author(city: Region, actor: Callable[..., Actor]) -> Actor:
    return actor("officer", city.code)


@pytest.fixture
def publisher(city: Region, actor: Callable[..., Actor]) -> Actor:
    return actor("reviewer", city.code)


def draft(values: dict[str, str] | None = None, **more: Any) -> Draft:
    """A new version from August on, of which the number of staff may be as large as is said."""
    given = {"staff": "80 人"} if values is None else values
    said: dict[str, Any] = {
        "version": NEW, "since": FIRST, "until": None, "document": None,
        "title": "科技型中小企业评价办法（修订）", "number": "示科〔2026〕9号",
        "article": "第三条", "reason": "上位文件改了规模", **more,
    }  # fmt: skip
    return Draft(
        **said, values=[NewValue(place, text, said["since"]) for place, text in given.items()]
    )


def prepared(
    author: Actor, said: Draft | None = None, outcomes: tuple[str, ...] = ()
) -> RuleRevision:
    """A draft whose cases are stated as they come out, with those proposed for the new numbers."""
    row = editor.begin(author, CODE, BASE, said or draft())
    book = rulebook()
    base = revising.base_of(book, row)
    assert base is not None
    restated = [
        Restated(each.place, each.item, each.actual) for each in revising.restating(book, row, base)
    ]
    proposed = revising.proposals(base, book, row)
    told = outcomes or ("符合", "不符合")
    added = [
        AddedCase(**{**each, "expected": outcome})
        for each, outcome in zip(proposed, told, strict=True)
    ]
    return editor.state_cases(author, row, restated, added)


def published(author: Actor, publisher: Actor, said: Draft | None = None) -> RuleRevision:
    row = prepared(author, said)
    previews.preview(author, row)
    editor.submit(author, row)
    return editor.publish(publisher, row)


def why(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return "".join(error.value.messages)


def test_the_new_file_changes_what_was_asked_and_nothing_else(author: Actor) -> None:
    row = editor.begin(author, CODE, BASE, draft({"staff": "80"}))
    old, new = (set(text.splitlines()) for text in (row.base_text, row.text))
    assert {line for line in new - old if "80 人" in line} == {
        "      - {id: staff, name: 职工总数不超过80人, when: staff_total_quarterly <= 80 人, "
        f'article: "科技型中小企业评价办法（修订） 第三条", last_checked: {timezone.localdate()}}}'
    }
    assert "follows: tech_sme_national@2022" in new
    assert len(row.text.splitlines()) == len(row.base_text.splitlines()) + 3
    assert sum("#" in line for line in new) == sum("#" in line for line in old)
    old_rule, new_rule = revising.both(row, rulebook())
    assert set(revising.changed_numbers(old_rule, new_rule)) == {"staff"}
    assert new_rule.condition("staff").grounds.article == "科技型中小企业评价办法（修订） 第三条"  # type: ignore[union-attr]
    assert row.digest == revising.digest_of(row.text) == new_rule.digest
    line = AuditEvent.objects.get(action="rule.draft")
    assert line.changes["values"] == [None, "staff = 80（2026-08-01）"]
    assert rulebook().find(CODE, FIRST).version == BASE  # a draft counts for nothing


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (draft(since=date(2021, 12, 31)), "早于所改版本的生效日期2022-01-01"),
        (draft({}, since=date(2022, 1, 1)), "没有改任何参数或日期"),
        (draft(version="二"), "版本号用数字"),
        (draft(version=BASE), "规则库里已有这一版"),
        (draft(until=date(2026, 7, 1)), "失效日期早于生效日期"),
        (draft({"staff": "600 万元"}), "的单位不同"),
        (draft({"staff": "很多"}), "不是参数的值"),
        (draft({"nobody": "1 人"}), "没有参数“nobody”"),
        (draft({"staff_score.1": "30%"}), "永远轮不到"),
    ],
)  # fmt: skip
def test_what_the_loader_refuses_comes_in_words(author: Actor, said: Draft, told: str) -> None:
    with pytest.raises(ValidationError) as error:
        editor.begin(author, CODE, BASE, said)
    assert told in why(error)
    assert not RuleRevision.objects.exists()


def test_a_rule_that_fails_its_own_examples_is_neither_submitted_nor_published(
    author: Actor, publisher: Actor
) -> None:
    row = editor.begin(author, CODE, BASE, draft())
    previews.preview(author, row)
    with pytest.raises(ValidationError) as error:
        editor.submit(author, row)
    assert "例“满分”的“结论”写的是“符合”，新版本算出“不符合”" in why(error)
    RuleRevision.objects.filter(pk=row.pk).update(state="submitted")  # as if nobody had looked
    with pytest.raises(ValidationError) as error:
        editor.publish(publisher, row)
    assert "例“满分”" in why(error)
    row.refresh_from_db()
    assert (row.state, row.order, row.decided_by) == ("submitted", None, "")


def test_what_the_author_states_has_to_come_out(author: Actor) -> None:
    row = prepared(author, outcomes=("不符合", "不符合"))
    previews.preview(author, row)
    with pytest.raises(ValidationError) as error:
        editor.submit(author, row)
    assert "应为" not in why(error)
    assert "写的是“不符合”，新版本算出“符合”" in why(error)


def test_a_new_number_has_to_be_noticed_by_a_case(author: Actor) -> None:
    row = prepared(author)
    editor.state_cases(author, row, [Restated(**each) for each in row.restated], [])
    previews.preview(author, row)
    with pytest.raises(ValidationError) as error:
        editor.submit(author, row)
    assert "“职工总数不超过80人”的 80 人 改大一步，没有一个例发觉" in why(error)


def test_publication_needs_a_preview_of_exactly_this_text(author: Actor, publisher: Actor) -> None:
    row = prepared(author)
    with pytest.raises(ValidationError) as error:
        editor.submit(author, row)
    assert "还没有按现在的文本预览过影响" in why(error)
    previews.preview(author, row)
    editor.change(author, row, draft(reason="另一个原因"))
    with pytest.raises(ValidationError) as error:
        editor.submit(author, row)  # that preview was of another text
    assert "还没有按现在的文本预览过影响" in why(error)
    previews.preview(author, row)
    editor.submit(author, row)
    RulePreview.objects.all().delete()
    with pytest.raises(ValidationError) as error:
        editor.publish(publisher, row)
    assert "还没有按现在的文本预览过影响" in why(error)


def test_nobody_publishes_or_returns_what_they_wrote(
    author: Actor, actor: Callable[..., Actor]
) -> None:
    row = prepared(author)
    previews.preview(author, row)
    editor.submit(author, row)
    leader = actor("leader", "990100")
    as_leader = replace(leader, code=author.code)  # the same person in another role
    for act in (editor.publish, lambda who, what: editor.give_back(who, what, "再看")):
        with pytest.raises(Refusal) as refusal:
            act(as_leader, row)
        assert refusal.value.why.reason is Reason.SEPARATION
    with pytest.raises(Refusal):
        editor.publish(author, row)
    row.refresh_from_db()
    assert row.state == "submitted"


def test_after_publication_the_old_verdicts_keep_their_version(
    author: Actor, publisher: Actor
) -> None:
    for number in range(3):
        right(technology_firm(f"F0{number}", staff_total_quarterly=(60 + 20 * number) * 10_000))
    before = judged()
    row = prepared(author)
    made = previews.preview(author, row)
    assert (made.run, made.as_of, made.enterprises) == (before, FIRST, 3)
    assert made.counts[CODE] == {
        "before": {"qualified": 3}, "after": {"qualified": 2, "not_qualified": 1},
    }  # fmt: skip
    (moved,) = PreviewChange.objects.filter(preview=made, rule=CODE)
    assert (moved.party.code, moved.before, moved.after) == ("F02", "qualified", "not_qualified")
    editor.submit(author, row)
    assert rules_on(FIRST) != []
    waiting = runs.start(author, FIRST)
    editor.publish(publisher, row)
    assert Notice.objects.filter(to=author.code, text__contains="已发布").exists()
    book = rulebook()
    assert [(each.version, each.until) for each in book.versions(CODE)] == [
        (BASE, date(2026, 7, 31)), (NEW, None),
    ]  # fmt: skip
    assert rulebook() is book
    run_waiting_jobs()
    assert RuleCount.objects.get(run=waiting, rule=CODE).version == BASE  # it was asked for before
    assert runs.same_again(before)
    after = judged(FIRST)
    count = RuleCount.objects.get(run=after, rule=CODE)
    assert (count.version, count.digest, count.qualified) == (NEW, row.digest, 2)
    assert runs.same_again(after)
    assert runs.same_again(before)
    assert RuleCount.objects.get(run=before, rule=CODE).version == BASE
    assert count.went == 1


def test_of_two_drafts_of_one_version_only_one_is_published(
    author: Actor, publisher: Actor
) -> None:
    other = prepared(author, draft({"staff": "90 人"}, version="2022-b"))
    previews.preview(author, other)
    editor.submit(author, other)
    published(author, publisher)
    with pytest.raises(ValidationError) as error:
        editor.publish(publisher, other)
    assert "版本2022在起草之后已经变了" in why(error)
    with pytest.raises(ValidationError) as error:
        editor.begin(author, CODE, BASE, draft({"staff": "70 人"}, since=date(2026, 9, 1)))
    assert "失效日期2026-07-31" in why(error)


def test_what_was_published_is_taken_back_by_another_revision(
    author: Actor, publisher: Actor
) -> None:
    published(author, publisher)
    back = draft({"staff": "500 人"}, version="2022-2")
    row = editor.begin(author, CODE, NEW, back)
    book = rulebook()
    base = revising.base_of(book, row)
    assert base is not None
    restated = [
        Restated(each.place, each.item, each.actual) for each in revising.restating(book, row, base)
    ]
    added = [
        AddedCase("满分", "staff_total_quarterly", value, "staff", outcome)
        for value, outcome in (("500 人", "符合"), ("501 人", "不符合"), ("500.0001 人", "不符合"))
    ]
    editor.state_cases(author, row, restated, added)
    previews.preview(author, row)
    editor.submit(author, row)
    editor.publish(publisher, row)
    told = [each.version for each in rulebook().versions(CODE)]
    assert told == [BASE, "2022-2"]  # the one between never came into force
    assert RuleRevision.objects.filter(state="published").count() == 2


def test_many_enterprises_are_previewed_as_a_job_with_the_same_outcome(
    author: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        right(technology_firm(f"F0{number}", staff_total_quarterly=(60 + 10 * number) * 10_000))
    row = prepared(author)
    at_once = previews.preview(author, row)
    assert at_once.run is None
    assert not at_once.job
    monkeypatch.setattr(previews, "AT_ONCE", 2)
    monkeypatch.setattr("kechuang.office.policies.effect.BATCH", 2)
    made = previews.preview(author, row)
    with pytest.raises(ValidationError, match="正在计算"):
        previews.preview(author, row)
    run_waiting_jobs()
    made.refresh_from_db()
    assert Job.objects.get(pk=made.job).state == Job.State.DONE
    assert made.ended_at
    assert made.enterprises == at_once.enterprises == 5
    assert made.counts == at_once.counts
    both = [
        sorted(PreviewChange.objects.filter(preview=each).values_list("party", "before", "after"))
        for each in (at_once, made)
    ]
    assert both[0] == both[1]
    assert len(both[0]) == 2


def test_a_returned_draft_is_mended_and_a_withdrawn_one_stays(
    author: Actor, publisher: Actor, actor: Callable[..., Actor]
) -> None:
    row = prepared(author)
    previews.preview(author, row)
    editor.submit(author, row)
    with pytest.raises(ValidationError, match="现在是“待发布”"):
        editor.change(author, row, draft(article="第四条"))
    editor.give_back(publisher, row, "条款不对")
    assert Notice.objects.filter(to=author.code, text__contains="条款不对").exists()
    with pytest.raises(ValidationError, match="只有起草人能改"):
        editor.change(actor("officer", "990100"), row, draft(article="第四条"))
    assert "article" in editor.change(author, row, draft(article="第四条"))
    row.refresh_from_db()
    assert row.state == "draft"
    assert row.restated  # the numbers are the same: so is what the cases give
    editor.change(author, row, draft({"staff": "90 人"}))
    row.refresh_from_db()
    assert row.restated == []
    editor.withdraw(author, row, "文件推迟")
    row.refresh_from_db()
    assert (row.state, row.note) == ("withdrawn", "文件推迟")
    with pytest.raises(ValidationError, match="已经办结"):
        previews.preview(author, row)


def test_who_works_for_a_part_of_the_installation_sees_and_does_not_revise(
    author: Actor, actor: Callable[..., Actor], signed_in: Callable[..., Client]
) -> None:
    with pytest.raises(Refusal) as refusal:
        editor.begin(actor("officer", "990101"), CODE, BASE, draft())
    assert refusal.value.why.reason is Reason.OUTSIDE
    row = prepared(author)
    county = signed_in("officer", "990101")
    assert county.get(reverse("policies:revision", args=[row.pk])).status_code == 200
    page = county.get(reverse("policies:rule", args=[CODE, BASE]))
    assert "修订参数和日期" not in page.content.decode()


def test_a_published_revision_that_no_longer_fits_is_set_aside_and_said_so(
    author: Actor, publisher: Actor, signed_in: Callable[..., Client]
) -> None:
    row = published(author, publisher)
    broken = row.text.replace("staff_total_quarterly <= 80 人", "no_such_field <= 80 人")
    RuleRevision.objects.filter(pk=row.pk).update(text=broken, digest=revising.digest_of(broken))
    found = in_use()
    assert [each.version for each in found.book.versions(CODE)] == [BASE]
    assert "no_such_field" in found.aside[row.pk]
    page = signed_in("officer").get(reverse("policies:rules")).content.decode()
    assert "暂不采用" in page


def test_from_the_list_of_rules_to_publication_on_pages(
    author: Actor, signed_in: Callable[..., Client], person: Callable[..., Membership],
    settings: Any,
) -> None:  # fmt: skip
    right(technology_firm("F01"))
    mine, other = signed_in("officer"), signed_in("reviewer")
    page = mine.get(reverse("policies:rules")).content.decode()
    assert reverse("policies:rule", args=[CODE, BASE]) in page
    start = reverse("policies:revision_start", args=[CODE, BASE])
    assert start in mine.get(reverse("policies:rule", args=[CODE, BASE])).content.decode()
    fields = mine.get(start).context["form"].thresholds
    place = next(n for n, each in enumerate(fields) if each.place == "staff")
    said = {
        "version": NEW, "since": "2026-08-01", "document": "own:评价办法",
        "article": "第六条（二）",
        "reason": "上位文件改了规模", f"value_{place}": "80 万元",
    }  # fmt: skip
    wrong = mine.post(start, said)
    assert wrong.context["form"].errors.keys() == {f"value_{place}"}
    answer = mine.post(start, {**said, f"value_{place}": "80"})
    row = RuleRevision.objects.get()
    at = reverse("policies:revision", args=[row.pk])
    assert answer["Location"] == at
    seen = mine.get(at)
    assert len(seen.context["failing"]) > 5
    assert "职工总数不超过80人" in seen.content.decode()
    form = mine.get(f"{at}cases/").context["form"]
    cases = {each.changed.code: each.changed.actual for each in form.case_rows}
    for number, outcome in enumerate(("符合", "不符合")):
        for name in ("like", "given", "vary", "value", "shows"):
            cases[f"{name}_{number}"] = form[f"{name}_{number}"].initial
        cases[f"expected_{number}"] = outcome
    mine.post(f"{at}cases/", cases)
    assert mine.get(at).context["failing"] == []
    mine.post(f"{at}preview/")
    assert mine.post(f"{at}submit/")["Location"] == at
    assert mine.get(f"{at}publish/").status_code == 403
    assert "publish" in other.get(at).content.decode()
    assert other.post(f"{at}publish/", {}).context["form"].errors
    other.post(f"{at}publish/", {"checked": "on"})
    row.refresh_from_db()
    assert row.state == "published"
    firms = other.get(reverse("policies:revision_firms"), {"rule": CODE, "after": "not_qualified"})
    assert "示例F01公司" in firms.content.decode()
    client = program_of(person("reviewer"), settings)
    told = client.get("/api/v1/rule-revisions", {"state": "published"}).json()
    assert [each["version"] for each in told["items"]] == [NEW]
    whole = client.get(f"/api/v1/rule-revisions/{row.pk}").json()
    assert whole["values"] == [{"place": "staff", "value": "80 人", "since": "2026-08-01"}]
    assert whole["effect"][CODE]["after"] == {"not_qualified": 1}
    assert "staff_total_quarterly <= 80 人" in whole["text"]
    assert AS_OF < FIRST
    assert RuleRun.objects.count() == 0

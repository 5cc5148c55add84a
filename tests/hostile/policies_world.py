"""One record of every model of the room policies, and what the arguments of its routes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from kechuang.office.ground.models import StoredFile
from kechuang.office.parties.models import Party
from kechuang.office.policies import models as policies
from kechuang.office.registry.models import Organisation
from kechuang.rulebook.library import load_rulebook

if TYPE_CHECKING:
    from office_world import World

NOW = datetime(2026, 1, 2, 8, tzinfo=UTC)


def _run(world: World) -> policies.RuleRun:
    return policies.RuleRun.objects.create(
        region=world.place,
        as_of=date(2026, 1, 2),
        verdicts=world.of(StoredFile),
        started_by=world.owner.user.username,
        started_name=f"判{world.canary}",
        ended_at=NOW,
    )


def _document(world: World) -> policies.PolicyDocument:
    """A public document: everybody may see it, so that no canary stands in it."""
    return policies.PolicyDocument.objects.create(
        region=world.place,
        title="科技创新奖励办法",
        number=f"示政发{world.code[:20]}",
        issuer="示例市人民政府",
        level="prefecture",
        issued_on=date(2026, 1, 2),
        in_force_on=date(2026, 1, 2),
        file=world.of(StoredFile),
        kept_by=world.owner.user.username,
    )


def _revision(world: World) -> policies.RuleRevision:
    """A submitted revision of a rule that there is."""
    rule = next(each for each in load_rulebook() if each.id == "hnte")
    text = rule.content.decode()
    return policies.RuleRevision.objects.create(
        region=world.place,
        rule="hnte",
        name=rule.name,
        base=rule.version,
        base_digest=rule.digest,
        base_text=text,
        version=f"{world.code[:18]}-1",
        since=date(2099, 1, 1),
        document_title="办法",
        article="第一条",
        reason=f"因{world.canary}",
        text=text,
        digest=rule.digest,
        state="submitted",
        author=world.owner.user.username,
        author_name=f"草{world.canary}",
    )


def _digest(world: World) -> policies.ReminderDigest:
    """A person has one for a day: more of them are of days before."""
    mine = policies.ReminderDigest.objects.filter(to=world.owner.user.username)
    return policies.ReminderDigest.objects.create(
        to=world.owner.user.username,
        day=date(2026, 1, 2) - timedelta(days=mine.count()),
        counts={"certificate": 1},
    )


def _choice(world: World) -> policies.ReminderChoice:
    """A person chooses once for a kind: more of them are of other people."""
    user = world.owner.user.username
    if policies.ReminderChoice.objects.filter(to=user).exists():
        user = f"somebody-{world.code}"
    return policies.ReminderChoice.objects.create(to=user, kind="opens", wanted="none")


FACTORIES: Mapping[type[Model], Callable[[Any], Model]] = {
    policies.RuleRun: _run,
    policies.RulePart: lambda world: policies.RulePart.objects.create(
        run=world.of(policies.RuleRun), number=1, last=1, rows=1, file=world.of(StoredFile)
    ),
    policies.RuleCount: lambda world: policies.RuleCount.objects.create(
        run=world.of(policies.RuleRun),
        rule="hnte",
        version="2016",
        name=f"规{world.canary}",
        digest="0",
        order=0,
    ),
    policies.VerdictChange: lambda world: policies.VerdictChange.objects.create(
        run=world.of(policies.RuleRun),
        party=world.of(Party),
        rule="hnte",
        before="unknown",
        after="qualified",
    ),
    policies.RuleRevision: _revision,
    policies.RulePreview: lambda world: policies.RulePreview.objects.create(
        revision=world.of(policies.RuleRevision),
        digest="0",
        as_of=date(2099, 1, 1),
        counts={},
        made_by=world.owner.user.username,
        ended_at=NOW,
    ),
    policies.PreviewChange: lambda world: policies.PreviewChange.objects.create(
        preview=world.of(policies.RulePreview),
        party=world.of(Party),
        rule="hnte",
        before="unknown",
        after="qualified",
    ),
    policies.Prospect: lambda world: policies.Prospect.objects.create(
        run=world.of(policies.RuleRun),
        party=world.of(Party),
        rung="hnte",
        state="near",
        effort=1,
        lacks=f"差{world.canary}",
    ),
    policies.Climber: lambda world: policies.Climber.objects.create(
        run=world.of(policies.RuleRun), party=world.of(Party), stands="hnte=near"
    ),
    policies.PolicyDocument: _document,
    policies.PolicyClause: lambda world: policies.PolicyClause.objects.create(
        document=world.of(policies.PolicyDocument), order=1, number="第一条", text="奖励。"
    ),
    policies.PolicyRule: lambda world: policies.PolicyRule.objects.create(
        document=world.of(policies.PolicyDocument), rule="hnte"
    ),
    policies.Goal: lambda world: policies.Goal.objects.create(
        region=world.place,
        run=world.of(policies.RuleRun),
        rung="hnte",
        kind="new",
        number=1,
        until=date(2099, 12, 31),
        asked_by=world.owner.user.username,
        asked_name=f"问{world.canary}",
        ended_at=NOW,
    ),
    policies.GoalFirm: lambda world: policies.GoalFirm.objects.create(
        goal=world.of(policies.Goal),
        party=world.of(Party),
        order=1,
        this_year=True,
        effort=1,
        changes=1,
        lacks=f"差{world.canary}",
        missing=0,
    ),
    policies.PoolEntry: lambda world: policies.PoolEntry.objects.create(
        party=world.of(Party),
        rung="hnte",
        stage="admitted",
        stage_on=date(2026, 1, 2),
        basis="hand",
        plan=f"计{world.canary}",
        next_step=f"下{world.canary}",
        next_on=date(2099, 12, 31),
        admitted_on=date(2026, 1, 2),
        admitted_by=world.owner.user.username,
        admitted_name=f"入{world.canary}",
    ),
    policies.ReminderEvent: lambda world: policies.ReminderEvent.objects.create(
        kind="certificate",
        key=f"certificate:{world.code}",
        region=world.place,
        party=world.of(Party),
        subject="hnte",
        name=f"证{world.canary}",
        facts={"days": 3, "number": "", "level": ""},
        found_on=date(2026, 1, 2),
        told_on=date(2026, 1, 2),
    ),
    policies.ReminderMark: lambda world: policies.ReminderMark.objects.create(
        region=world.place, key=f"run:{world.code}"
    ),
    policies.ReminderDigest: _digest,
    policies.ReminderChoice: _choice,
    policies.FirmSending: lambda world: policies.FirmSending.objects.create(
        region=world.place,
        listing="goal_firms",
        listing_name=f"单{world.canary}",
        sender="示例市科技局",
        firms=1,
        sent_by=world.owner.user.username,
        sent_name="张三",
    ),
    policies.FirmMessage: lambda world: policies.FirmMessage.objects.create(
        sending=world.of(policies.FirmSending),
        party=world.of(Party),
        cause="ladder:hnte:near",
        title=f"题{world.canary}",
        text=f"文{world.canary}",
    ),
}

ARGUMENTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "policies:run": {"pk": lambda world: world.of(policies.RuleRun).pk},
    "policies:run_compare": {"pk": lambda world: world.of(policies.RuleRun).pk},
    "policies:rule": {"code": lambda _world: "hnte", "version": lambda _world: "2016"},
    "policies:revision_start": {"code": lambda _world: "hnte", "version": lambda _world: "2016"},
    **{
        f"policies:revision{act}": {"pk": lambda world: world.of(policies.RuleRevision).pk}
        for act in (
            "",
            "_change",
            "_cases",
            "_preview",
            "_submit",
            "_publish",
            "_return",
            "_withdraw",
        )
    },
    "api:rule_revision": {"key": lambda world: world.of(policies.RuleRevision).pk},
    "policies:diagnosis": {"code": lambda world: world.of(Organisation).party.code},
    "policies:diagnosis_export": {
        "code": lambda world: world.of(Organisation).party.code,
        "form": lambda _world: "json",
    },
    "policies:rung": {"rung": lambda _world: "hnte"},
    "policies:goal": {"pk": lambda world: world.of(policies.Goal).pk},
    "policies:pool_admit_by_rule": {"rung": lambda _world: "hnte"},
    "policies:reminder_digest": {"day": lambda _world: "2026-01-02"},
    "policies:notify": {"listing": lambda _world: "ladder_hnte"},
    "policies:sending": {"pk": lambda world: world.of(policies.FirmSending).pk},
    "policies:sending_phones": {"pk": lambda world: world.of(policies.FirmSending).pk},
    "policies:sending_letters": {"pk": lambda world: world.of(policies.FirmSending).pk},
    "policies:message": {"sending": lambda world: world.of(policies.FirmSending).pk},
    "policies:pool_entry": {"pk": lambda world: world.of(policies.PoolEntry).pk},
    "policies:pool_follow": {"pk": lambda world: world.of(policies.PoolEntry).pk},
    "policies:pool_change": {"pk": lambda world: world.of(policies.PoolEntry).pk},
    "policies:pool_leave": {"pk": lambda world: world.of(policies.PoolEntry).pk},
    "api:pool_entry": {"key": lambda world: world.of(policies.PoolEntry).pk},
    "policies:document": {"pk": lambda world: world.of(policies.PolicyDocument).pk},
    "policies:document_file": {"pk": lambda world: world.of(policies.PolicyDocument).pk},
    "policies:document_change": {"pk": lambda world: world.of(policies.PolicyDocument).pk},
    "policies:document_supersede": {"pk": lambda world: world.of(policies.PolicyDocument).pk},
    "policies:document_restore": {"pk": lambda world: world.of(policies.PolicyDocument).pk},
    "api:policy_document": {"key": lambda world: world.of(policies.PolicyDocument).pk},
    "api:goal": {"key": lambda world: world.of(policies.Goal).pk},
    "api:rule_run": {"key": lambda world: world.of(policies.RuleRun).pk},
    "api:diagnosis": {"code": lambda world: world.of(Organisation).party.code},
    "api:ladder_firms": {"rung": lambda _world: "hnte"},
}
BODIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "policies:pool_admit": {
        "party": lambda world: world.of(Party).code,
        "rung": lambda _world: "gazelle",
        "on": lambda _world: "2026-01-02",
    },
    "policies:pool_admit_by_rule": {
        "selected": lambda world: world.of(Organisation).pk,
        "confirm": lambda _world: "1",
    },
    "policies:pool_file": {"selected": lambda world: world.of(policies.PoolEntry).pk},
    "policies:pool_mentors": {"selected": lambda world: world.of(policies.PoolEntry).pk},
    "policies:pool_follow": {
        "stage": lambda _world: "tended",
        "done": lambda _world: "办了",
    },
    "policies:pool_change": {"plan": lambda _world: "新计划"},
    "policies:pool_leave": {
        "end": lambda _world: "given_up",
        "on": lambda _world: "2026-01-02",
        "note": lambda _world: "不办了",
    },
    "policies:revision_start": {
        "version": lambda _world: "2016-1",
        "since": lambda _world: "2099-01-01",
        "until": lambda _world: "2100-01-01",
        "document": lambda world: f"kept:{world.of(policies.PolicyDocument).pk}",
        "article": lambda _world: "第一条",
        "reason": lambda _world: "上位文件改了",
    },
    "policies:revision_return": {"reason": lambda _world: "再核对"},
    "policies:revision_withdraw": {"reason": lambda _world: "不改了"},
    "policies:revision_publish": {"checked": lambda _world: "on"},
    "policies:reminder_settings": dict.fromkeys(
        policies.ReminderKind.values, lambda _world: "every"
    ),
    "policies:notify": {
        "selected": lambda world: world.of(Organisation).pk,
        "sender": lambda _world: "示例市科技局",
        "confirm": lambda _world: "1",
    },
    "policies:sending_phones": {"reason": lambda _world: "逐家电话通知"},
    "policies:messages_told": {
        "selected": lambda world: world.of(policies.FirmMessage).pk,
        "way": lambda _world: "phone",
        "on": lambda _world: "2026-01-02",
    },
    "policies:run_start": {"as_of": lambda _world: "2026-01-02"},
    "api:rule_runs": {"as_of": lambda _world: "2026-01-02"},
    "policies:document_create": {
        "title": lambda _world: "办法",
        "issuer": lambda _world: "示例市人民政府",
        "level": lambda _world: "prefecture",
        "issued_on": lambda _world: "2026-01-02",
        "region": lambda world: world.place.code,
    },
    "policies:self_check": {"region": lambda world: world.place.code},
    "policies:goal_ask": {
        "rung": lambda _world: "hnte",
        "kind": lambda _world: "new",
        "number": lambda _world: "2",
        "until": lambda _world: "2099-12-31",
        "region": lambda world: world.place.code,
    },
    "api:goals": {
        "rung": lambda _world: "hnte",
        "kind": lambda _world: "new",
        "number": lambda _world: 2,
        "until": lambda _world: "2099-12-31",
        "region": lambda world: world.place.code,
    },
}

"""Policies at work in the made-up city: documents, two runs with what changed between, the ladder,
the pool, one goal.

Jobs commit what they keep, so that all of this comes after the city is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground import jobs
from kechuang.office.ground.actors import SYSTEM, Actor
from kechuang.office.ground.models import Job
from kechuang.office.ground.worker import IN_PROCESS, claim, run_waiting_jobs, work_on
from kechuang.office.policies.jobs import LADDER
from kechuang.office.policies.ladder import Stand, rungs
from kechuang.office.policies.models import Goal, PolicyDocument, PoolEntry, RuleRun
from kechuang.office.policies.queries import ladder
from kechuang.office.policies.services import documents, goals, pool, runs
from kechuang.office.policies.services.pool import Tending
from kechuang.office.regions.models import Region
from kechuang.office.registry.models import (
    IntellectualProperty,
    Organisation,
    Qualification,
    Standing,
    YearlyFact,
)
from kechuang.office.registry.queries.organisations import AT_WORK
from kechuang.office.site.demo.parties import CITY
from kechuang.office.site.demo.registry import sourced

RUNG: Final = "hnte"
COUNTY: Final = "990101"
DAYS_BETWEEN: Final = 30
LATE: Final = 40
GRANTED: Final = 15
COLLECTED: Final = 15
ABNORMAL: Final = 3
IN_POOL: Final = 6
ASKED: Final = 12
TEXT: Final = """第一条 为支持企业成长为高新技术企业，制定本措施。
第二条 在本市登记、依法纳税的企业，首次通过高新技术企业认定的奖励10万元；重新认定的奖励5万元。
第三条 企业所在县（区）科技部门每年组织摸底，将接近认定条件的企业列入培育库，指定辅导人。
第四条 企业应当如实归集研发费用。提供虚假材料的，取消资格，追回资金。
第五条 奖励资金由市、县财政各承担一半，列入年度预算。
第六条 本措施由示例市科学技术局负责解释。联系电话：0990-5550100。"""
OLD_TEXT: Final = """第一条 首次通过高新技术企业认定的，奖励5万元。
第二条 本办法由示例市科学技术局负责解释。"""
LISTED_TEXT: Final = """一、入库培育
对首次入库的科技型中小企业，由县（区）科技部门上门辅导一次，给予5000元创新券。
二、申报窗口
每年6月1日至8月31日在全国科技型中小企业信息服务平台填报。
三、联系方式
示例市科学技术局高新技术科，0990-5550102。"""
COUNTY_TEXT: Final = """第一条 甲县境内企业新获省级科技型中小企业认定的，奖励1万元。
第二条 资金从县级科技专项中列支，用完为止。"""


def put_to_work(today: date | None = None) -> Mapping[str, int]:
    """Put the rules to work on a city that was built; gives how much there is now."""
    day = today or timezone.localdate()
    officer = _actor("jingban")
    run_waiting_jobs()  # what the desks left is not to come between
    _documents(officer, day)
    _run_before(day)
    with transaction.atomic():
        _changes(day)
    runs.start(officer, day)
    run_waiting_jobs()
    _pool(officer, day)
    facts = goals.GoalFacts(RUNG, Goal.Kind.NET, ASKED, date(day.year + 1, 12, 31))
    goals.ask(officer, Region.objects.get(code=COUNTY), facts)
    run_waiting_jobs()
    models = {"documents": PolicyDocument, "runs": RuleRun, "pool": PoolEntry}
    return {name: model._default_manager.count() for name, model in models.items()}


def _actor(username: str) -> Actor:
    return actor_of(Membership.objects.filter(user__username=username).earliest("pk"))


# --- documents


def _of_the_state(officer: Actor, city: Region) -> None:
    state = {
        "level": PolicyDocument.Level.NATIONAL,
        "issuer": "科技部、财政部、国家税务总局",
    }
    _document(
        officer,
        city,
        state,
        "高新技术企业认定管理办法",
        "国科发火〔2016〕32号",
        date(2016, 1, 29),
        in_force_on=date(2016, 1, 1),
    )
    _document(
        officer,
        city,
        state,
        "高新技术企业认定管理工作指引",
        "国科发火〔2016〕195号",
        date(2016, 6, 22),
    )
    _document(
        officer, city, state, "科技型中小企业评价办法", "国科发政〔2017〕115号", date(2017, 5, 3)
    )


def _documents(officer: Actor, today: date) -> None:
    """Of the state and of the city: one was superseded, one is over, one begins next year."""
    city, county = Region.objects.get(code=CITY), Region.objects.get(code=COUNTY)
    _of_the_state(officer, city)
    ours = {
        "level": PolicyDocument.Level.PREFECTURE, "issuer": "示例市人民政府",
        "fair_competition": PolicyDocument.FairCompetition.PASSED,
        "legality": PolicyDocument.Legality.PASSED,
    }  # fmt: skip
    last, before = today.year - 1, today.year - 4
    ten_days_ago = today - timedelta(days=10)
    old = _document(
        officer, city, ours, "示例市高新技术企业奖励办法", f"示政发〔{before}〕9号",
        date(before, 3, 10),
        text=OLD_TEXT, rules=["hnte"],
        reviews=f"市司法局 示司审〔{before}〕4号；市场监管局公平竞争审查表",
    )  # fmt: skip
    new = _document(
        officer, city, ours, "示例市支持高新技术企业发展若干措施", f"示政规〔{last}〕3号",
        date(last, 2, 20), text=TEXT, rules=["hnte", "hnte_screening"],
        expires_on=date(last + 5, 2, 28),
        reviews=f"市司法局 示司审〔{last}〕2号；市场监管局 示公竞审〔{last}〕11号",
        contact="市科技局高新技术科 0990-5550102",
    )  # fmt: skip
    documents.supersede(officer, old, new, date(last, 3, 1))
    _document(
        officer, city, {**ours, "issuer": "示例市科学技术局"},
        "示例市科技型中小企业入库培育办法", f"示科规〔{today.year}〕2号", ten_days_ago,
        text=LISTED_TEXT, rules=["tech_sme_national", "tech_sme_screening"],
        in_force_on=date(today.year + 1, 1, 1), expires_on=date(today.year + 5, 12, 31),
        reviews=f"市司法局 示司审〔{today.year}〕19号",
        contact="市科技局政策法规科 0990-5550105",
    )  # fmt: skip
    local = {"level": PolicyDocument.Level.COUNTY, "issuer": "甲县人民政府"}
    _document(
        officer, county, local, "甲县科技创新奖励办法", f"甲政发〔{before}〕21号",
        date(before, 6, 1),
        text=COUNTY_TEXT, rules=["tech_sme_national"],
        expires_on=date(last, 5, 31), legality=PolicyDocument.Legality.PASSED,
        reviews=f"县司法局 甲司审〔{before}〕7号",
    )  # fmt: skip


def _document(
    officer: Actor,
    region: Region,
    shared: Mapping[str, str],
    title: str,
    number: str,
    issued_on: date,
    *,
    rules: list[str] | None = None,
    **more: Any,
) -> PolicyDocument:
    values = {**shared, "title": title, "number": number, "issued_on": issued_on, **more}
    values.setdefault("in_force_on", None)
    return documents.register(officer, region, values, rules or [])


# --- runs


def _run_before(today: date) -> None:
    """A run of an earlier day; how near firms were then nobody asks, so that it has no ladder."""
    run = runs.start(SYSTEM, today - timedelta(days=DAYS_BETWEEN))
    while (job := claim(IN_PROCESS)) is not None:
        work_on(job, IN_PROCESS)
        if job.pk == run.job:
            break
    for job in Job.objects.filter(kind=LADDER, state=Job.State.WAITING):
        jobs.cancel(SYSTEM, job)


def _changes(today: date) -> None:
    """What happened to firms between the runs."""
    _late_statements(today)
    _granted(today)
    _collected(today)
    _abnormal(today)


def _firms() -> QuerySet[Organisation]:
    return Organisation.objects.filter(AT_WORK).order_by("party__code")


def _late_statements(today: date) -> None:
    """Firms that had said nothing of last year hand their figures in."""
    last = today.year - 1
    said = YearlyFact.objects.filter(year=last).values("party_id")
    before = YearlyFact.objects.filter(year=last - 1, source="firm_statement")
    rows = list(
        before.filter(party__in=_firms().values("pk"))
        .exclude(party__in=said)
        .order_by("party__code")[:LATE]
    )
    for row in rows:
        row.pk, row.year, row.as_of = None, last, today - timedelta(days=8)
    YearlyFact.objects.bulk_create(rows)


def _granted(today: date) -> None:
    """Firms that research get their first right."""
    research = YearlyFact.objects.filter(year=today.year - 1, rd_expense_deduction__gt=0)
    owners = IntellectualProperty.objects.values("party_id")
    firms = _firms().filter(pk__in=research.values("party_id")).exclude(pk__in=owners)
    granted = today - timedelta(days=12)
    IntellectualProperty.objects.bulk_create(
        IntellectualProperty(
            party_id=firm.pk,
            number=f"ZL{granted.year}9{number:05}",
            name="一种节能结构",
            kind="utility_model",
            ip_class="II",
            status="valid",
            applied_on=granted - timedelta(days=400),
            granted_on=granted,
            expires_on=granted + timedelta(days=3_200),
            acquired_by="own",
            **sourced("certificate", granted),
        )
        for number, firm in enumerate(firms[:GRANTED], start=1)
    )


def _collected(today: date) -> None:
    """Firms that had not kept account of research show that they do by now."""
    rows = Standing.objects.filter(
        source="firm_statement", rd_collected=False, party__in=_firms().values("pk")
    ).order_by("party__code")[:COLLECTED]
    _say(rows, rd_collected=True, as_of=today - timedelta(days=5))


def _abnormal(today: date) -> None:
    """Some come onto the list of abnormal operation."""
    listed = Qualification.objects.filter(title="tech_sme_national", status="valid")
    rows = Standing.objects.filter(
        source="firm_statement", not_listed_abnormal=True, party__in=_firms().values("pk")
    )
    rows = rows.filter(party__in=listed.values("party_id")).order_by("-party__code")[:ABNORMAL]
    _say(rows, not_listed_abnormal=False, as_of=today - timedelta(days=3))


def _say(rows: QuerySet[Standing], **values: object) -> None:
    Standing.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


# --- the pool


def _pool(officer: Actor, today: date) -> None:
    """Firms of three counties come in, some by rule and one by hand; one has left already."""
    rung = rungs()[RUNG]
    plan = "一季度归集研发费用，二季度补专利，三季度申报"
    steps = (
        (COUNTY, "jiaxian", "上门看研发费用辅助账", today),
        ("990102", "yiqu", "请专利代理机构来谈一次", today + timedelta(days=4)),
        ("990103", "", "", None),
    )
    for region, mentor, step, day in steps:
        listed = ladder.listed(officer, RUNG).filter(
            stand=Stand.NEAR, party__region__path__contains=f"/{region}/"
        )
        keys = list(listed.order_by("effort", "pk").values_list("pk", flat=True)[:IN_POOL])
        pool.admit_by_rule(officer, rung, keys, Tending(mentor, plan if mentor else "", step, day))
    entries = list(PoolEntry.objects.select_related("party__region").order_by("pk"))
    if len(entries) < IN_POOL:
        return
    pool.follow(
        officer, entries[1], "tended", "已上门，辅助账只记到上半年", "看补记的辅助账",
        today + timedelta(days=9),
    )  # fmt: skip
    pool.follow(officer, entries[2], "tended", "已列出能补的证明材料", "收证明材料", today)
    pool.leave(officer, entries[3], PoolEntry.End.GIVEN_UP, today, "企业转产，不再申报")
    inside = {each.party.pk for each in entries}
    firm = _firms().exclude(pk__in=inside).exclude(
        pk__in=Qualification.objects.filter(title="srdi_sme").values("party_id")
    ).select_related("party__region").first()  # fmt: skip
    if firm is not None:
        tending = Tending(
            "jingban", "先帮它理清主导产品", "约企业负责人", today + timedelta(days=2)
        )
        pool.admit(officer, firm.party, "srdi_sme", tending, today)

"""Telling firms: who gets what, lawful words, once for a cause, on paper without an account."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from policies_city import AS_OF, technology_firm, title

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent, Notice
from kechuang.office.ground.permissions import Refusal
from kechuang.office.parties.models import Party
from kechuang.office.policies import wording
from kechuang.office.policies.models import (
    FirmMessage,
    FirmSending,
    Goal,
    GoalFirm,
    Prospect,
    ReminderEvent,
    RuleRun,
    VerdictChange,
)
from kechuang.office.policies.queries import notifying as queries
from kechuang.office.policies.reminders import timing
from kechuang.office.policies.services import notifying
from kechuang.office.policies.services.notifying import Chosen, Letterhead
from kechuang.office.regions.models import Installation, Region
from kechuang.office.registry.models import Organisation

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
RUNG = "tech_sme_national"
LIST = f"ladder_{RUNG}"
HEAD = Letterhead("示例市科技局", "王工，0310-1234567")


@pytest.fixture
def run(city: Region) -> RuleRun:
    return RuleRun.objects.create(
        region=city, as_of=AS_OF, started_by="system", started_name="系统",
        ended_at=timezone.now(), ladder_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def firms(run: RuleRun, person: Callable[..., Membership]) -> dict[str, Party]:
    """A firm of each stand; F01 and F02 have an account, F05 lies in another county."""
    made: dict[str, Party] = {}
    states = {"F01": "qualified", "F02": "near", "F03": "open", "F05": "near"}
    for code in ("F01", "F02", "F03", "F04", "F05", "F06"):
        made[code] = technology_firm(code, "990102" if code == "F05" else "990101")
        if code in states:
            Prospect.objects.create(
                run=run, party=made[code], rung=RUNG, state=states[code], effort=Decimal(1),
                lacks=f"把{code}的事补齐" if states[code] == "near" else "",
                this_year=code != "F05", missing=3 if states[code] == "open" else 0,
            )  # fmt: skip
    title(made["F04"], RUNG, TODAY - timedelta(30), TODAY + timedelta(900), recognition="admitted")
    title(made["F06"], RUNG, TODAY - timedelta(300), TODAY + timedelta(20), recognition="admitted")
    for code in ("F01", "F02"):
        person("enterprise_user", "990101", party=code)
    Organisation.objects.filter(party=made["F03"]).update(contact_name="李四")
    Organisation.objects.get(party=made["F03"])
    row = Organisation.objects.get(party=made["F03"])
    row.contact_phone = "13800001234"
    row.save(update_fields=["contact_phone"])
    return made


@pytest.fixture
def officer(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990100", name="经办"))


@pytest.fixture
def county(person: Callable[..., Membership]) -> Actor:
    return actor_of(person("officer", "990101", name="县里"))


def chosen(*firms: Party, listing: str = LIST) -> Chosen:
    return Chosen(listing, "名单", "", tuple(each.pk for each in firms))


def codes(rows: Any) -> list[str]:
    return [each.party.code for each in rows]


def sent(actor: Actor, firms: dict[str, Party], head: Letterhead = HEAD) -> FirmSending:
    return notifying.send(actor, chosen(*firms.values()), head)


# --- who gets what


def test_the_preview_says_who_gets_what(firms: dict[str, Party], officer: Actor) -> None:
    found = queries.preview(officer, LIST, [each.pk for each in firms.values()])
    assert (codes(found.reached), codes(found.unreached)) == (["F01", "F02"], ["F03", "F05", "F06"])
    assert [(party.code, why) for party, why in found.left] == [
        ("F04", "状态是“已认定”，没有要通知的")
    ]
    causes = {each.party.code: each.words[0].cause for each in found.comes}
    assert causes == {
        "F01": f"ladder:{RUNG}:qualified",
        "F02": f"ladder:{RUNG}:near",
        "F03": f"ladder:{RUNG}:open",
        "F05": f"ladder:{RUNG}:near",
        "F06": f"ladder:{RUNG}:expiring:{(TODAY + timedelta(20)).isoformat()}",
    }


def test_a_county_tells_its_own(firms: dict[str, Party], county: Actor) -> None:
    found = queries.preview(county, LIST, [firms["F02"].pk, firms["F05"].pk])
    assert codes(found.comes) == ["F02"]


def test_where_firms_have_no_pages_all_are_told_on_paper(
    firms: dict[str, Party], officer: Actor
) -> None:
    Installation.objects.update(enterprise_pages=False)
    made = sent(officer, firms)
    assert not FirmMessage.objects.filter(accounts__gt=0).exists()
    assert not Notice.objects.filter(url=queries.message_address(made)).exists()


def test_a_sending_is_kept_and_tells_each_account_once(
    firms: dict[str, Party], officer: Actor
) -> None:
    made = sent(officer, firms)
    assert (made.firms, made.sent_name, made.region.code) == (5, "经办", "990100")
    assert dict(made.firmmessage_set.values_list("party__code", "accounts")) == {  # type: ignore[attr-defined]
        "F01": 1, "F02": 1, "F03": 0, "F05": 0, "F06": 0,
    }  # fmt: skip
    told = Notice.objects.filter(url=queries.message_address(made))
    assert told.count() == 2
    assert set(told.values_list("text", flat=True)) == {
        "示例市科技局通知：“科技型中小企业（入库）”：按已归集的数据已符合，还没有申报记录",
        "示例市科技局通知：“科技型中小企业（入库）”：还有一项条件没有满足",
    }
    line = AuditEvent.objects.get(action="firm_notice.send")
    assert line.changes["firms"] == [None, 5]


def test_several_causes_of_a_firm_come_as_one_notice(
    firms: dict[str, Party], officer: Actor, run: RuleRun
) -> None:
    for rule in (RUNG, "srdi_sme"):
        VerdictChange.objects.create(
            run=run, party=firms["F01"], rule=rule, before="unknown", after="qualified"
        )
    keys = tuple(VerdictChange.objects.values_list("pk", flat=True))
    made = notifying.send(officer, Chosen("verdict_changes", "变化", "", keys), HEAD)
    assert (made.firms, FirmMessage.objects.count()) == (1, 2)
    assert Notice.objects.get(url=queries.message_address(made)).text.endswith("等2项")


# --- never twice


@pytest.mark.parametrize(
    ("days", "again", "firms_told"), [(29, False, 0), (29, True, 5), (31, False, 5)]
)
def test_the_same_cause_is_not_told_twice_within_the_period(
    firms: dict[str, Party], officer: Actor, days: int, again: bool, firms_told: int
) -> None:
    made = sent(officer, firms)
    FirmSending.objects.filter(pk=made.pk).update(sent_at=timezone.now() - timedelta(days=days))
    head = Letterhead("示例市科技局", again=again)
    if not firms_told:
        with pytest.raises(ValidationError, match="没有要通知的企业"):
            sent(officer, firms, head)
        return
    second = sent(officer, firms, head)
    assert (second.firms, second.again) == (firms_told, again)


def test_another_cause_is_told(firms: dict[str, Party], officer: Actor) -> None:
    sent(officer, firms)
    Prospect.objects.filter(party=firms["F02"]).update(state="qualified")
    second = sent(officer, firms)
    assert [row.party.code for row in FirmMessage.objects.filter(sending=second)] == ["F02"]


def test_the_goal_list_tells_of_the_rung_and_not_of_the_goal(
    firms: dict[str, Party], officer: Actor, run: RuleRun, city: Region
) -> None:
    goal = Goal.objects.create(
        region=city, run=run, rung=RUNG, kind="new", number=260, until=TODAY, asked_by="x",
        asked_name="x", ended_at=timezone.now(),
    )  # fmt: skip
    rows = [
        GoalFirm.objects.create(
            goal=goal, party=firms[code], order=number, this_year=True, effort=1, changes=1,
            lacks="内部测算", missing=0,
        )
        for number, code in enumerate(("F01", "F02"))
    ]  # fmt: skip
    keys = tuple(each.pk for each in rows)
    made = notifying.send(officer, Chosen("goal_firms", "达标路径", "", keys), HEAD)
    texts = "".join(FirmMessage.objects.values_list("text", flat=True))
    assert "260" not in texts
    assert "内部测算" not in texts
    assert made.firms == 2
    with pytest.raises(ValidationError):  # told already, from whichever list
        notifying.send(officer, chosen(firms["F01"]), HEAD)


def test_a_first_look_and_a_firm_that_was_not_judged_are_not_told(
    firms: dict[str, Party], officer: Actor, run: RuleRun
) -> None:
    rows = [
        ("F01", "hnte_screening", "unknown", "qualified"),
        ("F02", RUNG, "", "qualified"),
        ("F03", "no_such_rule", "unknown", "qualified"),
    ]
    for code, rule, before, after in rows:
        VerdictChange.objects.create(
            run=run, party=firms[code], rule=rule, before=before, after=after
        )
    keys = list(VerdictChange.objects.values_list("pk", flat=True))
    found = queries.preview(officer, "verdict_changes", keys)
    assert not found.comes
    assert [party.code for party, _why in found.left] == ["F01", "F02", "F03"]


def test_a_changed_verdict_names_the_firms_own_facts(
    firms: dict[str, Party], officer: Actor, run: RuleRun
) -> None:
    row = VerdictChange.objects.create(
        run=run, party=firms["F01"], rule=RUNG, before="qualified", after="not_qualified"
    )
    difference = {"code": "x", "name": "研发费用", "before": "5 万元", "after": "1 万元"}
    ReminderEvent.objects.create(
        kind="went", key="k", region=firms["F01"].region, party=firms["F01"], subject=RUNG,
        name="n", run=run, found_on=TODAY,
        facts={"differences": [
            {**difference, "decides": True}, {**difference, "name": "别的", "decides": False},
        ]},
    )  # fmt: skip
    found = queries.preview(officer, "verdict_changes", [row.pk])
    (words,) = found.reached[0].words
    assert "“研发费用”5 万元 → 1 万元" in words.text
    assert "别的" not in words.text
    assert "由“符合”变为“不符合”" in words.title


# --- lawful words

EVERY = (
    wording.qualified(RUNG, "称号", AS_OF),
    wording.near(RUNG, "称号", AS_OF, "补证", this_year=True, missing=2),
    wording.near(RUNG, "称号", AS_OF, "新增一件", this_year=False),
    wording.open_facts(RUNG, "称号", AS_OF, 3),
    wording.expiring(RUNG, "称号", "GR1", AS_OF),
    wording.changed(RUNG, "称号", AS_OF, "符合", "不符合"),
)


@pytest.mark.parametrize("words", EVERY, ids=lambda words: words.cause)
def test_words_part_the_years_and_advise_on_no_closed_one(words: wording.Words) -> None:
    this, other = words.text.split("\n")
    assert this.startswith("本年度：")
    assert other.startswith("下一年度：")
    assert not wording.forbidden(words.text + wording.FOOTER, timing(TODAY).never)
    assert "如实归集" in wording.whole([words])
    assert "已结账年度的数据不作改动" in wording.whole([words])


def test_what_only_next_year_can_bring_is_no_advice_on_this_one() -> None:
    words = wording.near(RUNG, "称号", AS_OF, "新增一件", this_year=False)
    this, other = words.text.split("\n")
    assert "新增一件" not in this
    assert "新增一件" in other
    assert "已结账" in this


@pytest.mark.parametrize(
    ("note", "wrong"),
    [
        ("请于11月30日前到局里核对。", False),
        ("可以突击申请几件专利", True),
        ("把研发费用做 高一点", True),
        ("请补-开发票", True),
    ],
)
def test_a_note_that_would_have_facts_made_is_refused(
    firms: dict[str, Party], officer: Actor, note: str, wrong: bool
) -> None:
    head = Letterhead("示例市科技局", "", note)
    if not wrong:
        assert sent(officer, firms, head).note == note
        return
    with pytest.raises(ValidationError, match="不能写"):
        sent(officer, firms, head)
    assert not FirmSending.objects.exists()


def test_no_firm_reads_of_another(firms: dict[str, Party], officer: Actor) -> None:
    sent(officer, firms)
    for row in FirmMessage.objects.select_related("party"):
        others = set(firms) - {row.party.code}
        assert not [code for code in others if code in row.title + row.text]


# --- told otherwise, on paper


def test_who_has_no_account_is_told_otherwise(firms: dict[str, Party], county: Actor) -> None:
    made = sent(county, firms)
    assert queries.counts(queries.messages(county)) == {"account": 2, "told": 0, "open": 2}
    keys = list(FirmMessage.objects.values_list("pk", flat=True))
    assert notifying.told_otherwise(county, keys, "phone", TODAY) == 2
    assert notifying.told_otherwise(county, keys, "phone", TODAY) == 0
    assert queries.counts(queries.messages(county)) == {"account": 2, "told": 2, "open": 0}
    assert AuditEvent.objects.filter(action="firm_notice.told").count() == 1
    with pytest.raises(ValidationError):
        notifying.letters(county, made)


@pytest.mark.parametrize(
    ("way", "on", "field"),
    [
        ("smoke", TODAY, "way"),
        ("phone", TODAY + timedelta(1), "on"),
        ("phone", TODAY - timedelta(1), "on"),
    ],
)
def test_what_cannot_be_said_of_telling(
    firms: dict[str, Party], officer: Actor, way: str, on: date, field: str
) -> None:
    sent(officer, firms)
    keys = list(FirmMessage.objects.values_list("pk", flat=True))
    with pytest.raises(ValidationError) as caught:
        notifying.told_otherwise(officer, keys, way, on)
    assert list(caught.value.error_dict) == [field]


def test_the_telephone_list_names_whom_to_call_and_why_it_was_taken(
    firms: dict[str, Party], officer: Actor
) -> None:
    made = sent(officer, firms)
    with pytest.raises(ValidationError):
        notifying.phone_list(officer, made, "无")
    content = notifying.phone_list(officer, made, "逐家电话通知")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == ["F03", "F06", "F05"]  # by region
    assert rows[0][4:6] == ("李四", "13800001234")
    assert rows[1][5] == "没有登记"
    line = AuditEvent.objects.get(action="secret.reveal")
    assert line.reason == "逐家电话通知"


def test_each_letter_is_for_one_firm(firms: dict[str, Party], officer: Actor) -> None:
    made = sent(officer, firms)
    document = docx.Document(io.BytesIO(notifying.letters(officer, made)))
    lines = [each.text for each in document.paragraphs]
    assert lines.count("告知书") == 3
    assert [line for line in lines if line.endswith("公司：")] == [
        f"{firms[code].name}：" for code in ("F03", "F06", "F05")
    ]
    assert sum(line == wording.FOOTER for line in lines) == 3
    assert "（联系人：王工，0310-1234567）" in lines


# --- who may


@pytest.mark.parametrize("role", ["reviewer", "leader", "enterprise_user"])
def test_only_officers_tell_firms(
    firms: dict[str, Party], person: Callable[..., Membership], role: str
) -> None:
    held = person(role, "990101", party="F03" if role == "enterprise_user" else "")
    with pytest.raises(Refusal):
        sent(actor_of(held), firms)


# --- two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@pytest.mark.requires_postgres
def test_two_officers_at_once_tell_each_firm_once(
    firms: dict[str, Party], officer: Actor, county: Actor
) -> None:
    start = threading.Barrier(2)
    told: list[str] = []

    def act(actor: Actor) -> None:
        start.wait()
        try:
            sent(actor, firms)
        except ValidationError:
            told.append(actor.name)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(each,)) for each in (officer, county)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    causes = list(FirmMessage.objects.values_list("party", "cause"))
    assert len(causes) == len(set(causes)) == 5


# --- pages


def test_an_officer_tells_firms_of_a_rung(
    firms: dict[str, Party], signed_in: Callable[..., Client], client: Client
) -> None:
    browser = signed_in("officer", "990101")
    listed = browser.get(reverse("policies:rung", args=[RUNG]), {"stand": "near"})
    assert "通知企业" in listed.content.decode()
    address = reverse("policies:notify", args=[LIST])
    page = browser.post(address, {"every": "1", "conditions": "stand=near"})
    assert page.context["given"].total == 1
    assert "F02" in page.content.decode()
    assert page.context["form"].initial == {"sender": "甲县科技局"}
    sent = {
        **dict(page.context["given"].carried), "seen": page.context["seen"], "confirm": "1",
        "sender": "甲县科技局", "contact": "", "note": "做账",
    }  # fmt: skip
    refused = browser.post(address, sent)
    assert "不能写" in refused.content.decode()
    stale = browser.post(address, {**sent, "note": "", "seen": "0"})
    assert "预览之后有变动" in stale.content.decode()
    done = browser.post(address, {**sent, "note": ""}, follow=True)
    assert "已通知1家" in done.content.decode()
    made = FirmSending.objects.get()
    assert made.conditions == "状态：差一项"
    again = browser.post(address, {"every": "1", "conditions": "stand=near"})
    assert (len(again.context["preview"].comes), len(again.context["preview"].again)) == (0, 1)
    asked = browser.post(address, {"every": "1", "conditions": "stand=near", "again": "1"})
    assert len(asked.context["preview"].comes) == 1
    # The firm reads it, and the officer sees that.
    client.force_login(Membership.objects.get(party__code="F02", role="enterprise_user").user)
    assert client.get(reverse("policies:messages")).context["total"] == 1
    text = client.get(queries.message_address(made)).content.decode()
    assert "把F02的事补齐" in text
    notice = Notice.objects.get(url=queries.message_address(made))
    client.get(reverse("ground:notice", args=[notice.pk]))
    assert "已打开" in browser.get(reverse("policies:firm_messages")).content.decode()
    assert client.get(reverse("policies:message", args=[made.pk + 1])).status_code == 404


def test_papers_of_a_sending_are_taken_from_its_page(
    firms: dict[str, Party], officer: Actor, signed_in: Callable[..., Client]
) -> None:
    made = sent(officer, firms)
    browser = signed_in("officer", "990100")
    page = browser.get(reverse("policies:sending", args=[made.pk])).content.decode()
    assert "电话名单（Excel）" in page
    phones = reverse("policies:sending_phones", args=[made.pk])
    assert browser.get(phones).status_code == 200
    assert "请写明查看的理由" in browser.post(phones, {"reason": "无"}).content.decode()
    taken = browser.post(phones, {"reason": "逐家电话通知"})
    assert taken.headers["Content-Disposition"].endswith(f"-{made.pk}.xlsx")
    letters = reverse("policies:sending_letters", args=[made.pk])
    assert browser.get(letters).headers["Content-Disposition"].endswith(f"-{made.pk}.docx")
    told = reverse("policies:messages_told")
    keys = [str(key) for key in FirmMessage.objects.values_list("pk", flat=True)]
    page = browser.post(told, {"selected": keys})
    sent_back = {"selected": ",".join(keys), "way": "visit", "on": TODAY.isoformat()}
    assert "已登记3条" in browser.post(told, sent_back, follow=True).content.decode()
    nobody = browser.post(told, {"selected": keys}, follow=True)
    assert "没有选中待告知的企业" in nobody.content.decode()
    gone = browser.get(letters, follow=True)
    assert "都已告知" in gone.content.decode()


def test_no_such_list(signed_in: Callable[..., Client], firms: dict[str, Party]) -> None:
    browser = signed_in("officer", "990101")
    assert browser.post(reverse("policies:notify", args=["parties"])).status_code == 404
    page = browser.post(reverse("policies:notify", args=[LIST]), follow=True)
    assert "没有选中您管辖的在营企业" in page.content.decode()

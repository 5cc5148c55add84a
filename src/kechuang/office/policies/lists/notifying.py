"""The lists of what firms were told: sendings, messages of firms, a firm's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.addresses import address
from kechuang.office.ground.lists import Bulk, Column, Filter, Listing
from kechuang.office.ground.models import Notice
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Text
from kechuang.office.policies.lists.ladder import NOTHING
from kechuang.office.policies.models import FirmMessage
from kechuang.office.policies.queries import notifying as queries
from kechuang.office.policies.telling import MESSAGES, NOTIFY, NOTIFY_VIEW
from kechuang.office.regions.filters import by_region
from kechuang.office.registry.lists.shared import choice, found_by_party, party_column

REACHED: Final = {
    "account": _("已送到账号"),
    "told": _("已另行告知"),
    "open": _("待告知"),
}


def reached_state(row: FirmMessage) -> State:
    """Whether a firm got a message, as a badge."""
    if row.accounts:
        return State("done", REACHED["account"])
    return State("done", REACHED["told"]) if row.told_on else State("todo", REACHED["open"])


def prepare(rows: Sequence[Any], columns: frozenset[str]) -> None:
    """Fetch which of the sendings each firm has opened."""
    opened: set[tuple[str, str]] = set()
    users: dict[int, list[str]] = {}
    if "read" in columns:
        addresses = {queries.message_address(row.sending) for row in rows}
        seen = Notice.objects.filter(url__in=addresses, read_at__isnull=False).order_by()
        opened = set(seen.values_list("url", "to"))
        for party, user in queries.users_of([row.party.pk for row in rows if row.accounts]):
            users.setdefault(party, []).append(user)
    for row in rows:
        url = queries.message_address(row.sending)
        row.read = any((url, user) in opened for user in users.get(row.party.pk, ()))


def _read(row: Any) -> Text:
    if not row.accounts:
        return NOTHING
    return _("已打开") if row.read else _("未打开")


def _sendings(actor: Actor) -> Iterable[tuple[str, Text]]:
    rows = queries.sendings(actor).order_by("-pk")[:100]
    return [
        (str(row.pk), f"{timezone.localdate(row.sent_at)} {row.listing_name} #{row.pk}")
        for row in rows
    ]


def _by_sending(rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    return rows.filter(sending=int(key))


SENDINGS: Final = Listing(
    code="firm_sendings",
    name=_("已发的通知"),
    verb=NOTIFY_VIEW,
    queryset=queries.sendings,
    columns=(
        Column("sent_at", _("发送时间"), lambda row: row.sent_at, sort="sent_at", align="date",
               link=lambda row: address("policies:sending", row.pk)),
        Column("listing", _("名单"), lambda row: row.listing_name, sort="listing_name"),
        Column("conditions", _("条件"), lambda row: row.conditions),
        Column("region", _("区划"), lambda row: row.region.name, sort="region__path"),
        Column("firms", _("企业"), lambda row: row.firms, sort="firms", align="number",
               unit=_("家")),
        Column("sender", _("落款"), lambda row: row.sender, default=False),
        Column("sent_name", _("发送人"), lambda row: row.sent_name),
    ),
    sort="-pk",
    empty=_("还没有通知过企业。在培育阶梯、达标路径或变化的结论里选企业，点“通知企业”。"),
)  # fmt: skip

FIRM_MESSAGES: Final = Listing(
    code="firm_messages",
    name=_("企业收到的通知"),
    verb=NOTIFY_VIEW,
    queryset=queries.messages,
    prepare=prepare,
    columns=(
        party_column(_("企业")),
        Column("code", _("统一社会信用代码"), lambda row: row.party.code, default=False),
        Column("region", _("区划"), lambda row: row.party.region.name,
               sort="party__region__path"),
        Column("title", _("事由"), lambda row: row.title, sort="title"),
        Column("text", _("内容"), lambda row: row.text, default=False),
        Column("reached", _("送达"), reached_state),
        Column("read", _("打开"), _read),
        Column("told_on", _("另行告知日期"), lambda row: row.told_on or NOTHING, sort="told_on",
               align="date"),
        Column("told_by", _("告知方式"), lambda row: row.get_told_by_display(), default=False),
        Column("told_name", _("告知人"), lambda row: row.told_name, default=False),
        Column("sent_at", _("发送时间"), lambda row: row.sending.sent_at,
               sort="sending__sent_at", align="date"),
        Column("sending", _("通知"), lambda row: str(row.sending), default=False,
               link=lambda row: address("policies:sending", row.sending.pk)),
    ),
    filters=(
        Filter("sending", _("通知"), "choice", _by_sending, _sendings),
        choice("reached", _("送达"), lambda: REACHED, queries.reached_is),
        by_region("party__region", NOTIFY_VIEW),
    ),
    search=lambda rows, text: rows.filter(found_by_party(text)),
    searched=_("企业、拼音首字母"),
    empty=_("还没有通知过企业。"),
    bulk=(Bulk("told", _("登记已告知"), "policies:messages_told", NOTIFY),),
    export_verb=NOTIFY_VIEW,
)  # fmt: skip

OWN_MESSAGES: Final = Listing(
    code="own_messages",
    name=_("科技局的通知"),
    verb=MESSAGES,
    queryset=queries.own_messages,
    columns=(
        Column("title", _("事由"), lambda row: row.title, sort="title",
               link=lambda row: address("policies:message", row.sending.pk)),
        Column("sender", _("发来的单位"), lambda row: row.sending.sender),
        Column("sent_at", _("时间"), lambda row: row.sending.sent_at,
               sort="sending__sent_at", align="date"),
    ),
    empty=_("还没有收到通知。"),
)  # fmt: skip

"""Pages of telling firms: look, confirm, see what was sent; and what a firm was told."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.office.filings.views.shared import firms
from kechuang.office.ground import listings as ground_listings
from kechuang.office.ground.bulk import Picked, digest, joined, picked
from kechuang.office.ground.file_views import attachment
from kechuang.office.ground.lists import Listing, list_page
from kechuang.office.ground.slots import SourceRef, Text
from kechuang.office.policies import wording
from kechuang.office.policies.forms.notifying import NotifyForm, PhonesForm, ToldForm
from kechuang.office.policies.lists.notifying import (
    FIRM_MESSAGES,
    OWN_MESSAGES,
    REACHED,
    SENDINGS,
)
from kechuang.office.policies.models import FirmSending
from kechuang.office.policies.queries import notifying as queries
from kechuang.office.policies.services import notifying as services
from kechuang.office.policies.services.notifying import MOST, Chosen
from kechuang.office.registry import pages

SEEN: Final = "seen"
AGAIN: Final = "again"
SHOWN: Final = 20
"""How many firms of a group the preview names."""


def notify(request: HttpRequest, listing: str) -> HttpResponse:
    """Firms of a list: chosen there, looked at here, then told."""
    found = ground_listings.listings.find(listing)
    if found is None or listing not in queries.listings():
        raise Http404
    actor = pages.actor_of(request)
    given = picked(request, found, MOST)
    back = _back(found, given)
    if given.total > MOST:
        told = _("筛选出%(total)s行，一次最多通知%(most)s行。请加筛选条件，分几次做。")
        messages.warning(request, told % {"total": f"{given.total:,}", "most": f"{MOST:,}"})
        return redirect(back)
    again = AGAIN in request.POST
    preview = queries.preview(actor, listing, given.keys, again=again)
    if not (preview.comes or preview.again or preview.left):
        messages.warning(request, _("没有选中您管辖的在营企业。请在列表里勾选后再点。"))
        return redirect(back)
    seen = digest(preview.seen())
    asked = "confirm" in request.POST
    initial = {"sender": queries.bureau_of(actor)}
    form = NotifyForm(request.POST if asked else None, initial=initial)
    if asked and request.POST.get(SEEN) != seen:
        messages.warning(request, _("预览之后有变动，还没有通知。请看新的预览再确认。"))
    elif asked and form.is_valid():
        chosen = Chosen(listing, str(found.name), given.told, given.keys)
        try:
            made = services.send(actor, chosen, form.head(again=again))
        except ValidationError as error:
            pages.tell_errors(form, error)
        else:
            told = _("已通知%(firms)s。没有账号的请打电话或发书面通知，再登记已告知。")
            messages.success(request, told % {"firms": firms(made.firms)})
            return redirect("policies:sending", made.pk)
    context = {
        "listing": found, "form": form, "given": given, "seen": seen, "back": back,
        "asked_again": again, "days": queries.again_days(), "preview": preview,
        "groups": list(_groups(preview)), "sample": _sample(preview), "footer": wording.FOOTER,
        "shown": SHOWN,
    }  # fmt: skip
    return render(request, "policies/notify.html", context)


def _back(listing: Listing, given: Picked) -> str:
    code = listing.code
    if code.startswith(queries.LADDER):
        url = reverse("policies:rung", args=[code.removeprefix(queries.LADDER)])
    else:
        routes = {queries.CHANGES: "changes", queries.GOAL_FIRMS: "goal_firms"}
        url = reverse(f"policies:{routes[code]}")
    return f"{url}?{given.query}" if given.query else url


def _groups(preview: queries.Preview) -> Iterator[tuple[str, Text, Any]]:
    yield "reached", _("送到企业端账号"), preview.reached
    yield "unreached", _("没有账号，用电话名单或书面通知告知"), preview.unreached


def _sample(preview: queries.Preview) -> list[wording.Words]:
    """What the first firm of each kind of cause is told."""
    found: dict[str, wording.Words] = {}
    for each in preview.comes:
        for words in each.words:
            found.setdefault(queries.kind_of(words), words)
    return list(found.values())


# --- what was sent


def sendings(request: HttpRequest) -> HttpResponseBase:
    """All sendings in reach."""
    acts = [pages.Act(_("企业收到的通知"), reverse("policies:firm_messages"))]
    return list_page(request, SENDINGS, "registry/records.html", acts=acts)


def firm_messages(request: HttpRequest) -> HttpResponseBase:
    """What firms in reach were told, and who of them still has to be."""
    acts = [pages.Act(_("已发的通知"), reverse("policies:sendings"))]
    return list_page(request, FIRM_MESSAGES, "registry/records.html", acts=acts)


def _seen(request: HttpRequest, pk: int) -> FirmSending:
    return get_object_or_404(queries.sendings(pages.actor_of(request)), pk=pk)


def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """One sending: who got it, who is still to be told, in which words."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    mine = queries.messages(actor).filter(sending=row)
    counts = queries.counts(mine)
    acts: list[pages.Act] = []
    if counts["open"]:
        if actor.reach("secret.reveal") is not None:
            acts.append(pages.Act(_("电话名单（Excel）"), _to("sending_phones", row)))
        acts.append(pages.Act(_("书面通知（Word）"), _to("sending_letters", row)))
    base = f"{reverse('policies:firm_messages')}?sending={row.pk}"
    acts.append(pages.Act(_("逐家查看和导出"), base))
    facts: list[tuple[Text, object]] = [
        (_("名单"), row.listing_name),
        (_("条件"), row.conditions or _("勾选的企业")),
        (_("企业"), firms(row.firms)),
        *(
            (REACHED[way], pages.link(f"{base}&reached={way}", firms(count)))
            for way, count in counts.items()
        ),
        (_("落款"), row.sender),
        (_("联系人和电话"), row.contact),
        (_("补充说明"), row.note),
        (_("含近期已通知的"), _("是") if row.again else _("否")),
        (_("发送"), f"{row.sent_name} {timezone.localtime(row.sent_at):%Y-%m-%d %H:%M}"),
    ]
    first = mine.order_by("pk").first()
    texts = [] if first is None else [
        pages.Section(
            "text", _("通知的样子"), (_("企业"), _("事由"), _("内容")),
            [(first.party.name, first.title, first.text)],
            lead=_("各家的内容按自己的数据各不相同；这是第一家的。结尾都有：") + wording.FOOTER,
        )
    ]  # fmt: skip
    name = _("通知企业：%(listing)s") % {"listing": row.listing_name}
    head = pages.Head(name, None, acts)
    return pages.record_page(request, head, facts, texts, SourceRef("firm_sending", str(row.pk)))


def _to(route: str, row: FirmSending) -> str:
    return reverse(f"policies:{route}", args=[row.pk])


def phones(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The telephone list of who is still to be told, for a reason that is kept."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    form = PhonesForm(pages.given(request))
    if request.method == "POST" and form.is_valid():
        try:
            content = services.phone_list(actor, row, form.cleaned_data["reason"])
        except ValidationError as error:
            pages.tell_errors(form, error)
        else:
            return attachment(io.BytesIO(content), f"{_('电话名单')}-{row.pk}.xlsx")
    context = {
        "title": _("电话名单"), "form": form, "cancel": _to("sending", row),
        "lead": _("没有账号的企业、联系人和电话。取走会记入审计。"), "button": _("下载"),
        "danger": False,
    }  # fmt: skip
    return render(request, "registry/task.html", context)


def letters(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A letter for each firm that is still to be told."""
    actor, row = pages.actor_of(request), _seen(request, pk)
    try:
        content = services.letters(actor, row)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("policies:sending", row.pk)
    return attachment(io.BytesIO(content), f"{_('书面通知')}-{row.pk}.docx")


def told(request: HttpRequest) -> HttpResponse:
    """Firms without an account that were told by telephone, letter or visit."""
    actor = pages.actor_of(request)
    given = picked(request, FIRM_MESSAGES, MOST)
    rows = queries.reached_is(queries.messages(actor).filter(pk__in=given.keys), "open")
    keys = tuple(rows.order_by("pk").values_list("pk", flat=True))
    back = f"{reverse('policies:firm_messages')}?reached=open"
    if not keys:
        messages.warning(request, _("没有选中待告知的企业。请筛选“待告知”，勾选后再点。"))
        return redirect(back)
    asked = request.POST if "way" in request.POST else None
    form = ToldForm(asked, actor=actor, initial={"selected": joined(keys)})

    def act(form: ToldForm) -> tuple[str, str]:
        data = form.cleaned_data
        count = services.told_otherwise(actor, keys, data["way"], data["on"])
        return _("已登记%(count)s条。") % {"count": count}, back

    lead = _("选中了%(count)s条待告知的通知。") % {"count": len(keys)}
    return pages.task_page(request, _("登记已告知"), form, act, back, lead=lead)


# --- the firm


def own_messages(request: HttpRequest) -> HttpResponseBase:
    """What the firm was told."""
    return list_page(request, OWN_MESSAGES, "registry/records.html", acts=[])


def message(request: HttpRequest, sending: int) -> HttpResponse:
    """What the firm was told in one sending."""
    actor = pages.actor_of(request)
    rows = list(queries.own_messages(actor).filter(sending=sending).order_by("pk"))
    if not rows:
        raise Http404
    context = {
        "rows": rows, "sending": rows[0].sending, "footer": wording.FOOTER,
        "diagnosis_url": reverse("policies:diagnosis", args=[rows[0].party.code]),
    }  # fmt: skip
    return render(request, "policies/message.html", context)

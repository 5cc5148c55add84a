"""Pages of what comes out of filings: certificates, the county's letter and list, the stock."""

from __future__ import annotations

import io
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.filings import letters
from kechuang.office.filings.forms.filings import CertificatesForm, LetterForm
from kechuang.office.filings.models import Batch
from kechuang.office.filings.queries import figures, naming
from kechuang.office.filings.queries import stock as stocks
from kechuang.office.filings.queries.figures import list_address
from kechuang.office.filings.services import certificates as services
from kechuang.office.filings.services.certificates import Certificate
from kechuang.office.filings.stock import Change
from kechuang.office.filings.telling import EXPORT, VIEW, tell_batch
from kechuang.office.filings.views.shared import board_of, firms, seen, told_left
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.permissions import acting
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.regions.queries import choices, installation
from kechuang.office.registry import pages
from kechuang.office.registry.queries.organisations import addresses
from kechuang.office.registry.standing import options

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHANGES: Final = {
    Change.NEW: gettext_lazy("新增"),
    Change.REGAINED: gettext_lazy("失效后重新取得"),
    Change.MOVED_IN: gettext_lazy("迁入"),
    Change.LAPSED: gettext_lazy("到期未续"),
    Change.CANCELLED: gettext_lazy("取消、注销"),
    Change.MOVED_OUT: gettext_lazy("迁出"),
}


def certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the certificates of a batch: what holds for all, and a number for each firm."""
    actor, batch = pages.actor_of(request), seen(request, pk)
    rows = figures.waiting(actor, batch)
    initial = {"issued_on": timezone.localdate()}
    form = CertificatesForm(pages.given(request), actor=actor, rows=rows, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            given, strange = _given(actor, form)
            if not given:
                told = _("还没有填证书编号。请在表里填，或粘贴两列。")
                raise ValidationError({"text": told})
            done = services.issue(actor, batch, given, form.cleaned_data["document"])
        except ValidationError as error:
            pages.tell_errors(form, error)
        else:
            left = {**done.left, **strange}
            if done.done:
                told = _("已登记%(firms)s的证书，称号已进档案。")
                messages.success(request, told % {"firms": firms(len(done.done))})
            if left:
                told = _("%(firms)s没有登记：%(why)s。")
                why = told_left(left)
                messages.warning(request, told % {"firms": firms(len(left)), "why": why})
            return redirect(list_address(batch, reached="certified"))
    context = {"batch": batch, "form": form, "rows": rows, "back": board_of(batch)}
    return render(request, "filings/certificates.html", context)


def _given(actor: Actor, form: CertificatesForm) -> tuple[list[Certificate], dict[str, str]]:
    """The certificates that were filled in, and lines of the pasted list that name no firm."""
    data = form.cleaned_data
    numbers = form.written()
    strange: dict[str, str] = {}
    for line in naming.resolve(actor, naming.lines_of(data["text"])):
        if line.party is None:
            strange[line.text] = line.why
        elif not line.rest:
            strange[line.text] = _("这一行没有证书编号")
        else:
            numbers.setdefault(line.party.code, line.rest[0][:60])
    found = [
        Certificate(code, number, data["issued_on"], data["expires_on"])
        for code, number in numbers.items()
    ]
    return found, strange


def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The county's letter as Word, or its list as Excel."""
    actor, batch = pages.actor_of(request), seen(request, pk)
    here = installation()
    initial = {
        "sender": here.name if here else "", "on": timezone.localdate(), "contact": actor.name,
    }  # fmt: skip
    form = LetterForm(pages.given(request), actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        rows = _recommended(actor, batch, data["number"])
        if rows:
            return _file(actor, batch, rows, data)
        told = _("没有待推荐的企业：没有企业在“提交”，也没有按这个文号推荐过的。")
        form.add_error(None, told)
    waiting = len(figures.to_recommend(actor, batch))
    lead = _("“%(name)s”现有%(firms)s已提交、待推荐。出函后请在列表里把它们推进到“县推荐”。") % {
        "name": batch.name, "firms": firms(waiting),
    }  # fmt: skip
    context = {
        "title": _("推荐函和汇总表"), "form": form, "cancel": board_of(batch), "lead": lead,
        "button": _("下载"), "danger": False,
    }  # fmt: skip
    return render(request, "registry/task.html", context)


def _recommended(actor: Actor, batch: Batch, number: str) -> list[letters.Recommended]:
    rows = figures.recommended_by(actor, batch, number) if number else []
    return [
        letters.Recommended(
            each.party.name, each.party.code, each.party.region.name,
            str(each.get_kind_display()), each.number, each.note,  # type: ignore[attr-defined]
        )
        for each in rows or figures.to_recommend(actor, batch)
    ]  # fmt: skip


def _file(actor: Actor, batch: Batch, rows: list[letters.Recommended], data: Any) -> FileResponse:
    notice = f"{batch.notice_number}文件" if batch.notice_number else ""
    told = letters.Letter(
        programme=batch.programme_name, year=batch.year, notice=notice,
        addressee=data["addressee"], sender=data["sender"], number=data["number"], on=data["on"],
        contact=data["contact"], phone=data["phone"],
    )  # fmt: skip
    as_word = data["kind"] == "letter"
    now = timezone.localtime()
    content = letters.word(told, rows, now) if as_word else letters.workbook(told, rows)
    with acting(actor, EXPORT):
        changes = {"document": (None, told.number), "rows": (None, len(rows))}
        tell_batch(actor, "batch.letter", batch, changes)
    name = f"{told.subject}.docx" if as_word else f"{told.list_name}.xlsx"
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name,
        content_type=WORD if as_word else EXCEL,
    )  # fmt: skip


def stock(request: HttpRequest) -> HttpResponse:
    """The stock of a title in a region, what changed since a day, and the firms behind it."""
    actor = pages.actor_of(request)
    today = timezone.localdate()
    titles = options("titles", "title")
    title = request.GET.get("title", "")
    title = title if title in titles else "hnte"
    regions = list(choices(actor, VIEW))
    region = next((each for each in regions if each.code == request.GET.get("region")), None)
    region = region or (min(regions, key=lambda each: len(each.path)) if regions else None)
    since = _day(request.GET.get("since", ""), date(today.year - 1, 12, 31))
    until = _day(request.GET.get("until", ""), today)
    context: dict[str, Any] = {
        "titles": titles.items(), "title": title, "region": region,
        "regions": [(each.code, each.name) for each in regions],
        "since": since, "until": max(until, since),
    }  # fmt: skip
    if region is not None:
        context |= _stock(request, title, region, since, max(until, since))
    return render(request, "filings/stock.html", context)


def _stock(
    request: HttpRequest, title: str, region: Region, since: date, until: date
) -> dict[str, Any]:
    histories = stocks.histories(title)
    before = stocks.pure.stock(histories, region.path, since)
    after = stocks.pure.stock(histories, region.path, until)
    changed = stocks.pure.flow(histories, region.path, since, until)
    asked = {
        "title": title, "region": region.code, "since": since.isoformat(),
        "until": until.isoformat(),
    }  # fmt: skip
    shown = request.GET.get("show", "")
    lists: dict[str, list[tuple[int, date | None]]] = {
        "valid": [(party, None) for party in after.valid],
        "awaiting": [(party, None) for party in after.awaiting],
        **{str(change): list(changed.changes[change]) for change in Change},
    }
    names = {**CHANGES, "valid": _("有效"), "awaiting": _("到期待发证")}
    return {
        "before": len(before.held),
        "after": len(after.held),
        "net": f"{changed.net:+,}",
        "rows": [
            (code, names[code], len(rows), f"?{urlencode({**asked, 'show': code})}#firms")
            for code, rows in lists.items()
        ],
        "shown": names.get(shown, ""),
        "firms": _firms(pages.actor_of(request), lists.get(shown, [])),
    }


def _firms(
    actor: Actor, rows: list[tuple[int, date | None]]
) -> list[tuple[Party, date | None, str | None]]:
    """The firms behind a number, with the way to the dossiers that the actor may open."""
    parties = Party.objects.select_related("region").in_bulk([party for party, _day in rows])
    links = addresses(actor, [each.code for each in parties.values()])
    found = [(parties[party], day, links.get(parties[party].code)) for party, day in rows]
    return sorted(found, key=lambda each: (each[0].region.path, each[0].name))


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise

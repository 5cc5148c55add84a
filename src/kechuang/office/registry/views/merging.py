"""The pages of records that look like one: the pairs, the comparison, the merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.normalise import normalise_code
from kechuang.office.ground.showing import State
from kechuang.office.parties.models import Party
from kechuang.office.registry.care import likenesses
from kechuang.office.registry.forms.merging import GOES, STAYS, MergeForm, PairForm, UnlikeForm
from kechuang.office.registry.merging import RELATIONS, SPECIAL
from kechuang.office.registry.models import Organisation, Person, Unlike
from kechuang.office.registry.pages import tell_errors
from kechuang.office.registry.queries import duplicates
from kechuang.office.registry.queries import merging as queries
from kechuang.office.registry.queries.merging import FieldPair, Mergeable, Plan
from kechuang.office.registry.services import merging as services
from kechuang.office.registry.services import unlikes

PAIRS_A_PAGE: Final = 10
UNLIKES_A_PAGE: Final = 50
STATES: Final[Mapping[str, tuple[str, Any]]] = {
    "same": ("done", gettext_lazy("相同")),
    "differ": ("late", gettext_lazy("不同")),
    "official": ("late", gettext_lazy("不同")),
    "only_stays": ("normal", gettext_lazy("一方未填")),
    "only_goes": ("normal", gettext_lazy("一方未填")),
}


def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs of records that look like one, likeliest first, side by side."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    of_people = request.GET.get("of") == "people"
    found = duplicates.people(actor) if of_people else duplicates.organisations(actor)
    reason = request.GET.get("reason", "")
    offered = {each.code: each for pair in found for each in pair.reasons}
    reasons = [offered[code] for code in likenesses() if code in offered]
    if reason in offered:
        found = [pair for pair in found if offered[reason] in pair.reasons]
    page = Paginator(found, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "of_people": of_people,
        "page": page,
        "total": len(found),
        "reasons": reasons,
        "reason": reason if reason in offered else "",
        "pairs": list(_shown(actor, page.object_list, of_people=of_people)),
    }
    return render(request, "registry/duplicates.html", context)


def merge(request: HttpRequest) -> HttpResponse:
    """Compare two records, choose which goes on, see what would move, and make them one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    pair = _pair(actor, request.GET)
    if pair is None:
        return _choose(request)
    stays, goes = pair
    plan = queries.plan(goes, stays)
    form = MergeForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.merge(actor, goes, stays, form.decision())
        except services.Stale as stale:
            messages.error(request, str(stale))
            form = MergeForm(
                plan=queries.plan(goes, stays), initial={"reason": form.data["reason"]}
            )
        except ValidationError as error:
            tell_errors(form, error)
        else:
            words = _(
                "“%(goes)s”已并入“%(stays)s”，移过来%(count)d条记录；原地址会转到保留的档案。"
            )
            said = {"goes": goes.party.name, "stays": stays.party.name}
            messages.success(request, words % {**said, "count": sum(done.moved.values())})
            return redirect("registry:merged", pk=done.pk)
    return render(request, "registry/merge.html", _merge_context(plan, form))


def merged(request: HttpRequest, pk: int) -> HttpResponse:
    """What one merge did: what moved, what gave way, what was written."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = get_object_or_404(queries.visible(actor), pk=pk)
    names = {each.key: each.name for each in RELATIONS} | dict(SPECIAL)
    context = {
        "merge": row,
        "stays_url": queries.merged_address(actor, row.goes.code),
        "moved": [(names.get(key, key), count) for key, count in row.moved.items()],
        "kept": [_kept(each, names) for each in row.kept],
        "filled": [
            (names.get(each["relation"], ""), _column(each), each["from"], each["to"])
            for each in row.filled
        ],
    }
    return render(request, "registry/merged.html", context)


def unlike(request: HttpRequest) -> HttpResponse:
    """Say of two records that they are not the same."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    pair = _pair(actor, request.GET)
    if pair is None:
        return redirect("registry:duplicates")
    one, other = pair
    form = UnlikeForm(request.POST or None)
    of_people = isinstance(one, Person)
    back = reverse("registry:duplicates") + ("?of=people" if of_people else "")
    if request.method == "POST" and form.is_valid():
        try:
            unlikes.mark_unlike(actor, one.party, other.party, form.cleaned_data["reason"])
        except ValidationError as error:
            tell_errors(form, error)
        else:
            words = _("“%(one)s”与“%(other)s”已记为不是同一家，不再提示。")
            said = {"one": one.party.name, "other": other.party.name}
            messages.success(request, words % said)
            return redirect(back)
    context = {"form": form, "one": one, "other": other, "back": back}
    return render(request, "registry/unlike.html", context)


def unlike_list(request: HttpRequest) -> HttpResponse:
    """The pairs that somebody marked as not the same."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(duplicates.unlikes(actor), UNLIKES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "registry/unlikes.html", {"page": page, "rows": page.object_list})


def unlike_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mark back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row: Unlike = get_object_or_404(duplicates.unlikes(actor), pk=pk)
    unlikes.lift_unlike(actor, row)
    words = _("已撤销认定，“%(one)s”与“%(other)s”会重新提示。")
    messages.success(request, words % {"one": row.party.name, "other": row.other.name})
    return redirect("registry:unlikes")


# --- parts of the pages


def _pair(actor: Actor, given: Any) -> tuple[Mergeable, Mergeable] | None:
    """The record that stays and the one that goes, as the address names them.

    None where it names none; raises `Http404` for what the actor does not reach.
    """
    codes = [normalise_code(given.get(name, "")) for name in (STAYS, GOES)]
    if not all(codes):
        return None
    for rows in (duplicates.mergeable(actor), duplicates.mergeable_people(actor)):
        found = {
            row.party.code.upper(): row for row in rows.filter(party__code__in=_spelled(given))
        }
        if len(found) == 2:
            return found[codes[0]], found[codes[1]]
    raise Http404


def _spelled(given: Any) -> list[str]:
    """Codes as they were given and in capital letters: those of credit codes are."""
    texts = [given.get(name, "").strip() for name in (STAYS, GOES)]
    return [*texts, *(normalise_code(text) for text in texts)]


def _choose(request: HttpRequest) -> HttpResponse:
    """Ask which two records; what is not found is said."""
    asked = any(request.GET.get(name) for name in (STAYS, GOES))
    form = PairForm(request.GET if asked else None)
    return render(request, "registry/merge_choose.html", {"form": form})


def _address(route: str, stays: Mergeable, goes: Mergeable) -> str:
    return f"{reverse(route)}?{STAYS}={stays.party.code}&{GOES}={goes.party.code}"


def _record_address(record: Mergeable) -> str:
    route = "registry:organisation" if isinstance(record, Organisation) else "registry:person"
    return reverse(route, args=[record.party.code])


def _head(record: Mergeable) -> dict[str, Any]:
    party = record.party
    return {
        "name": party.name,
        "code": party.code,
        "region": party.region.name,
        "url": _record_address(record),
    }


def _compared(stays: Mergeable, goes: Mergeable, fields: Iterable[FieldPair]) -> list[Any]:
    """Rows of a comparison: name, what each says, and in a word how they stand to each other."""
    own = [
        (_("名称"), stays.party.name, goes.party.name),
        (_("代码"), stays.party.code, goes.party.code),
        (_("区划"), stays.party.region.name, goes.party.region.name),
    ]
    heads = [
        {"name": name, "stays": one, "goes": other, "state": _state(one, other), "code": ""}
        for name, one, other in own
    ]
    return heads + [
        {
            "name": each.name,
            "stays": each.stays,
            "goes": each.goes,
            "state": State(*STATES[each.state]),
            "code": each.code if each.state == "differ" else "",
            "official": each.state == "official",
            "taken": each.state == "only_goes",
        }
        for each in fields
    ]


def _state(one: str, other: str) -> State:
    return State(*STATES["same" if one == other else "differ"])


def _shown(actor: Actor, pairs: Any, *, of_people: bool) -> Iterable[dict[str, Any]]:
    """The pairs of a page with their records side by side."""
    keys = {key for pair in pairs for key in (pair.first, pair.second)}
    rows: Any = duplicates.mergeable_people(actor) if of_people else duplicates.mergeable(actor)
    if not of_people:
        rows = rows.select_related("parent")
    records: dict[int, Mergeable] = rows.in_bulk(keys)
    for pair in pairs:
        one, other = records[pair.first], records[pair.second]
        stays, goes = (other, one) if _is_better(other, one) else (one, other)
        yield {
            "stays": _head(stays),
            "goes": _head(goes),
            "reasons": pair.reasons,
            "rows": _compared(stays, goes, queries.compared(goes, stays)),
            "merge": _address("registry:merge", stays, goes),
            "unlike": _address("registry:unlike", stays, goes),
        }


def _is_better(one: Mergeable, other: Mergeable) -> bool:
    """Whether a record is the one to keep: it has the credit code and the other has none."""
    if isinstance(one, Organisation) and isinstance(other, Organisation):
        return bool(one.credit_code) and not other.credit_code
    return False


def _merge_context(plan: Plan, form: MergeForm) -> dict[str, Any]:
    chosen = {name.removeprefix("choice-") for name, value in form.data.items() if value == GOES}
    rows = _compared(plan.stays, plan.goes, plan.fields)
    for row in rows:
        row["chosen"] = bool(row["code"]) and row["code"] in chosen
    return {
        "form": form,
        "stays": _head(plan.stays),
        "goes": _head(plan.goes),
        "rows": rows,
        "moving": plan.moving,
        "clashes": [(pair, pair.key in chosen) for pair in plan.pairs],
        "doubts": plan.doubts,
        "swapped": _address("registry:merge", plan.goes, plan.stays),
        "unlike": _address("registry:unlike", plan.stays, plan.goes),
        "back": reverse("registry:duplicates"),
    }


def _kept(row: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """A row that gave way: what it said, without what it did not know."""
    told = [
        (queries.column_name(row["relation"], column), value)
        for column, value in row["values"].items()
        if value not in (None, "") and not column.endswith("_id")
    ]
    return {"name": names.get(row["relation"], row["relation"]), "values": told}


def _column(change: Mapping[str, Any]) -> Any:
    return queries.column_name(change["relation"], change["column"])


def moved(request: HttpRequest, code: str) -> HttpResponse | None:
    """The way to the record that took up the one of this code, with a note; None where none did."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    party = Party.objects.filter(code=code).first()
    stays = queries.survivor_of(party) if party else None
    address = queries.merged_address(actor, code)
    if party is None or stays is None or address is None:
        return None
    words = _("“%(goes)s”（%(code)s）已并入“%(stays)s”，这里是保留的档案。")
    said = {"goes": party.name, "code": party.code, "stays": stays.name}
    messages.info(request, words % said)
    return redirect(address)

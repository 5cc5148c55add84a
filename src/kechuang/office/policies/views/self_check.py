"""The page that needs no sign-in: a few facts in, which rules could apply out, nothing kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kechuang.office.ground.rates import seconds_left, within
from kechuang.office.ground.showing import State
from kechuang.office.policies.forms.self_check import SelfCheckForm
from kechuang.office.policies.queries import documents as document_queries
from kechuang.office.policies.queries import self_check as queries
from kechuang.office.policies.queries.diagnosis import KINDS
from kechuang.office.policies.queries.self_check import Answer
from kechuang.office.regions.queries import installation
from kechuang.office.registry import pages

FEW: Final = 8
"""So many missing facts are named at once; more are folded."""
GROUPS: Final = (
    ("符合", "applies", _("按所填事实，符合"), State("done", _("符合"))),
    ("缺数据", "may", _("可能符合，还要知道下列事实"), State("soon", _("可能符合"))),
    ("不符合", "not", _("按所填事实，不符合"), State("late", _("不符合"))),
)


@never_cache
@sensitive_post_parameters()
def self_check(request: HttpRequest) -> HttpResponse:
    """Ask, answer and forget. Answers come to a POST only: no fact stands in an address."""
    here = installation()
    if here is None or not here.enterprise_pages:
        raise Http404
    day, root = timezone.localdate(), here.root.path
    known = queries.askable(root, day)
    first = queries.asked_first(root, day)
    if request.method != "POST":
        form = _form(None, root, first, day)
        return render(request, "policies/self_check.html", {"form": form, "answered": False})
    shown = [*first, *(name for name in known if name in request.POST and name not in first)]
    form = _form(request.POST, root, shown, day)
    if not within("self-check", pages.actor_of(request).address, settings.SELF_CHECK_RATE):
        return _too_often(request, form)
    context: dict[str, Any] = {"form": form, "answered": form.is_valid()}
    if form.is_valid():
        path = form.cleaned_data["region"].path
        found = queries.answers(path, day, form.facts())
        more = queries.asked_more(found, frozenset(shown), root, day)
        context |= {
            "form": _form(request.POST, root, [*shown, *more], day),
            "more": len(more),
            "place": form.cleaned_data["region"].name,
            "as_of": day,
            "groups": _groups(found, path),
        }
    return render(request, "policies/self_check.html", context)


def _too_often(request: HttpRequest, form: SelfCheckForm) -> HttpResponse:
    """What was typed stays; when to go on is told in words and to programs."""
    wait = seconds_left()
    told = _("您所在的网络地址一分钟内算了%(most)d次，先停一停。请过%(wait)d秒再点，所填内容还在。")
    form.add_error(None, told % {"most": settings.SELF_CHECK_RATE, "wait": wait})
    context = {"form": form, "answered": False}
    answer = render(
        request, "policies/self_check.html", context, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    answer.headers["Retry-After"] = str(wait)
    return answer


def _form(given: Any, root: str, names: list[str], day: Any) -> SelfCheckForm:
    known = queries.askable(root, day)
    columns = [known[name] for name in names]
    return SelfCheckForm(given, root=root, columns=columns, day=day)


def _groups(found: list[Answer], path: str) -> list[dict[str, Any]]:
    """The answers by what they say; those that may apply with the fewest open facts in front."""
    documents = document_queries.of_rules([each.rule.id for each in found], path)
    groups = []
    for verdict, code, name, state in GROUPS:
        mine = [each for each in found if each.verdict == verdict]
        mine.sort(key=lambda each: len(each.missing))
        rows = [
            {
                "answer": each,
                "kind": KINDS[each.rule.kind],
                "state": state,
                "few": each.missing if len(each.missing) <= FEW else (),
                "written": [f"{one.title} {one.number}".strip() for one in each.rule.documents],
                "documents": [
                    (one, document_queries.state_of(one)) for one in documents.get(each.rule.id, ())
                ],
            }
            for each in mine
        ]
        groups.append({"code": code, "name": name, "rows": rows})
    return groups

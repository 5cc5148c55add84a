"""The page on which a masked value is shown, once, to somebody who says why."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from kechuang.office.ground.actors import Actor
from kechuang.office.ground.secret_forms import RevealForm
from kechuang.office.ground.secrets import Found, Revealable, SecretError, reveal, revealables
from kechuang.office.ground.slots import SourceRef


@never_cache
@sensitive_variables("found", "value")
def reveal_page(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Ask for the reason; after it, show the value. Neither the page nor the value is kept."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kind, found = _found(actor, code, key)
    form = RevealForm(request.POST or None)
    value = ""
    if request.method == "POST" and form.is_valid():
        source = SourceRef(kind.kind, key)
        try:
            value = reveal(
                actor, source, kind.field, found.value, form.cleaned_data["reason"],
                place=found.place,
            )  # fmt: skip
        except SecretError as error:
            form.add_error("reason", ValidationError(str(error)))
    context = {"kind": kind, "name": found.name, "back": found.back, "form": form, "value": value}
    return render(request, "ground/reveal.html", context)


def _found(actor: Actor, code: str, key: str) -> tuple[Revealable, Found]:
    kind = revealables.find(code)
    found = kind.load(actor, key) if kind else None
    if kind is None or found is None:
        raise Http404
    return kind, found

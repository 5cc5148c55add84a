"""Reading typical cases: figures, proof, claims, uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.desk.claiming.claims import Claim, claims
from kechuang.office.desk.models import Case, CaseFigure, CaseProof, CaseUse
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import enumerated
from kechuang.office.ground.slots import Hit

VIEW: Final = "case.view"
MANAGE: Final = "case.manage"
CHECK: Final = "case.check"


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with all that belongs to it, and its claims, each with whether it is proved."""

    case: Case
    figures: list[CaseFigure]
    proofs: list[CaseProof]
    uses: list[CaseUse]
    claims: list[tuple[Claim, CaseProof | None]]

    @property
    def lacking(self) -> list[str]:
        """What must be there before the case may be used, in sentences."""
        found = []
        if not self.figures:
            found.append(_("还没有数字。请至少登记一个带来源和日期的数字。"))
        if not self.proofs:
            found.append(_("还没有佐证。请加入能证明成效的文件。"))
        open_claims = [claim for claim, proof in self.claims if proof is None]
        if open_claims:
            told = _("这些说法还没有来源：%(claims)s。请加入佐证，或改写。")
            words = enumerated(f"“{claim.scope}{claim.word}”" for claim in open_claims)
            found.append(told % {"claims": words})
        return found


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases that an actor may see, with region and organisation."""
    return limit(_rows(), actor, VIEW)


def changeable(actor: Actor) -> QuerySet[Case]:
    """The cases that an actor may write."""
    return limit(_rows(), actor, MANAGE)


def checkable(actor: Actor) -> QuerySet[Case]:
    """The cases of which an actor may say that they can be used."""
    return limit(_rows(), actor, CHECK)


def whole(case: Case) -> Whole:
    """A case with all that belongs to it."""
    proofs = list(CaseProof.objects.filter(case=case).select_related("file", "document__file"))
    by_claim = {proof.claim: proof for proof in proofs if proof.claim}
    once = {claim.key: claim for claim in claims(case.text)}
    return Whole(
        case,
        list(CaseFigure.objects.filter(case=case)),
        proofs,
        list(CaseUse.objects.filter(case=case)),
        [(claim, by_claim.get(key)) for key, claim in once.items()],
    )


def with_uses(rows: QuerySet[Case]) -> QuerySet[Any]:
    """The cases with how often each was used."""
    return rows.annotate(uses=Count("caseuse"))


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The cases by a part of the title, the text or the name of the organisation."""
    return rows.filter(
        Q(title__icontains=text)
        | Q(practice__icontains=text)
        | Q(effect__icontains=text)
        | Q(party__name__icontains=text)
    )


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for row in visible(actor).filter(title__icontains=text).order_by("-pk")[:most]:
        url = reverse("desk:case", args=[row.pk])
        yield Hit(row.title, gettext_lazy("典型案例"), url, row.region.name)


def address(actor: Actor, key: str) -> str | None:
    """Where a case is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return reverse("desk:case", args=[key])
    return None


def _rows() -> QuerySet[Case]:
    return Case.objects.select_related("region", "party")

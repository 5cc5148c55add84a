"""Reading letters, their tasks and replies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.queries import in_force
from kechuang.office.desk.models import Letter, LetterReply, LetterTask
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.scopes import limit
from kechuang.office.ground.showing import State
from kechuang.office.ground.slots import Hit, Item

VIEW: Final = "incoming.view"
MANAGE: Final = "incoming.manage"
ANSWER: Final = "incoming.answer"
SOON_DAYS: Final = 3
"""A letter that is due within so many days is 临期."""
MORNING_DAYS: Final = 14

STANDINGS: Final = {
    "todo": gettext_lazy("待办"),
    "soon": gettext_lazy("临期"),
    "late": gettext_lazy("逾期"),
    "done": gettext_lazy("完成"),
}


def visible(actor: Actor) -> QuerySet[Letter]:
    """The letters that an actor may see: of the region, or those that were given to them."""
    return limit(Letter.objects.select_related("region", "file"), actor, VIEW)


def changeable(actor: Actor) -> QuerySet[Letter]:
    """The letters that an actor may handle."""
    return limit(Letter.objects.select_related("region", "file"), actor, MANAGE)


def own_tasks(actor: Actor) -> QuerySet[LetterTask]:
    """The open tasks that an actor may answer, with letter and person."""
    rows = LetterTask.objects.select_related("letter__region", "user").filter(done_at=None)
    return limit(rows, actor, ANSWER)


def tasks_of(letter: Letter) -> list[LetterTask]:
    """Who got a letter, with the person."""
    return list(LetterTask.objects.filter(letter=letter).select_related("user").order_by("pk"))


def replies_of(letter: Letter) -> list[LetterReply]:
    """What was sent up, newest first."""
    return list(LetterReply.objects.filter(letter=letter).select_related("file"))


def standing_is(rows: QuerySet[Any], standing: str, day: date | None = None) -> QuerySet[Any]:
    """The letters that stand so on a day: today where none is said."""
    return rows.filter(_conditions(day or timezone.localdate())[standing])


def _conditions(today: date) -> dict[str, Q]:
    soon = today + timedelta(days=SOON_DAYS)
    return {
        "done": ~Q(done_on=None),
        "late": Q(done_on=None, due_on__lt=today),
        "soon": Q(done_on=None, due_on__gte=today, due_on__lte=soon),
        "todo": Q(done_on=None, due_on__gt=soon),
    }


def standing(due_on: date, done: bool, day: date | None = None) -> State:
    """How something that is due stands on a day, in words: what `standing_is` finds."""
    today = day or timezone.localdate()
    days = (due_on - today).days
    if done:
        return State("done", STANDINGS["done"])
    if days < 0:
        return State("late", _("逾期%(days)d天") % {"days": -days})
    if days <= SOON_DAYS:
        return State("soon", _("临期（还有%(days)d天）") % {"days": days})
    return State("todo", STANDINGS["todo"])


def people(actor: Actor) -> QuerySet[User]:
    """Who a letter can be given to: people at work whose role in the actor's region answers."""
    roles = [role.code for role in matrix().holders(ANSWER)]
    held = Membership.objects.filter(
        in_force(timezone.localdate()), role__in=roles, region__path__startswith=actor.region
    )
    rows = User.objects.filter(is_active=True, pk__in=held.order_by().values("user"))
    return rows.order_by("name", "username") if actor.reach(MANAGE) else rows.none()


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The letters by a part of title, number or issuer."""
    return rows.filter(
        Q(title__icontains=text) | Q(number__icontains=text) | Q(issuer__icontains=text)
    )


def find(actor: Actor, text: str, most: int) -> Iterator[Hit]:
    """What the search box finds here."""
    for row in search(visible(actor), text).order_by("-pk")[:most]:
        yield Hit(row.title, gettext_lazy("来文"), _address(row.pk), row.number or row.issuer)


def address(actor: Actor, key: str) -> str | None:
    """Where a letter is seen, None where the actor may not."""
    if key.isdecimal() and visible(actor).filter(pk=key).exists():
        return _address(int(key))
    return None


def morning(actor: Actor) -> Iterator[Item]:
    """What waits this morning: one's own tasks, and letters of the region that are due."""
    today = timezone.localdate()
    if actor.reach(ANSWER):
        mine = LetterTask.objects.filter(done_at=None, user__username=actor.code)
        ahead = mine.filter(due_on__lte=today + timedelta(days=MORNING_DAYS))
        for row in ahead.select_related("letter").order_by("due_on", "pk")[:10]:
            state = standing(row.due_on, False).code
            yield Item(row.letter.title, _address(row.letter.pk), 1, row.due_on, state)
    if actor.reach(MANAGE):
        texts = {"late": _("来文逾期未办结"), "soon": _("来文临期，请催办")}
        conditions = _conditions(today)
        counts = visible(actor).aggregate(
            **{code: Count("pk", filter=conditions[code]) for code in texts}
        )
        for code, text in texts.items():
            if count := counts[code]:
                yield Item(text, f"{reverse('desk:incoming')}?standing={code}", count, state=code)


def _address(pk: int) -> str:
    return reverse("desk:incoming_letter", args=[pk])

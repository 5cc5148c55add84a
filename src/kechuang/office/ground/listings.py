"""What a list is, and what of it somebody asks for: filters, words, columns, order, page.

Everything asked for stands in the address, so that a list can be sent to a colleague, kept as a
view, and exported later by a job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, TypeVar

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from kechuang.office.ground.actors import Actor, Reach
from kechuang.office.ground.normalise import normalise, normalise_code
from kechuang.office.ground.slots import Text

WORDS: Final = "q"
SORT: Final = "sort"
COLUMN: Final = "column"
PAGE: Final = "page"
EXPORT: Final = "export"
LONGEST_WORDS: Final = 100
NOTHING: Final = gettext_lazy("这里还没有内容。")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `value` gives what a row shows, `link` where its name leads.

    `sort` is what the database orders by, empty where it cannot. Values may be text, numbers,
    dates, or a `showing.State`. Years and codes are text: only `number` sets thousands apart.
    A column with a `verb` is there only for those who have it. `placed` says that in its order the
    rows of a place stand together, as names do that begin with it.
    """

    code: str
    name: Text
    value: Callable[[Any], object]
    sort: str = ""
    align: Literal["text", "number", "date"] = "text"
    unit: Text = ""
    link: Callable[[Any], str | None] | None = None
    default: bool = True
    digits: int | None = None
    verb: str = ""
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that a reader may set; `apply` narrows the rows by the value they chose.

    A condition with a `verb` is there only for those who have it. `place` says that it leaves the
    rows of a place.
    """

    code: str
    name: Text
    kind: Literal["choice", "text", "date", "number"]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    choices: Callable[[Actor], Iterable[tuple[str, Text]]] | None = None
    verb: str = ""
    place: bool = False


@dataclass(frozen=True, slots=True)
class Bulk:
    """Something to do with the rows that were ticked: a button, sent to the address of a route.

    The request carries each row's key as `selected`; with `whole` it may carry the conditions of
    the list instead (`ground.bulk.picked` reads both). The button is shown to whoever has the verb.
    `arguments` are those of the route.
    """

    code: str
    name: Text
    route: str
    verb: str
    whole: bool = False
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. `queryset` gives what the actor may see, already limited and with what rows need.

    `sort` is the code of a column, or what the database orders by, with `-` for descending; of
    what is equal by it, `then` decides. `empty` says what to do when there is nothing at all.
    Without `export_verb` nothing is exported.
    `prepare` hears the rows of a page, or some thousand of an export, and the codes of the columns
    that will be shown: it fetches for all of them at once what the values of columns need.
    """

    code: str
    name: Text
    verb: str
    queryset: Callable[[Actor], QuerySet[Any]]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    sort: str = "-pk"
    then: tuple[str, ...] = ()
    page_size: int = 50
    empty: Text = NOTHING
    bulk: tuple[Bulk, ...] = ()
    export_verb: str = ""
    searched: Text = ""
    prepare: Callable[[Sequence[Any], frozenset[str]], None] | None = None

    @property
    def searchable(self) -> bool:
        """Whether there is a box for words; a template would call `search` itself."""
        return self.search is not None

    def column(self, code: str) -> Column | None:
        """The column of this code."""
        return next((each for each in self.columns if each.code == code), None)


class Registry:
    """The lists of all rooms by code, so that a job finds the one that it exports."""

    def __init__(self) -> None:
        self._filled: dict[str, Listing] = {}

    def fill(self, listing: Listing) -> None:
        """Put a list in; a code is taken once."""
        if listing.code in self._filled:
            raise ValueError(f"listing {listing.code!r} is there already: choose another code")
        self._filled[listing.code] = listing

    def find(self, code: str) -> Listing | None:
        """The list of this code."""
        return self._filled.get(code)

    def __iter__(self) -> Iterator[Listing]:
        return iter(self._filled.values())


listings: Final = Registry()


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter as it is asked for: its value, its choices, and what is wrong with the value."""

    filter: Filter
    value: str
    choices: tuple[tuple[str, Text], ...] = ()
    mistake: str = ""

    @property
    def told(self) -> str:
        """The value in the words of the page."""
        return next((str(name) for code, name in self.choices if code == self.value), self.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of a list."""

    listing: Listing
    actor: Actor
    words: str
    conditions: tuple[Condition, ...]
    columns: tuple[Column, ...]
    sort: str
    query: QueryDict

    @property
    def available(self) -> tuple[Column, ...]:
        """The columns that the actor may choose among."""
        return _allowed(self.listing.columns, self.actor)

    def prepared(self, rows: Iterable[Any]) -> Sequence[Any]:
        """Rows with what their columns need."""
        found = list(rows)
        if self.listing.prepare and found:
            self.listing.prepare(found, frozenset(each.code for each in self.columns))
        return found

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out by a condition."""
        return bool(self.words) or any(each.value for each in self.conditions)

    def rows(self) -> QuerySet[Any]:
        """The rows in their order; the key makes the order complete."""
        rows = self.listing.queryset(self.actor)
        for condition in self.conditions:
            if condition.value and not condition.mistake:
                rows = condition.filter.apply(rows, condition.value)
        if self.words and self.listing.search:
            rows = self.listing.search(rows, self.words)
        path, *rest = _order(self.listing, self.sort)
        if self._sorts():
            name = path.removeprefix("-")
            shown = Coalesce(name, name)
            return rows.order_by(shown.desc() if path.startswith("-") else shown.asc(), *rest)
        return rows.order_by(path, *rest)

    def _sorts(self) -> bool:
        """Whether to find the rows first and then to put them in order.

        A database that expects the rows of a place anywhere in an order walks along its index until
        a page is full. Where they stand together it walks past all that stand before them. What is
        computed is in no index, so that it cannot.
        """
        column = self.listing.column(self.sort.removeprefix("-"))
        if column is None or not column.placed:
            return False
        narrow = self.actor.reach(self.listing.verb) is Reach.REGION and self.actor.is_local
        return narrow or any(each.value and each.filter.place for each in self.conditions)

    def told(self) -> str:
        """The conditions in words, for the audit trail and the foot of an export."""
        parts = [
            f"{each.filter.name}{gettext('：')}{each.told}"
            for each in self.conditions
            if each.value and not each.mistake
        ]
        if self.words:
            parts.append(gettext("搜索：“%(words)s”") % {"words": self.words})
        return gettext("；").join(parts) or gettext("全部")

    def address(self, **changes: str | None) -> str:
        """The query of the same list with something else asked for; None takes a part away."""
        query = self.query.copy()
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        return f"?{query.urlencode()}" if query else "?"


def ask(listing: Listing, actor: Actor, given: QueryDict) -> Asked:
    """Read what an address asks for; what it cannot mean is left out."""
    words = normalise(given.get(WORDS, ""))[:LONGEST_WORDS] if listing.search else ""
    conditions = tuple(
        _condition(each, actor, given.get(each.code, ""))
        for each in _allowed(listing.filters, actor)
    )
    available = _allowed(listing.columns, actor)
    wanted = set(given.getlist(COLUMN))
    usual = tuple(each for each in available if each.default)
    columns = tuple(each for each in available if each.code in wanted) or usual
    asked_sort = given.get(SORT, "")
    column = listing.column(asked_sort.lstrip("-"))
    may_sort = column and column.sort and column in available
    sort = asked_sort if may_sort else listing.sort
    query = QueryDict(mutable=True)
    kept: Mapping[str, str] = {
        **({WORDS: words} if words else {}),
        **{each.filter.code: each.value for each in conditions if each.value},
        **({SORT: sort} if sort != listing.sort else {}),
    }
    for name, value in kept.items():
        query[name] = value
    if columns != usual:
        query.setlist(COLUMN, [each.code for each in columns])
    return Asked(listing, actor, words, conditions, columns, sort, query)


Shown = TypeVar("Shown", Column, Filter)


def _allowed(every: Iterable[Shown], actor: Actor) -> tuple[Shown, ...]:
    """Those that anybody may see, and those that this actor has the verb for."""
    return tuple(each for each in every if not each.verb or actor.reach(each.verb) is not None)


def _condition(each: Filter, actor: Actor, given: str) -> Condition:
    value = normalise(given)[:LONGEST_WORDS]
    if each.kind == "choice":
        choices = tuple(each.choices(actor)) if each.choices else ()
        known = value in {code for code, _ in choices}
        return Condition(each, value if known else "", choices)
    if not value or each.kind == "text":
        return Condition(each, value)
    value = normalise_code(given)[:LONGEST_WORDS].replace("/", "-")
    return Condition(each, value, mistake=_mistake(each, value))


def _mistake(each: Filter, value: str) -> str:
    try:
        if each.kind == "date":
            date.fromisoformat(value)
        elif not Decimal(value).is_finite():
            raise InvalidOperation
    except (ValueError, InvalidOperation):
        says = {
            "date": gettext("“%(name)s”写成“%(value)s”，读不出日期。请写作 2026-01-31。"),
            "number": gettext("“%(name)s”写成“%(value)s”，不是数字。请只写数字。"),
        }
        return says[each.kind] % {"name": each.name, "value": value}
    return ""


def _order(listing: Listing, sort: str) -> tuple[str, ...]:
    descending = sort.startswith("-")
    column = listing.column(sort.lstrip("-"))
    path = column.sort if column and column.sort else sort.lstrip("-")
    falling = descending != path.startswith("-")
    first = f"-{path.lstrip('-')}" if falling else path.lstrip("-")
    then = listing.then if sort == listing.sort else ()
    return (first,) if path == "pk" else (first, *then, "-pk" if descending else "pk")

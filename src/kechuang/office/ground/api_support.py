"""What all parts of the JSON API share: the shape of errors, pages of lists, types of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import wraps
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from ninja.operation import Operation
from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from kechuang.office.ground.actors import Actor

PAGE_SIZE = 100
PAGE_SIZE_MAX = 500
LARGEST_KEY = 2**63 - 1

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
# Control characters are in no name; PostgreSQL refuses the first of them with an error.
Line = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[^\u0000-\u001F\u007F]*$", strict=True)
]
Moment = Annotated[
    datetime,
    PlainSerializer(
        lambda at: at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        return_type=str,
    ),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def _day(value: object) -> object:
    """Only a text of the form 2026-01-31: the library would take a number for seconds."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError(str(_("写成 2026-01-31 的日期。")))
    return value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
Day = Annotated[date, BeforeValidator(_day)]

# What an enterprise or an officer writes as a number: exact, so a text.
Exact = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value.normalize(), "f"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
]


class Problem(Schema):
    """What went wrong: a code that stays the same, a sentence, and what it is about."""

    code: str
    message: str
    details: list[dict[str, Any]]


class ApiError(Exception):
    """A request cannot be answered; `code` is one of those that docs/office/api.md lists."""

    def __init__(
        self, code: str, details: Iterable[dict[str, Any]] = (), message: str | Promise = ""
    ) -> None:
        self.code = code
        self.details = list(details)
        self.message = message
        super().__init__(code)


def invalid(field: str, message: str | Promise) -> ApiError:
    """The error of one field."""
    return ApiError("invalid_input", [{"field": field, "message": message}])


@contextmanager
def conflicts(*kinds: type[Exception]) -> Generator[None]:
    """Tell as a conflict what a service answers to an act that comes too late or too early."""
    try:
        yield
    except kinds as conflict:
        raise ApiError("conflict", message=str(conflict)) from conflict


def answers(model: Any, *, status: int = 200) -> dict[Any, Any]:
    """The answers of an operation: its own, and the errors that every operation can give."""
    errors = (400, 401, 403, 404, 405, 409, 413, 415, 429, 500)
    return {status: model, frozenset(errors): Problem}


def acting_in(request: HttpRequest) -> Actor:
    """Who calls."""
    return request.actor  # type: ignore[attr-defined]


T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Page(Schema, Generic[T]):
    """A page of a list: `next` is the cursor of the page that follows, null on the last one."""

    items: list[T]
    next: str | None
    total: int | None


class PageQuery(Schema):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE
    # Whatever fits the pattern is a key that both databases can compare with.
    cursor: Annotated[str, StringConstraints(pattern=r"^(k[0-7][0-9a-f]{15})?$")] = ""
    total: bool = False


def page(
    queryset: QuerySet[M],
    query: PageQuery,
    show: Callable[[M], T],
    prepare: Callable[[Sequence[M]], None] | None = None,
) -> dict[str, Any]:
    """A page of a queryset, oldest first: rows made meanwhile are found at the end.

    `prepare` fetches for all rows at once what `show` needs of each.
    """
    rows = queryset.order_by("pk")
    total = rows.count() if query.total else None
    if query.cursor:
        rows = rows.filter(pk__gt=_key_of(query.cursor))
    found = list(rows[: query.limit + 1])
    shown = found[: query.limit]
    if prepare:
        prepare(shown)
    more = len(found) > query.limit
    return {
        "items": [show(row) for row in shown],
        "next": _cursor_of(shown[-1].pk) if more else None,
        "total": total,
    }


def strict(router: Router) -> Router:
    """Let every operation refuse a parameter of the address that it does not know or that stands
    twice: a mistyped filter would give everything, a mistyped switch would be without effect.

    Whoever may not call is told that first.
    """
    for view in router.path_operations.values():
        for operation in view.operations:
            operation.view_func = _refusing_unknown(operation.view_func, query_names(operation))
    return router


def query_names(operation: Operation) -> frozenset[str]:
    """The parameters that an operation reads from the query of the address."""
    return frozenset(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )


def _refusing_unknown(view: Callable[..., Any], known: frozenset[str]) -> Callable[..., Any]:
    @wraps(view)
    def checked(request: HttpRequest, **values: Any) -> Any:
        refused = [
            {"field": name, "message": _("没有这个参数。")}
            for name in request.GET
            if name not in known
        ]
        refused += [
            {"field": name, "message": _("这个参数只能出现一次。")}
            for name in request.GET
            if len(request.GET.getlist(name)) > 1
        ]
        if refused:
            raise ApiError("invalid_input", refused)
        return view(request, **values)

    return checked


def _cursor_of(key: int) -> str:
    return f"k{key:016x}"


def _key_of(cursor: str) -> int:
    return int(cursor[1:], 16)

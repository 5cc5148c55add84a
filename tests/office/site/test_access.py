"""Every address is in the access table, and the table is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.models import AuditEvent
from kechuang.office.site.access import PUBLIC, SIGNED_IN, access_table


def route_names(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield ":".join((*namespaces, each.name or f"({each.pattern})"))
        else:
            inner = (each.namespace,) if each.namespace else ()
            yield from route_names(each, (*namespaces, *inner))


def test_every_route_is_in_the_table_and_the_table_has_no_other() -> None:
    assert sorted(set(route_names(get_resolver()))) == sorted(access_table())


def test_every_need_of_the_table_is_a_verb_of_the_matrix() -> None:
    needs = {need for methods in access_table().values() for need in methods.values()}
    assert needs - {PUBLIC, SIGNED_IN} <= set(matrix().verbs)


def test_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/account/sign-in/?next=%2F")


def test_first_page_opens_for_every_role(signed_in: Callable[..., Client]) -> None:
    assert {role: signed_in(role).get("/").status_code for role in matrix().roles} == dict.fromkeys(
        matrix().roles, 200
    )


@pytest.mark.django_db
def test_what_is_not_declared_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(access_table(), "portal:home")  # type: ignore[arg-type]
    assert client.get("/").status_code == 403
    assert AuditEvent.objects.get().reason == "undeclared"

"""People of every role, and records in their reach and out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from office_world import World

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.tokens import create_token, verbs_for_tokens
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region

ROLES = tuple(matrix().roles)


@pytest.fixture
def world(person: Callable[..., Membership], settings: Any) -> Callable[..., World]:
    """Records of every model, made by a new person in a role in a county."""
    settings.API_RATE = 10**9

    def make(role: str, place: str, canary: str) -> World:
        party = Party.objects.create(
            code=f"park-{place}-{Party.objects.count()}",
            name=f"园{canary}",
            kind="park",
            region=Region.objects.get(code=place),
        )
        owner = person(role, place, party=party.code, name=f"人{canary}")
        owner.user.set_password("not-used-anywhere-1")
        owner.user.save()
        return World(owner.region, party, owner, canary).everything()

    return make


@pytest.fixture
def browser() -> Callable[[Membership], Client]:
    """A browser in which somebody is signed in, who has just proved who they are."""

    def make(held: Membership) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(held.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def program() -> Callable[[Membership], Client]:
    """A program with a token for everything that a role allows to one."""

    def make(held: Membership) -> Client:
        expires = timezone.now() + timedelta(days=1)
        text = create_token(SYSTEM, held, "测试", verbs_for_tokens(held.role), expires)[1]
        return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})

    return make

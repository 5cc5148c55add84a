"""A program with a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kechuang.office.accounts.models import Membership
from kechuang.office.accounts.permissions import actor_of
from kechuang.office.accounts.tokens import MANAGE, create_token, verbs_for_tokens
from kechuang.office.ground.actors import SYSTEM


@pytest.fixture
def token_of() -> Callable[[Membership], str]:
    """The text of a new token with everything that a role allows to one."""

    def make(held: Membership) -> str:
        actor = actor_of(held)
        maker = actor if MANAGE in actor.grants else SYSTEM
        expires = timezone.now() + timedelta(days=1)
        return create_token(maker, held, "测试", verbs_for_tokens(held.role), expires)[1]

    return make


@pytest.fixture
def program(
    person: Callable[..., Membership], token_of: Callable[[Membership], str]
) -> Callable[..., Client]:
    """A program that calls with a token of a new person in a role."""

    def make(*arguments: str, **more: Any) -> Client:
        return Client(headers={"Authorization": f"Bearer {token_of(person(*arguments, **more))}"})

    return make

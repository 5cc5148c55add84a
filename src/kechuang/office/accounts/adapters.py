"""Where the sign-in library asks us."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts are made by the system administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A sign-in elsewhere opens an account that is here already, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes."""

"""Forms of sign-in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """User name and password; capital letters in the user name do not matter."""

    def clean_login(self) -> Any:
        """The user name in small letters."""
        return super().clean_login().strip().lower()

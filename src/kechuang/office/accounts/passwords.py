"""Which passwords may be used, by the profile of the installation."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator


class ProfileValidator:
    """Checks a new password by the rules that the installation chose."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` with every rule that the password breaks."""
        MinimumLengthValidator(10).validate(password, user)
        CommonPasswordValidator().validate(password, user)

    def get_help_text(self) -> str:
        """The rules in words."""
        return ""

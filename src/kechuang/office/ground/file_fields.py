"""A box of a form that takes several files at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kechuang.office.ground.slots import Text


class ManyFiles(forms.ClearableFileInput):
    """A box that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; each is checked by the service, which says of each what is wrong.

    `nothing` is what is told where none was chosen.
    """

    widget = ManyFiles

    def __init__(self, *, nothing: Text, **more: Any) -> None:
        super().__init__(**more)
        self.nothing = nothing

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files as they came; an empty one is not refused here, it gets its own sentence."""
        files = [each for each in data or [] if each]
        if not files:
            raise ValidationError(str(self.nothing))
        return files

"""The static files of the site: compressed, named by their content."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class AssetStorage(CompressedManifestStaticFilesStorage):
    """The storage of WhiteNoise, which remembers the addresses that it gave.

    A page names some thirty pictures and files, and their addresses change only where the files
    are collected anew.
    """

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._given: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file, with the digest of its content in its name."""
        if force:
            return super().url(name, force)
        found = self._given.get(name)
        if found is None:
            found = self._given[name] = super().url(name)
        return found

    def post_process(self, *arguments: Any, **more: Any) -> Any:
        """Collect the files anew, and forget what addresses they had."""
        self._given.clear()
        return super().post_process(*arguments, **more)

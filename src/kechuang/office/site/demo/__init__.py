"""The made-up city that every example uses: its regions, its parties, its people."""

from __future__ import annotations

from kechuang.office.site.demo.build import Built, SignIn, build

__all__ = ["Built", "SignIn", "build"]

"""The made-up city that every example uses: its regions, its parties, its people."""

from __future__ import annotations

from kechuang.office.site.demo.build import Built, SignIn, build
from kechuang.office.site.demo.policies import put_to_work

__all__ = ["Built", "SignIn", "build", "put_to_work"]

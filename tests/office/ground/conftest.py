"""What the tests of jobs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from job_kinds import KIND, Run

from kechuang.office.ground import jobs, worker
from kechuang.office.ground.jobs import JobKind
from kechuang.office.ground.slots import Slot


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say what jobs of the test do."""

    def fill(run: Run, **more: Any) -> None:
        own: Slot[JobKind] = Slot()
        own.fill(JobKind(KIND, "test", 900, ("一", "二"), run, **more))
        monkeypatch.setattr(worker, "kinds", own)
        monkeypatch.setattr(jobs, "kinds", own)

    return fill

"""What every test shares: hypothesis profiles, and tests that need more than Python."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

# What the tests of the office stand on is no test, and its settings must not be run a second time.
collect_ignore = ["hostile"]

hypothesis.settings.register_profile("quick", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True)
hypothesis.settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=1000)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick")
)


def shared_folder() -> Path | None:
    """Give the folder of real reports and their gold, where the environment names one."""
    named = os.environ.get("KECHUANG_SHARED")
    return Path(named) if named and Path(named).is_dir() else None


def _has_program(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def _has_spreadsheet() -> bool:
    """Whether LibreOffice is here, with the part that opens workbooks."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found is not None and Path(found).resolve().with_name("libsclo.so").exists()


def _unmet_needs() -> dict[str, str]:
    """Say for each marker whose need is not met here why its tests cannot run."""
    on_postgres = os.environ.get("KECHUANG_TEST_DATABASE") == "postgres"
    needs = {
        "requires_shared": (
            shared_folder() is not None,
            "KECHUANG_SHARED names no folder of real reports",
        ),
        "requires_chromium": (
            _has_program("chromium", "chromium-browser", "google-chrome"),
            "no chromium on this machine",
        ),
        "requires_libreoffice": (
            _has_spreadsheet(),
            "no LibreOffice with its spreadsheet on this machine",
        ),
        "requires_ordinary_user": (
            os.name != "posix" or os.geteuid() != 0,
            "root may read and list everything",
        ),
        "requires_java": (_has_program("java"), "no Java runtime on this machine"),
        "requires_postgres": (on_postgres, "this pass runs on SQLite"),
        "requires_sqlite": (not on_postgres, "this pass runs on PostgreSQL"),
    }
    return {marker: reason for marker, (met, reason) in needs.items() if not met}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set aside, with its reason, each test whose need this machine does not meet."""
    unmet = _unmet_needs()
    for item in items:
        for marker, reason in unmet.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skipif(True, reason=reason))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports; use it together with the marker `requires_shared`."""
    folder = shared_folder()
    assert folder is not None, "mark this test with requires_shared"
    return folder


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parents[1]

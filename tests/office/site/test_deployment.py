"""What a production installation stands on: settings, their list, and the files of deploy/."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kechuang.office.site.configuration import Configuration, ConfigurationError
from kechuang.office.site.serving import make_server
from tracked import ROOT

PARTS = {"name", "server", "client", "secret"}
SOURCES = ("configuration.py", "settings.py")


def variables_of_the_code() -> set[str]:
    """Every variable that is read; those whose names are put together are spelled out here."""
    folder = ROOT / "src" / "kechuang" / "office" / "site"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in SOURCES)
    plain = set(re.findall(r'"(KECHUANG_[A-Z]+(?:_[A-Z]+)*)"', text))
    kept = set(re.findall(r'CONFIGURATION\.secret\("([a-z]+)"\)', text))
    before = set(re.findall(r'earlier_secrets\("([a-z]+)"\)', text))
    return (
        plain
        | {"KECHUANG_DATABASE_FILE"}
        | {f"KECHUANG_OIDC_{name.upper()}" for name in PARTS}
        | {f"KECHUANG_{name.upper()}_KEY" for name in kept}
        | {f"KECHUANG_{name.upper()}_KEYS_BEFORE" for name in before}
    )


def test_every_variable_is_in_the_document_and_no_other() -> None:
    page = (ROOT / "docs" / "office" / "settings.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(KECHUANG_[A-Z_]+)` \|", page, re.MULTILINE))
    assert listed == variables_of_the_code()


def test_secrets_of_the_configuration_are_the_ones_that_the_test_knows(tmp_path: Path) -> None:
    assert set(Configuration.from_environment({"KECHUANG_DATA": str(tmp_path)}).oidc) == PARTS


def test_production_settings_pass_the_check_of_deployment(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("KECHUANG_")
    }
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-m",
            "django",
            "check",
            "--deploy",
            "--fail-level",
            "INFO",
        ],
        cwd=tmp_path,
        env={
            **environment,
            "DJANGO_SETTINGS_MODULE": "kechuang.office.site.settings",
            "KECHUANG_DATA": str(tmp_path / "data"),
            "KECHUANG_MODE": "production",
            "KECHUANG_HOSTS": "kechuang.example.gov.cn",
            "KECHUANG_PROXY": "yes",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "(0 silenced)" in done.stdout


def test_address_of_the_database_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("postgresql://k:a%40b@127.0.0.1:5432/office\n", encoding="utf-8")
    told = Configuration.from_environment({"KECHUANG_DATABASE_FILE": str(file)})
    database = told.databases()["default"]
    assert (database["NAME"], database["USER"], database["PASSWORD"]) == ("office", "k", "a@b")


def test_server_is_told_of_hundreds_of_readers_at_once() -> None:
    server = make_server("127.0.0.1", 0)
    try:
        given = server.adj
        assert (given.asyncore_use_poll, given.connection_limit >= 500) == (True, True)
    finally:
        server.task_dispatcher.shutdown()
        server.close()


@pytest.mark.parametrize("address", ["", "postgresql://k@127.0.0.1/office"])
def test_thread_keeps_its_connection_to_the_database(address: str) -> None:
    told = Configuration.from_environment({"KECHUANG_DATABASE": address})
    assert told.databases()["default"]["CONN_MAX_AGE"] > 0


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"KECHUANG_DATABASE_FILE": "no-such-file"}, "不能读"),
        ({"KECHUANG_DATABASE_FILE": "a", "KECHUANG_DATABASE": "b"}, "请只留一个"),
        ({"KECHUANG_MODE": "production"}, "KECHUANG_HOSTS 未填"),
    ],
    ids=["no file", "both", "no hosts"],
)
def test_setting_that_cannot_be_used_is_told(environment: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Configuration.from_environment(environment)


def test_other_databases_are_refused() -> None:
    told = Configuration.from_environment({"KECHUANG_DATABASE": "mysql://k@127.0.0.1/office"})
    with pytest.raises(ConfigurationError, match="只支持 PostgreSQL"):
        told.databases()


def containerfile_commands() -> list[list[str]]:
    """Each command of each RUN line of the Containerfile, in words."""
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    runs = [line.removeprefix("RUN ") for line in text.splitlines() if line.startswith("RUN ")]
    return [shlex.split(command) for run in runs for command in run.split("&&")]


def test_container_holds_only_locked_packages_and_the_driver_of_postgres() -> None:
    installs = [words for words in containerfile_commands() if words[:2] == ["pip", "install"]]
    ours = [words for words in installs if words[-1] == "."]
    locked = [words for words in installs if words not in ours]
    assert [words[-3:] for words in locked] == [
        ["--require-hashes", "-r", "requirements/postgres.txt"]
    ]
    assert [{"--no-deps", "--no-build-isolation"} <= set(words) for words in ours] == [True]


def pinned(name: str) -> dict[str, str]:
    """The packages of a lock: name → version and hashes."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9.-]+)==(.+(?:\n    .+)*)", text, re.MULTILINE)
    return dict(packages)


def test_lock_with_the_driver_is_the_lock_of_an_installation_and_the_driver() -> None:
    run, postgres = pinned("run.txt"), pinned("postgres.txt")
    assert {name: postgres[name] for name in run} == run
    assert set(postgres) - set(run) == {"psycopg", "psycopg-binary"}
    assert all("--hash=sha256:" in rest for rest in postgres.values())
    assert postgres["psycopg"] == pinned("dev.txt")["psycopg"]  # the tests run with the same


@pytest.mark.parametrize("name", ["kechuang.service", "kechuang-worker.service"])
def test_service_runs_as_an_ordinary_user_and_writes_its_data_alone(name: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / "deploy" / name, encoding="utf-8")
    service = unit["Service"]
    wanted = {
        "User": "kechuang",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "StateDirectory": "kechuang",
        "UMask": "0077",
    }
    assert {key: service[key] for key in wanted} == wanted


def test_services_are_understood_by_systemd(tmp_path: Path) -> None:
    """The command lies elsewhere on this machine, so a harmless one stands in for it."""
    verifier = shutil.which("systemd-analyze")
    for unit in (ROOT / "deploy").glob("*.service"):
        text = re.sub(
            r"^ExecStart=.*$", "ExecStart=/bin/true", unit.read_text("utf-8"), flags=re.MULTILINE
        )
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    if verifier:
        units = sorted(map(str, tmp_path.glob("*.service")))
        done = subprocess.run(
            [verifier, "verify", *units], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.iterdir())) == 2

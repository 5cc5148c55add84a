"""What an installation is told from outside: the environment, read once and checked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class ConfigurationError(ValueError):
    """A setting from outside cannot be used; says which, why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where the data lies, which database, who may call.

    `production` means: behind HTTPS, with host names given. Without it the site speaks plain HTTP
    and answers on this machine only.
    """

    data: Path
    database: str
    production: bool
    hosts: tuple[str, ...]
    behind_proxy: bool
    oidc: Mapping[str, str]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Configuration:
        """Read the variables that docs/office/settings.md lists."""
        data = Path(environment.get("KECHUANG_DATA") or "var").resolve()
        production = environment.get("KECHUANG_MODE", "local") == "production"
        hosts = tuple(environment.get("KECHUANG_HOSTS", "").split())
        if production and not hosts:
            raise ConfigurationError(
                "KECHUANG_HOSTS 未填：正式运行必须写明本站的域名。"
                "例如 KECHUANG_HOSTS='kechuang.example.gov.cn'。"
            )
        return cls(
            data=data,
            database=_given(environment, "KECHUANG_DATABASE"),
            production=production,
            hosts=hosts or ("127.0.0.1", "localhost", "[::1]"),
            behind_proxy=environment.get("KECHUANG_PROXY", "") == "yes",
            oidc={
                name: _given(environment, f"KECHUANG_OIDC_{name.upper()}")
                for name in ("name", "server", "client", "secret")
            },
        )

    def databases(self) -> dict[str, Any]:
        """The setting DATABASES: SQLite in the data folder, or PostgreSQL by its address."""
        if not self.database:
            return {"default": _sqlite(self.data / "kechuang.sqlite3")}
        return {"default": _postgres(self.database)}

    def secret(self, name: str) -> str:
        """A secret of this installation, made at random the first time and kept in its own file."""
        given = os.environ.get(f"KECHUANG_{name.upper()}_KEY")
        if given:
            return given
        folder = self.data / "keys"
        path = folder / f"{name}.key"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = folder / f".{name}.{secrets.token_hex(4)}"
            descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # two processes began at once: the first one's secret stands
            finally:
                draft.unlink()
        return path.read_text(encoding="utf-8").strip()

    def earlier_secrets(self, name: str) -> tuple[str, ...]:
        """Secrets that were in use before, newest first: what they encrypted can still be read."""
        return tuple(os.environ.get(f"KECHUANG_{name.upper()}_KEYS_BEFORE", "").split())


def _given(environment: Mapping[str, str], name: str) -> str:
    """A variable, or what the file says that its sister `…_FILE` names: passwords stay in files."""
    file = environment.get(f"{name}_FILE", "")
    if not file:
        return environment.get(name, "")
    if environment.get(name):
        raise ConfigurationError(
            f"{name} 和 {name}_FILE 都填了，不知以哪个为准。请只留一个；含口令的用 {name}_FILE。"
        )
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{name}_FILE 指的文件“{file}”不能读（{error}）。请检查路径和读取权限。"
        ) from error


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # A thread keeps its connection: opening one costs as much as several queries.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            # A transaction takes its lock at once, so that two never wait for each other.
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def _postgres(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ConfigurationError(
            f"KECHUANG_DATABASE 是“{parts.scheme}”开头的地址，只支持 PostgreSQL。"
            "写成 postgresql://用户:口令@主机:5432/库名；不填则用 SQLite。"
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }

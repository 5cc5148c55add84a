"""Print the machine's pip settings as shell exports that uv understands.

uv reads neither pip.conf nor the PIP_ variables, so a bureau whose pip is set to a mirror would
find that uv alone cannot reach a registry. Every package is pinned by its hash, therefore it is
safe to take it from whichever of the named registries has it.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping

UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}
STRENGTH = ("global", "install", ":env:")
"""Where a setting stands, the weaker first: pip lets `install` win over `global`."""

SEPARATORS = {"UV_FIND_LINKS": ","}
"""pip separates several values by spaces, and so does uv except here."""


def settings_for_uv(listing: Iterable[str]) -> dict[str, str]:
    """Turn the lines of `pip config list` into variables for uv.

    >>> settings_for_uv(["global.index-url='http://mirror.example/simple'"])
    {'UV_DEFAULT_INDEX': 'http://mirror.example/simple'}
    """
    found: dict[str, tuple[int, str]] = {}
    for line in listing:
        key, _, quoted = line.strip().partition("=")
        place, _, option = key.partition(".")
        if option not in UV_NAMES or place not in STRENGTH:
            continue
        name, strength = UV_NAMES[option], STRENGTH.index(place)
        if strength >= found.get(name, (0, ""))[0]:
            value = " ".join(str(ast.literal_eval(quoted)).split())
            found[name] = (strength, value.replace(" ", SEPARATORS.get(name, " ")))
    values = {name: value for name, (_, value) in found.items() if value}
    if "UV_INDEX" in values:
        values["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return values


def exports(values: Mapping[str, str], environment: Mapping[str, str]) -> list[str]:
    """Say the variables in the shell's words; what is set for uv already stays as it is."""
    return [
        f"export {name}={shlex.quote(value)}"
        for name, value in values.items()
        if name not in environment
    ]


def main() -> None:
    """Ask the pip of this interpreter and print the exports."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    print("\n".join(exports(settings_for_uv(listing.splitlines()), os.environ)))


if __name__ == "__main__":
    main()

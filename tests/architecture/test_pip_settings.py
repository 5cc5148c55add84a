"""uv is told what pip knows about mirrors."""

from __future__ import annotations

import pytest

from pip_settings import exports, settings_for_uv


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ([], {}),
        (["global.index-url='http://a.example/s'"], {"UV_DEFAULT_INDEX": "http://a.example/s"}),
        (
            ["global.index-url='http://a.example'", "install.index-url='http://b.example'"],
            {"UV_DEFAULT_INDEX": "http://b.example"},
        ),
        (
            [":env:.index-url='http://e.example'", "global.index-url='http://a.example'"],
            {"UV_DEFAULT_INDEX": "http://e.example"},
        ),
        (
            ["global.extra-index-url='file:///one file:///two'"],
            {"UV_INDEX": "file:///one file:///two", "UV_INDEX_STRATEGY": "unsafe-best-match"},
        ),
        (["global.find-links='\\n/one\\n/two'"], {"UV_FIND_LINKS": "/one,/two"}),
        (["global.cert='/etc/ca.crt'"], {"SSL_CERT_FILE": "/etc/ca.crt"}),
        (["global.quiet='1'", "no setting at all"], {}),
    ],
)
def test_pip_settings_become_uv_settings(listing: list[str], expected: dict[str, str]) -> None:
    assert settings_for_uv(listing) == expected


def test_what_is_set_for_uv_already_stays() -> None:
    values = {"UV_DEFAULT_INDEX": "http://a.example", "UV_HTTP_TIMEOUT": "60"}

    assert exports(values, {"UV_DEFAULT_INDEX": "http://mine.example"}) == [
        "export UV_HTTP_TIMEOUT=60"
    ]


def test_a_value_cannot_break_out_of_the_shell() -> None:
    assert exports({"ALL_PROXY": "x'; rm -r y"}, {}) == ["export ALL_PROXY='x'\"'\"'; rm -r y'"]

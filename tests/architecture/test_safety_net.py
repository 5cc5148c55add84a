"""The hostile settings are in force: no network, and a warning is an error."""

from __future__ import annotations

import socket
import warnings

import pytest


def test_no_address_beyond_this_machine_is_reached() -> None:
    with (
        socket.socket() as outgoing,
        pytest.raises(UserWarning, match=r"tried to use socket.*192\.0\.2\.1"),
    ):
        outgoing.connect(("192.0.2.1", 80))


def test_this_machine_itself_is_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()[:2], timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning, match="once"):
        warnings.warn("once", stacklevel=1)

"""A real OpenID Connect server with made-up people, for the tests of signing in through one.

    python identity_server.py PORT CALLBACK

says `ready` on its standard output when it answers on 127.0.0.1.
"""

from __future__ import annotations

import logging
import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

PEOPLE = ("zhaoliu", "qianqi")


def main(port: int, callback: str) -> None:
    """Serve until the process is ended."""
    logging.disable(logging.CRITICAL)
    app = create_app(
        {
            "SECRET_KEY": "only in tests",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "HTMX": False},
            "CANAILLE_OIDC": {
                "REQUIRE_NONCE": False,
                "ACTIVE_JWKS": [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)],
            },
        }
    )
    backend = Backend.instance
    with app.app_context():
        for name in PEOPLE:
            backend.save(
                models.User(  # type: ignore[reportOptionalCall] - filled in by create_app
                    formatted_name=name,
                    family_name=name,
                    user_name=name,
                    emails=[f"{name}@example.org"],
                    password=f"{name}-password",
                )
            )
        client = models.Client(  # type: ignore[reportOptionalCall]
            client_id="kechuang",
            client_secret="only in tests",  # noqa: S106 - made up
            client_name="kechuang",
            client_uri=callback,
            redirect_uris=[callback],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email"],
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
        )
        backend.save(client)
        client.audience = [client]  # only what is saved can be an audience
        backend.save(client)
    server = make_server("127.0.0.1", port, app, threaded=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

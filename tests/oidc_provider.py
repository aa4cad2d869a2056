"""A small OpenID provider on loopback: it knows one person, and lies where a test asks it to."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "pii-scan", "ge heim/+"
Claims = dict[str, Any]


@dataclass
class Provider:
    issuer: str = ""
    keys: list[RSAKey | ECKey] = field(default_factory=list)
    secret: str | None = SECRET
    claims: Claims = field(default_factory=lambda: {"name": "A. Tester", "roles": ["fg", "all"]})
    change: Callable[[Claims], Claims] = lambda claims: claims
    """What it says of the person, changed."""
    sign: Callable[[Claims], str] | None = None
    """How it signs instead."""
    discovered: Callable[[Claims], Claims] = lambda about: about
    error: str = ""
    asked: list[str] = field(default_factory=list)
    out: dict[str, dict[str, str]] = field(default_factory=dict)
    """By code, what the log-in was begun with."""

    def token(self, nonce: str) -> str:
        now = int(time.time())
        told: Claims = {"iss": self.issuer, "aud": CLIENT, "sub": "u-1", "nonce": nonce}
        told |= {"iat": now, "exp": now + 300, **self.claims}
        claims = self.change(told)
        if self.sign:
            return self.sign(claims)
        key = self.keys[0]
        algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, [algorithm])


def rsa(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        it, parts = self.provider, urlsplit(self.path)
        it.asked.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            about = {"issuer": it.issuer}
            about |= {f"{name}_endpoint": f"{it.issuer}/{name}" for name in ("authorization",)}
            about |= {"token_endpoint": f"{it.issuer}/token", "jwks_uri": f"{it.issuer}/keys"}
            self.answer(200, it.discovered(about))
        elif parts.path == "/keys":
            self.answer(200, {"keys": [key.as_dict(private=False) for key in it.keys]})
        elif parts.path == "/authorization":
            asked = dict(parse_qsl(parts.query))
            code = f"code-{len(it.out)}"
            it.out[code] = asked
            told = {"state": asked["state"], "iss": it.issuer}
            told |= {"error": it.error} if it.error else {"code": code}
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(told)}")
            self.end_headers()
        else:
            self.answer(404, {})

    def do_POST(self) -> None:
        it = self.provider
        it.asked.append(self.path)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = it.out.pop(form["code"][0], None)
        if asked is None or not self.is_client() or not self.is_same(form, asked):
            self.answer(400, {"error": "invalid_grant"})
            return
        self.answer(200, {"access_token": "x", "id_token": it.token(asked["nonce"])})

    def is_client(self) -> bool:
        """Tell whether it is the client that was registered (RFC 6749, 2.3.1)."""
        if self.provider.secret is None:
            return "Authorization" not in self.headers
        told = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        return [unquote(it) for it in told.split(":")] == [CLIENT, self.provider.secret]

    def is_same(self, form: dict[str, list[str]], asked: dict[str, str]) -> bool:
        """Tell whether it ends what it began (RFC 7636, 4.6)."""
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            asked["code_challenge_method"] == "S256"
            and challenge == asked["code_challenge"]
            and form["redirect_uri"][0] == asked["redirect_uri"]
            and "openid" in asked["scope"].split()
        )

    def answer(self, status: int, told: Claims) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def providing(**changes: Any) -> Iterator[Provider]:
    """Run a provider on a free port of loopback."""
    it = Provider(keys=[rsa("one")], **changes)
    handler = type("Handler", (_Handler,), {"provider": it})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        it.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield it
        finally:
            server.shutdown()
            thread.join()

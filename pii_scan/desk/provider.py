"""An organisation's own log-in service, by OpenID Connect: whom it says somebody is.

Only what the provider itself publishes at its issuer's address is believed, over TLS; its ID tokens
must be signed with a key of its own. https://openid.net/specs/openid-connect-core-1_0.html
"""

import base64
import hashlib
import json
import ssl
import stat
import threading
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pii_scan.desk.accounts import RIGHTS, ROLES, Person, Role
from pii_scan.errors import ConfigError, PiiScanError

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""Of signatures; those with a shared secret, and "none", are refused whatever a token says."""
MOST_BYTES = 1 << 20
SECONDS = 10.0
"""For an answer of the provider."""
LEEWAY_SECONDS = 60
"""By which clocks may differ."""
LONGEST_AGE_SECONDS = 600
"""A token that was made longer ago is not of this log-in."""
KEYS_SECONDS = 60.0
"""Between looking for keys twice: a token with an unknown key must not make us ask without end."""
ABOUT_SECONDS = 3600.0
AT_ONCE = 4
"""Log-ins that wait for the provider: one that does not answer must not hold up the pages."""
LOCAL = ("127.0.0.1", "::1", "localhost")


class RefusedError(PiiScanError):
    """Whom the provider tells of may not come in, or what it says does not hold."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the organisation agreed with its provider; out of a TOML file."""

    issuer: str
    client_id: str
    secret: str | None
    roles: Mapping[str, Role]
    """Value of the claim -> role; the first that somebody has is theirs."""
    role_claim: tuple[str, ...]
    """Steps to it: ("realm_access", "roles")."""
    name_claim: str
    scopes: tuple[str, ...]
    ca_file: str | None

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"Terms({self.issuer!r}, {self.client_id!r})"


def load_terms(path: Path) -> Terms:
    """Return the terms of a file.

    Raises:
        ConfigError: it cannot be read, or something in it is missing or wrong.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise ConfigError(f"{path}: is no TOML") from None
    known = {"issuer", "client_id", "client_secret_file", "roles", "role_claim", "name_claim"}
    if unknown := sorted(told.keys() - known - {"scopes", "ca_file"}):
        raise ConfigError(f"{path}: unknown setting {unknown[0]}")
    for name in ("issuer", "client_id"):
        if not isinstance(told.get(name), str) or not told[name]:
            raise ConfigError(f"{path}: {name} is missing")
    if not _is_safe(told["issuer"]):
        raise ConfigError(f"{path}: the issuer must be an https address")
    roles = told.get("roles")
    if not isinstance(roles, dict) or not roles:
        raise ConfigError(f"{path}: [roles] names which value gives which role")
    for value, role in roles.items():
        if role not in ROLES:
            raise ConfigError(f"{path}: {value!r} gives the unknown role {role!r}")
    ca_file = told.get("ca_file")
    return Terms(
        issuer=told["issuer"],
        client_id=told["client_id"],
        secret=_secret(path, told.get("client_secret_file")),
        roles=roles,
        role_claim=tuple(str(told.get("role_claim", "roles")).split(".")),
        name_claim=str(told.get("name_claim", "name")),
        scopes=tuple(dict.fromkeys(("openid", *map(str, told.get("scopes", ("profile",)))))),
        ca_file=str(path.parent / ca_file) if ca_file else None,
    )


def _secret(path: Path, name: str | None) -> str | None:
    if name is None:
        return None
    file = path.parent / name
    try:
        mode, secret = file.stat().st_mode, file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise ConfigError(f"{file}: the client's secret cannot be read") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{file}: others can read the secret; run: chmod 600 {file}")
    return secret


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a provider vouches for."""

    person: Person
    subject: str
    """What the provider calls them; never of two people."""


class Provider:
    """A provider as it is reached: what it publishes, and what it says of who comes from it."""

    def __init__(self, terms: Terms, clock: Callable[[], float], now: Callable[[], float]) -> None:
        """Ask nothing yet. `clock` only goes on; `now` is the time of day, which tokens hold."""
        self.terms = terms
        self._clock, self._now = clock, now
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, dict[str, Any]] | None = None

    def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Return where somebody goes to log in; they come `back` with a code.

        Raises:
            PiiScanError: the provider cannot be reached, or is not what it was said to be.
        """
        digest = hashlib.sha256(verifier.encode()).digest()  # RFC 7636, 4.2
        asked = {
            "response_type": "code",
            "client_id": self.terms.client_id,
            "redirect_uri": back,
            "scope": " ".join(self.terms.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        with self._turn():
            place = self._published("authorization_endpoint")
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"

    def code(self, query: Mapping[str, str]) -> str:
        """Return the code that somebody came back with.

        Raises:
            RefusedError: it is of another provider (RFC 9207), or this one let nobody in.
        """
        if query.get("iss", self.terms.issuer) != self.terms.issuer:
            raise RefusedError("another issuer answered")
        if "error" in query or not query.get("code"):
            raise RefusedError("the provider let nobody in")
        return query["code"]

    def person(self, code: str, back: str, nonce: str, verifier: str) -> Told:
        """Return who somebody is that came back with a code.

        Raises:
            RefusedError: what the provider says does not hold, or gives no role.
            PiiScanError: it cannot be reached.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
            "client_id": self.terms.client_id,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.terms.secret is not None:
            # RFC 6749, 2.3.1: both are encoded as a form is, before they are put together.
            pair = f"{quote(self.terms.client_id, safe='')}:{quote(self.terms.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        with self._turn():
            place = self._published("token_endpoint")
            token = self._fetch(place, urlencode(form).encode(), headers).get("id_token")
            if not isinstance(token, str):
                raise RefusedError("the provider gave no ID token")
            return self._told(self._claims(token, nonce))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(blocking=False):
            raise PiiScanError("too many log-ins wait for the provider")
        try:
            yield
        finally:
            self._turns.release()

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Return what a token says, once its signature and all that it must say holds."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError
        from joserfc.jwk import KeySet

        def read(keys: dict[str, Any]) -> jwt.Token:
            return jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]

        try:
            try:
                found = read(self._published_keys())
            except InvalidKeyIdError:  # it may have another key since
                found = read(self._published_keys(is_anew=True))
            claims: dict[str, Any] = found.claims
            must = jwt.ClaimsOption(essential=True)
            jwt.JWTClaimsRegistry(
                now=int(self._now()),
                leeway=LEEWAY_SECONDS,
                iss=jwt.ClaimsOption(essential=True, value=self.terms.issuer),
                aud=jwt.ClaimsOption(essential=True, value=self.terms.client_id),
                nonce=jwt.ClaimsOption(essential=True, value=nonce),
                sub=must,
                exp=must,
                iat=must,
            ).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise RefusedError("the provider's ID token does not hold") from None
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        by = claims.get("azp", None if len(audiences) > 1 else self.terms.client_id)
        age = self._now() - claims["iat"]
        if by != self.terms.client_id or age > LONGEST_AGE_SECONDS + LEEWAY_SECONDS:
            raise RefusedError("the provider's ID token is not for this log-in")
        return claims

    def _told(self, claims: Mapping[str, Any]) -> Told:
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:  # Core 1.0, 2
            raise RefusedError("the provider does not say who this is")
        held = _values(claims, self.terms.role_claim)
        role = next((it for value, it in self.terms.roles.items() if value in held), None)
        if role is None:
            raise RefusedError("the provider gives this person no role here")
        # A name can be another's, or be changed to it; what stands behind it cannot.
        mark = hashlib.sha256(f"{self.terms.issuer}\n{subject}".encode()).hexdigest()[:8]
        said = claims.get(self.terms.name_claim)
        name = " ".join(str(said).split())[:60] if isinstance(said, str) else ""
        shown = name if name and name.isprintable() else "-"
        return Told(Person(f"{shown} #{mark}", RIGHTS[role], role), subject)

    def _published(self, name: str) -> str:
        """Return an address that the provider publishes."""
        with self._lock:
            if self._about is None or self._clock() - self._about[0] > ABOUT_SECONDS:
                place = f"{self.terms.issuer.rstrip('/')}/.well-known/openid-configuration"
                about = self._fetch(place)
                # Discovery 1.0, 4.3: exactly the one that was asked.
                if about.get("issuer") != self.terms.issuer:
                    raise RefusedError("the provider says that it is another issuer")
                self._about = (self._clock(), about)
            found = self._about[1].get(name)
        if not isinstance(found, str) or not _is_safe(found):
            raise RefusedError("the provider publishes no safe address")
        return found

    def _published_keys(self, *, is_anew: bool = False) -> dict[str, Any]:
        place = self._published("jwks_uri")
        with self._lock:
            age = self._clock() - self._keys[0] if self._keys else ABOUT_SECONDS + 1
            if self._keys is None or age > (KEYS_SECONDS if is_anew else ABOUT_SECONDS):
                self._keys = (self._clock(), self._fetch(place))
            return self._keys[1]

    def _fetch(
        self, place: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return a JSON object from an address of the provider, which may send us nowhere else."""
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=self._trust()),
            _NoRedirect(),
        )
        told = {"Accept": "application/json", **(headers or {})}
        request = urllib.request.Request(place, body, told)  # noqa: S310 - `_is_safe` saw it
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                found = json.loads(answer.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            error.close()
            raise RefusedError(f"the provider answers {error.code}") from None
        except (OSError, ValueError):
            raise PiiScanError("the provider cannot be reached") from None
        if not isinstance(found, dict):
            raise RefusedError("the provider's answer makes no sense")
        return found

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.terms.ca_file)
        except OSError:
            raise PiiScanError("the certificates of the provider cannot be read") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes no redirect: a secret or a code must go to the provider alone."""

    def redirect_request(self, *_: Any) -> None:
        """Go nowhere."""


def _is_safe(place: str) -> bool:
    """Tell whether an address is reached over TLS, or does not leave this machine."""
    try:
        parts = urlsplit(place)
        host = parts.hostname
    except ValueError:
        return False
    is_plain = parts.scheme == "http" and host in LOCAL
    return bool(host) and (parts.scheme == "https" or is_plain) and not parts.fragment


def _values(claims: Mapping[str, Any], steps: Sequence[str]) -> frozenset[str]:
    """Return the texts that a claim holds, which may lie within others."""
    found: Any = claims
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    listed = found if isinstance(found, list) else [found]
    return frozenset(it for it in listed if isinstance(it, str))

"""The built-in OpenID Connect provider, for agencies that have none: code flow with PKCE, one client, which is us.

The protocol is authlib's. Codes live a minute, in memory: this process alone makes and takes them.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from joserfc.jwk import KeySet, OKPKey
from starlette.responses import JSONResponse, RedirectResponse, Response

from deploy.identity.accounts import Person
from shared.edge.auth import ALGORITHM
from shared.vocabulary import Clock

CODE_LIVES: Final = timedelta(seconds=60)
ID_TOKEN_SECONDS: Final = 300
BEHIND_PROXY: Final = "https://provider"
"""How the protocol's library is told that the way here is closed: TLS ends at the proxy, or the address is loopback."""


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):  # type: ignore[misc] # authlib has no types
    """The one client: this installation's pages."""

    redirect_uri: str
    id: str = "ictindex"
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join({"openid", "profile"}.intersection((scope or "").split()))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret.encode(), self.secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint == "token" and method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True)
class _Code(AuthorizationCodeMixin):  # type: ignore[misc] # authlib has no types
    """One code, on its way from the browser to the token endpoint."""

    person: Person
    code: str = field(repr=False)
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    made_at: datetime

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.made_at.timestamp())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _Payload(OAuth2Payload):  # type: ignore[misc] # authlib has no types
    def __init__(self, said: Mapping[str, str]) -> None:
        self._said = dict(said)

    @property
    def data(self) -> dict[str, str]:
        return self._said

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._said.items()})


class _Asked(OAuth2Request):  # type: ignore[misc] # authlib has no types
    def __init__(self, method: str, said: Mapping[str, str], headers: Mapping[str, str]) -> None:
        super().__init__(method, BEHIND_PROXY, headers=headers)
        self.payload = _Payload(said)

    @property
    def form(self) -> dict[str, str]:
        found: dict[str, str] = self.payload.data
        return found


class Provider:
    """Authorization and token endpoint; who has signed in is told to it."""

    def __init__(self, issuer: str, client: Client, clock: Clock) -> None:
        self._clock, self.issuer, self.client = clock, issuer, client
        self._key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM})
        self._codes: dict[str, _Code] = {}
        self._server = _Server(self)

    @property
    def key_set(self) -> dict[str, Any]:
        """Public halves, for whoever checks an ID token."""
        return {"keys": [{**self._key.as_dict(private=False), "kid": self._key.thumbprint()}]}

    def described(self, base: str) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, section 3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def asked(self, said: Mapping[str, str]) -> Any:  # noqa: ANN401 - authlib's own
        """What a browser was sent with, admitted; OAuth2Error where it is not as our client asks."""
        return self._server.get_consent_grant(_Asked("GET", said, {}))

    def signed_in(self, said: Mapping[str, str], person: Person) -> Response:
        """Send the browser of *person* back to the client, with a code."""
        grant = self.asked(said)
        answer: Response = self._server.create_authorization_response(grant.request, grant_user=person, grant=grant)
        return answer

    def token(self, form: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """An ID token for a code; each code is good once."""
        answer: Response = self._server.create_token_response(_Asked("POST", form, headers))
        return answer

    def keep(self, code: _Code) -> None:
        now = self._clock()
        self._codes = {name: each for name, each in self._codes.items() if each.made_at > now - CODE_LIVES}
        self._codes[code.code] = code

    def take(self, code: str) -> _Code | None:
        """The code, which nobody can use again."""
        found = self._codes.pop(code, None)
        return found if found and found.made_at > self._clock() - CODE_LIVES else None

    def made(self, code: str, request: Any) -> _Code:  # noqa: ANN401 - authlib's own
        said = request.payload.data
        challenge = said.get("code_challenge"), said.get("code_challenge_method")
        return _Code(
            request.user, code, said["redirect_uri"], request.scope, said.get("nonce"), *challenge, self._clock()
        )

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self._clock().timestamp())

    @property
    def signing_key(self) -> KeySet:
        """The private half, for authlib alone."""
        return KeySet([self._key])


class _Server(AuthorizationServer):  # type: ignore[misc] # authlib has no types
    def __init__(self, provider: Provider) -> None:
        super().__init__(scopes_supported=["openid", "profile"])
        self.provider = provider
        self.register_token_generator("default", _bearer)
        self.register_grant(_Grant, [_IdToken(provider), _Challenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        return self.provider.client if client_id == self.provider.client.id else None

    def save_token(self, token: Any, request: Any) -> None:  # noqa: ANN401
        """Nothing is asked with the access token, so it is not kept."""

    def create_oauth2_request(self, request: _Asked) -> _Asked:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:  # noqa: ANN401
        told = dict(headers)
        if "Location" in told:
            return RedirectResponse(told["Location"], 303)
        return JSONResponse(body, status, headers={"cache-control": "no-store"})

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Nobody listens."""


class _Grant(AuthorizationCodeGrant):  # type: ignore[misc] # authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: Any) -> None:  # noqa: ANN401
        self.server.provider.keep(self.server.provider.made(code, request))

    def query_authorization_code(self, code: str, _client: Client) -> _Code | None:
        found: _Code | None = self.server.provider.take(code)
        return found

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        """It was taken."""

    def authenticate_user(self, authorization_code: _Code) -> Person:
        return authorization_code.person


class _Challenge(CodeChallenge):  # type: ignore[misc] # authlib has no types
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:  # noqa: ANN401
        said = grant.request.payload.data  # none at all is refused like a wrong one
        said.setdefault("code_challenge", "")
        said.setdefault("code_challenge_method", "S256")
        super().validate_code_challenge(grant, redirect_uri)


class _IdToken(OpenIDCode):  # type: ignore[misc] # authlib has no types
    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self._provider = provider

    def exists_nonce(self, _nonce: str, _request: Any) -> bool:  # noqa: ANN401
        return False  # the client checks it; a code is good once

    def resolve_client_private_key(self, _client: Client) -> KeySet:
        return self._provider.signing_key

    def get_client_algorithm(self, _client: Client) -> str:
        return ALGORITHM

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now = self._provider.now()
        return {"iss": self._provider.issuer, "aud": client.id, "iat": now, "exp": now + ID_TOKEN_SECONDS}

    def generate_user_info(self, user: Person, _scope: str) -> dict[str, str]:
        return {"sub": user.id, "name": user.name}


def _bearer(**_asked: object) -> dict[str, str]:
    return {"token_type": "Bearer", "access_token": secrets.token_urlsafe(16), "scope": "openid profile"}

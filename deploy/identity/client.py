"""Our side of OpenID Connect: a browser is sent to a provider, comes back with a code, and we learn who it is.

What was begun is kept in memory and tied to the browser by a cookie; who was away for longer begins again.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from deploy.identity.errors import ProviderRefused, ProviderSilent, SignInExpired
from shared.vocabulary import Clock

BEGUN_LIVES: Final = timedelta(minutes=20)
MOST_BEGUN: Final = 10_000
SECONDS: Final = 10
LEEWAY_SECONDS: Final = 60
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where an agency's people prove who they are.

    Attributes:
        authorize: Where the browser is sent.
        token: Where we bring the code.
        keys: Where its public keys are.
        claim: The claim that names the account.
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    authorize: str
    token: str
    keys: str
    claim: str = "sub"


@dataclass(frozen=True, slots=True)
class Begun:
    """One sign-in under way."""

    provider: Provider
    browser: str
    nonce: str
    verifier: str
    to: str
    at: datetime


class SignIns:
    """Those under way, by their state."""

    def __init__(self, redirect_uri: str, clock: Clock) -> None:
        self._redirect_uri, self._clock = redirect_uri, clock
        self._begun: dict[str, Begun] = {}

    def begin(self, provider: Provider, to: str) -> tuple[str, str]:
        """Where to send the browser, and the cookie that ties it to this; *to* is where it goes in the end."""
        now, browser, verifier = self._clock(), secrets.token_urlsafe(24), generate_token(64)
        nonce, client = secrets.token_urlsafe(24), _client(provider, self._redirect_uri)
        url, state = client.create_authorization_url(provider.authorize, code_verifier=verifier, nonce=nonce)
        young = {name: each for name, each in self._begun.items() if each.at > now - BEGUN_LIVES}
        self._begun = dict(list(young.items())[-MOST_BEGUN:])
        self._begun[state] = Begun(provider, browser, nonce, verifier, to, now)
        return url, browser

    async def finish(self, said: Mapping[str, str], browser: str) -> tuple[Provider, Mapping[str, Any], str]:
        """Whose browser came back: the provider, its claims, and where the person wanted to go.

        Raises:
            SignInExpired: Nothing of this kind was begun in this browser.
            ProviderRefused, ProviderSilent: See there.
        """
        begun = self._begun.pop(said.get("state", ""), None)
        if begun is None or begun.at <= self._clock() - BEGUN_LIVES or not _same(begun.browser, browser):
            raise SignInExpired
        if "code" not in said:
            raise ProviderRefused(why=said.get("error", "?")[:80])
        claims = await self._claims(begun, said["code"])
        if claims.get("nonce") != begun.nonce:
            raise ProviderRefused(why="nonce")
        return begun.provider, claims, begun.to

    async def _claims(self, begun: Begun, code: str) -> Mapping[str, Any]:
        provider = begun.provider
        try:
            async with _client(provider, self._redirect_uri) as client:
                token = await client.fetch_token(provider.token, code=code, code_verifier=begun.verifier)
            async with httpx2.AsyncClient(timeout=SECONDS) as client:
                keys = KeySet.import_key_set((await client.get(provider.keys)).json())
            claims = jwt.decode(token["id_token"], keys, algorithms=[*ALGORITHMS]).claims
            registry = JWTClaimsRegistry(
                now=int(self._clock().timestamp()),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": provider.issuer},
                aud={"essential": True, "value": provider.client},
                exp={"essential": True},
                sub={"essential": True},
            )
            registry.validate(claims)
        except OAuthError as refused:
            raise ProviderRefused(why=str(refused.error)[:80]) from refused
        except (httpx2.HTTPError, KeyError, TypeError, ValueError) as found:
            raise ProviderSilent(issuer=provider.issuer) from found
        except JoseError as refused:
            raise ProviderRefused(why=type(refused).__name__) from refused
        return claims


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _client(provider: Provider, redirect_uri: str) -> Any:  # noqa: ANN401 - authlib has no types
    return AsyncOAuth2Client(
        provider.client,
        provider.secret,
        redirect_uri=redirect_uri,
        scope="openid profile",
        code_challenge_method="S256",
        timeout=SECONDS,
    )

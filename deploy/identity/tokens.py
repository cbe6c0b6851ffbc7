"""Tokens as services know them, signed with the installation's key."""

import json
from collections.abc import Sequence
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.edge.auth import ALGORITHM, AUDIENCE, ISSUER


class Signer:
    """Whoever holds the private key."""

    def __init__(self, private: str) -> None:
        self._key = OKPKey.import_key(json.loads(private))

    @classmethod
    def new(cls) -> str:
        """A private key, as JSON text."""
        key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM})
        return json.dumps(key.as_dict(private=True))

    @property
    def public(self) -> str:
        """The key set that services are given, as JSON text."""
        return json.dumps({"keys": [{**self._key.as_dict(private=False), "kid": self._key.thumbprint()}]})

    def token(
        self,
        *,
        actor: str,
        agency: str,
        roles: Sequence[str],
        now: int,
        seconds: int,
        unit: str | None = None,
        name: str | None = None,
        csrf: str | None = None,
    ) -> str:
        """A token for *actor* in *agency*, valid from *now* (seconds since 1970) for *seconds*."""
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": actor,
            "agency": agency,
            "roles": list(roles),
            "iat": now,
            "exp": now + seconds,
        }
        more = {"unit": unit, "name": name, "csrf": csrf}
        claims |= {claim: value for claim, value in more.items() if value is not None}
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.thumbprint()}, claims, self._key, algorithms=[ALGORITHM])

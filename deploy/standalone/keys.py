"""The installation's own key for tokens, until people log in: the private half stays, services get the public one."""

import json
from collections.abc import Sequence
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from deploy.standalone.home import Home
from shared.edge.auth import ALGORITHM, AUDIENCE, ISSUER, MAX_SECONDS, ROLES
from shared.errors import Invalid

MAX_HOURS = MAX_SECONDS // 3600


class RoleUnknown(Invalid, code="token.role_unknown"):
    """No service knows such a role."""


class HoursTooMany(Invalid, code="token.hours_too_many"):
    """A token lives 12 hours at most, and more than none."""


def make_key(home: Home) -> None:
    """Make the pair on first use; publish its public half."""
    if not home.signing_key.exists():
        key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": ALGORITHM})
        home.write_secret(home.signing_key, json.dumps(key.as_dict(private=True)))
    key = _key(home)
    public = {**key.as_dict(private=False), "kid": key.thumbprint()}
    home.write_public(home.jwks, json.dumps({"keys": [public]}))


def _key(home: Home) -> OKPKey:
    return OKPKey.import_key(json.loads(home.signing_key.read_text()))


def token(
    home: Home,
    *,
    actor: str,
    agency: str,
    roles: Sequence[str],
    now: int,
    unit: str | None = None,
    hours: float = MAX_HOURS,
) -> str:
    """A signed token for *actor* in *agency*, valid from *now* (seconds since 1970) for *hours*.

    Raises:
        RoleUnknown: One of *roles* is none.
        HoursTooMany: Not in (0, 12].
    """
    for role in roles:
        if role not in ROLES:
            raise RoleUnknown(role=role, known=", ".join(ROLES))
    if not 0 < hours <= MAX_HOURS:
        raise HoursTooMany(hours=hours, most=MAX_HOURS)
    key = _key(home)
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": actor,
        "agency": agency,
        "roles": list(roles),
        "iat": now,
        "exp": now + round(hours * 3600),
    }
    if unit is not None:
        claims["unit"] = unit
    return jwt.encode({"alg": ALGORITHM, "kid": key.thumbprint()}, claims, key, algorithms=[ALGORITHM])

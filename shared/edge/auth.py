"""Who is calling: an EdDSA token, checked against the issuer's public keys. Services know no other caller."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from shared.errors import Forbidden, NotFound
from shared.vocabulary import Clock, Id, Value

ALGORITHM = "Ed25519"
ISSUER = AUDIENCE = "ictindex"
MAX_SECONDS = 12 * 3600
LEEWAY_SECONDS = 30
Role = Literal["operator", "unit", "unit_head", "appraiser", "council", "approver", "auditor", "machine"]
ROLES: tuple[Role, ...] = get_args(Role)
logger = structlog.get_logger()


class NotSignedIn(Forbidden, code="auth.not_signed_in"):
    """No token, or one that is expired, forged or meant for somebody else."""


class RoleMissing(Forbidden, code="auth.role_missing"):
    """The caller has none of the roles this needs."""


class OtherUnit(Forbidden, code="auth.other_unit"):
    """A unit acts for itself only."""


class AgencyUnknown(NotFound, code="auth.agency_unknown"):
    """Another agency's things do not exist for this caller."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a valid token.

    Attributes:
        name: What the pages call them; a machine's token has none.
        csrf: What every form must carry; None where no browser sends the token by itself.
    """

    actor: str
    agency: str
    roles: frozenset[Role]
    unit: str | None = None
    name: str | None = None
    csrf: str | None = field(default=None, repr=False)

    def must_be(self, *roles: Role) -> None:
        """Refuse whoever has none of *roles*.

        Raises:
            RoleMissing: See there.
        """
        if not self.roles.intersection(roles):
            raise RoleMissing(roles=", ".join(roles))

    def must_act_for(self, unit: str) -> None:
        """Refuse whoever does not belong to *unit*.

        Raises:
            OtherUnit: See there.
        """
        if self.unit != unit:
            raise OtherUnit(unit=unit)


class _Claims(Value):
    """What a token says of its caller, beside the registered claims."""

    sub: Id
    agency: Id
    roles: list[str] = []
    unit: Id | None = None
    name: str | None = None
    csrf: str | None = None


class Tokens:
    """Reads tokens against a set of public keys."""

    def __init__(self, jwks: Path, clock: Clock) -> None:
        self._keys = KeySet.import_key_set(json.loads(jwks.read_text()))
        self._clock = clock

    def caller(self, token: str) -> Caller:
        """Whose token it is.

        Raises:
            NotSignedIn: It is not one of ours, or not valid now.
        """
        must = {"essential": True}
        try:
            claims = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
            now = int(self._clock().timestamp())
            registry = JWTClaimsRegistry(
                now=now,
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": AUDIENCE},
                sub=must,  # type: ignore[arg-type] # a typed dictionary of which this is one
                agency=must,  # type: ignore[arg-type]
                exp=must,  # type: ignore[arg-type]
            )
            registry.validate(claims)
            if claims["exp"] > now + MAX_SECONDS + LEEWAY_SECONDS:
                raise NotSignedIn
            said = _Claims.model_validate(claims)
            roles = frozenset(role for role in ROLES if role in said.roles)
            return Caller(said.sub, said.agency, roles, said.unit, said.name, said.csrf)
        except (JoseError, ValueError, KeyError, TypeError) as found:
            # What it says is nobody's business; what is wrong with it, the operator's.
            logger.info("token_refused", reason=type(found).__name__, claim=getattr(found, "claim", None))
            raise NotSignedIn from found

"""The installation's own key for tokens: identity and whoever may read the data directory sign, services check."""

from collections.abc import Sequence

from deploy.identity.tokens import Signer
from deploy.standalone.home import Home
from shared.edge.auth import MAX_SECONDS, ROLES
from shared.errors import Invalid

MAX_HOURS = MAX_SECONDS // 3600


class RoleUnknown(Invalid, code="token.role_unknown"):
    """No service knows such a role."""


class HoursTooMany(Invalid, code="token.hours_too_many"):
    """A token lives 12 hours at most, and more than none."""


def make_key(home: Home) -> None:
    """Make the pair on first use; publish its public half."""
    if not home.signing_key.exists():
        home.write_secret(home.signing_key, Signer.new())
    home.write_public(home.jwks, Signer(home.signing_key.read_text()).public)


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
    signer = Signer(home.signing_key.read_text())
    return signer.token(actor=actor, agency=agency, roles=roles, now=now, seconds=round(hours * 3600), unit=unit)

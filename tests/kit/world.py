"""The world as tests see it: a fixed moment, an agency, publishers that say what a test wants."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.contracts import Contract
from shared.edge.auth import ALGORITHM, AUDIENCE, ISSUER, Tokens
from shared.edge.memory_log import MemoryLog
from shared.eventlog import Append, Entry, LogUnavailable, Row
from shared.execute import entry
from shared.facts import Fact
from shared.vocabulary import Meta

AT = datetime(2020, 11, 17, 8, 0, tzinfo=UTC)
AGENCY = "bnv"
META = Meta("tester", AT, "story")
KEY = OKPKey.generate_key("Ed25519")


def clock() -> datetime:
    return AT


def afterwards() -> datetime:
    """Of who enters from the files, years later."""
    return AT.replace(year=2026)


def tokens(directory: Path) -> Tokens:
    """Reads what ``token`` writes."""
    jwks = directory / "jwks.json"
    jwks.write_text(json.dumps({"keys": [{**KEY.as_dict(private=False), "kid": KEY.thumbprint()}]}))
    return Tokens(jwks, clock)


def token(actor: str, *roles: str, agency: str = AGENCY, unit: str | None = None, seconds: int = 3600) -> str:
    """A token of *actor*, valid at ``AT``."""
    now = int(AT.timestamp())
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": actor, "agency": agency, "roles": list(roles)}
    return signed(claims | {"exp": now + seconds, "iat": now} | ({"unit": unit} if unit else {}))


def signed(claims: Mapping[str, Any]) -> str:
    """A token that says *claims*, whatever they are."""
    return jwt.encode({"alg": ALGORITHM, "kid": KEY.thumbprint()}, dict(claims), KEY, algorithms=[ALGORITHM])


class Noted(Fact):
    """A fact that means nothing."""

    type = "noted.v1"
    on: str

    @property
    def stream(self) -> str:
        return self.on


def noted(stream: str, said: Contract | None = None) -> Entry:
    return entry(Noted(on=stream), META, said)


class CrashingLog(MemoryLog):
    """Goes away at some of its appends: before it is done (False), or after it is done and before it is told (True)."""

    def __init__(self, crashes: Mapping[int, bool]) -> None:
        super().__init__(clock)
        self._crashes, self._appends = crashes, count()

    async def append(self, request: Append) -> Sequence[Row]:
        done = self._crashes.get(next(self._appends))
        if done is False:
            raise LogUnavailable
        rows = await super().append(request)
        if done:
            raise LogUnavailable
        return rows

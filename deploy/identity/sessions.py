"""Sessions: a browser in which somebody signed in, known by a cookie whose digest alone is kept."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.identity.accounts import Accounts, Membership, Person, secret_of
from deploy.identity.errors import MembershipUnknown, NothingToDo
from deploy.identity.rules import ABSOLUTE, GRACE, IDLE, ROTATION, SEEN_EVERY
from deploy.identity.tables import ACT, SESSION
from shared.edge.database import transaction
from shared.vocabulary import Clock


@dataclass(frozen=True, slots=True)
class Session:
    """One that is open.

    Attributes:
        stale: Its cookie is old enough to be replaced.
    """

    number: int
    person: Person
    membership: Membership
    csrf: str
    device: str
    opened_at: dt.datetime
    seen_at: dt.datetime
    stale: bool


class Sessions:
    """The table of sessions."""

    def __init__(self, engine: AsyncEngine, accounts: Accounts, clock: Clock) -> None:
        self._engine, self._accounts, self._clock = engine, accounts, clock

    async def open(self, person: Person, device: str) -> str:
        """Open one with the person's first membership of today; returns its cookie.

        Raises:
            NothingToDo: See there.
        """
        now, cookie = self._clock(), secrets.token_urlsafe(32)
        memberships = person.today(now.date())
        if not memberships or person.disabled:
            raise NothingToDo(name=person.name)
        row = {
            "secret": secret_of(cookie),
            "account": person.id,
            "membership": memberships[0].number,
            "csrf": secrets.token_urlsafe(24),
            "device": device[:200],
            "opened_at": now,
            "made_at": now,
            "seen_at": now,
        }
        async with transaction(self._engine) as connection:
            await connection.execute(sa.insert(SESSION).values(row))
            said = {"at": now, "actor": person.id, "act": "session.opened", "account": person.id, "said": {}}
            await connection.execute(sa.insert(ACT).values(said))
        return cookie

    async def find(self, cookie: str) -> Session | None:
        """The open session of *cookie*, whose use is written down; None where it is over, or nobody's."""
        now, secret = self._clock(), secret_of(cookie)
        current = SESSION.c.secret == secret
        replaced = (SESSION.c.replaced == secret) & (SESSION.c.replaced_at > now - GRACE)
        alive = SESSION.c.ended_at.is_(None) & (SESSION.c.opened_at > now - ABSOLUTE) & (SESSION.c.seen_at > now - IDLE)
        async with transaction(self._engine) as connection:
            row = (await connection.execute(sa.select(SESSION).where((current | replaced) & alive))).first()
            if row is None:
                return None
            if row.seen_at < now - SEEN_EVERY:
                seen = sa.update(SESSION).where(SESSION.c.number == row.number).values(seen_at=now)
                await connection.execute(seen)
        return await self._session(row, now, stale=row.secret == secret and row.made_at < now - ROTATION)

    async def renew(self, session: Session, cookie: str) -> str | None:
        """A new cookie in place of *cookie*; None where another request was first."""
        now, new = self._clock(), secrets.token_urlsafe(32)
        mine = (SESSION.c.number == session.number) & (SESSION.c.secret == secret_of(cookie))
        values = {"secret": secret_of(new), "replaced": secret_of(cookie), "replaced_at": now, "made_at": now}
        async with transaction(self._engine) as connection:
            changed = await connection.execute(
                sa.update(SESSION).where(mine).values(values).returning(SESSION.c.number)
            )
            return new if changed.first() else None

    async def switch(self, session: Session, number: int, cookie: str) -> str:
        """Go on with another membership, under a new cookie.

        Raises:
            MembershipUnknown: See there.
        """
        today = session.person.today(self._clock().date())
        if number not in {each.number for each in today}:
            raise MembershipUnknown(number=number)
        async with transaction(self._engine) as connection:
            changed = sa.update(SESSION).where(SESSION.c.number == session.number)
            await connection.execute(changed.values(membership=number, csrf=secrets.token_urlsafe(24)))
        return await self.renew(session, cookie) or cookie

    async def end(self, account: str, number: int, *, by: str) -> None:
        """End one of an account's sessions; nothing happens to one that is over."""
        now = self._clock()
        this = (SESSION.c.account == account) & (SESSION.c.number == number) & SESSION.c.ended_at.is_(None)
        async with transaction(self._engine) as connection:
            ended = sa.update(SESSION).where(this).values(ended_at=now, ended_by=by).returning(SESSION.c.number)
            if (await connection.execute(ended)).first() is not None:
                row = {"at": now, "actor": by, "act": "session.ended", "account": account, "said": {"number": number}}
                await connection.execute(sa.insert(ACT).values(row))

    async def end_others(self, session: Session) -> None:
        """End all of the person's sessions but this one."""
        for each in await self.of(session.person.id):
            if each.number != session.number:
                await self.end(session.person.id, each.number, by=session.person.id)

    async def of(self, account: str) -> Sequence[Session]:
        """The open sessions of an account, the newest first."""
        now = self._clock()
        alive = SESSION.c.ended_at.is_(None) & (SESSION.c.opened_at > now - ABSOLUTE) & (SESSION.c.seen_at > now - IDLE)
        query = sa.select(SESSION).where((SESSION.c.account == account) & alive).order_by(SESSION.c.number.desc())
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        found = [await self._session(row, now, stale=False) for row in rows]
        return [each for each in found if each]

    async def _session(self, row: sa.Row[Any], now: dt.datetime, *, stale: bool) -> Session | None:
        person = await self._accounts.find(row.account)
        today = {each.number: each for each in person.today(now.date())}
        if person.disabled or not today:
            return None
        membership = today.get(row.membership) or next(iter(today.values()))
        return Session(row.number, person, membership, row.csrf, row.device, row.opened_at, row.seen_at, stale)

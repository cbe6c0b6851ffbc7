"""Accounts: who people are, how they prove it, and what they may do in which agency."""

import asyncio
import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyotp
import sqlalchemy as sa
from pwdlib import PasswordHash
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from deploy.identity.errors import (
    AccountUnknown,
    CodeWrong,
    InvitationOver,
    LoginTaken,
    LoginUnusable,
    PasswordTooLong,
    PasswordTooShort,
    SignInRefused,
)
from deploy.identity.rules import INVITED, LONGEST_PASSWORD, SHORTEST_PASSWORD, locked_until, needs_second_factor
from deploy.identity.tables import ACCOUNT, ACT, INVITATION, MEMBERSHIP, SESSION
from shared.edge.database import transaction
from shared.vocabulary import Clock

LOGIN: Final = re.compile(r"[^\s\x00-\x1f]{1,200}")
STEP_SECONDS: Final = 30
HASHING: Final = 2
"""So many passwords are hashed at once: each takes a tenth of a second of a core and 64 MiB."""
ISSUER: Final = "ictindex"


@dataclass(frozen=True, slots=True)
class Membership:
    """What a person may do in one agency today; ``number`` is the person's own count."""

    number: int
    agency: str
    roles: tuple[str, ...]
    unit: str | None = None
    position: str | None = None
    signs: str | None = None
    authority: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    def holds(self, today: dt.date) -> bool:
        """Whether it is in force on that day."""
        return (self.since is None or self.since <= today) and (self.until is None or today <= self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    id: str
    name: str
    login: str
    has_second_factor: bool
    disabled: bool
    memberships: tuple[Membership, ...]

    def today(self, today: dt.date) -> Sequence[Membership]:
        """The memberships in force."""
        return [each for each in self.memberships if each.holds(today)]

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the roles asks for more than a password, in force today or not."""
        return any(needs_second_factor(each.roles) for each in self.memberships)


def secret_of(text: str) -> str:
    """What is kept of a cookie or a link: whoever reads the table cannot use it."""
    return hashlib.sha256(text.encode()).hexdigest()


class Accounts:
    """The tables, and the clock they go by."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._hash = PasswordHash.recommended()
        self._hashing = asyncio.Semaphore(HASHING)
        self._nobody = self._hash.hash(secrets.token_hex(16))

    async def add(self, person: str, name: str, login: str, *, by: str) -> None:
        """Make an account without a password: an invitation sets it.

        Raises:
            LoginUnusable, LoginTaken: See there.
        """
        typed = login.strip().lower()
        if not LOGIN.fullmatch(typed):
            raise LoginUnusable(login=login[:40])
        try:
            async with transaction(self._engine) as connection:
                row = {"id": person, "name": name, "login": typed, "failures": 0, "made_at": self._clock()}
                await connection.execute(sa.insert(ACCOUNT).values(row))
                await self._note(connection, by, "account.added", person)  # acts stay: no name, no address
        except IntegrityError as found:
            raise LoginTaken(login=typed, id=person) from found

    async def grant(self, person: str, membership: Membership, *, by: str) -> None:
        """Put a membership over the one of the same number.

        Raises:
            AccountUnknown: See there.
        """
        row = {"account": person, **_columns(membership)}
        try:
            async with transaction(self._engine) as connection:
                mine = (MEMBERSHIP.c.account == person) & (MEMBERSHIP.c.number == membership.number)
                await connection.execute(sa.delete(MEMBERSHIP).where(mine))
                await connection.execute(sa.insert(MEMBERSHIP).values(row))
                said = {name: str(value) for name, value in row.items() if value is not None and name != "account"}
                await self._note(connection, by, "membership.granted", person, **{**said, "roles": [*membership.roles]})
        except IntegrityError as found:
            raise AccountUnknown(account=person) from found

    async def disable(self, person: str, *, by: str) -> None:
        """Let the account in no more, and end its sessions.

        Raises:
            AccountUnknown: See there.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            changed = sa.update(ACCOUNT).where(ACCOUNT.c.id == person).values(disabled_at=now).returning(ACCOUNT.c.id)
            if (await connection.execute(changed)).first() is None:
                raise AccountUnknown(account=person)
            open_ones = (SESSION.c.account == person) & SESSION.c.ended_at.is_(None)
            await connection.execute(sa.update(SESSION).where(open_ones).values(ended_at=now, ended_by=by))
            await self._note(connection, by, "account.disabled", person)

    async def invite(self, person: str, *, by: str) -> str:
        """A word for a link with which the person sets a password; it is known to nobody else from here on.

        Raises:
            AccountUnknown: See there.
        """
        word, now = secrets.token_urlsafe(32), self._clock()
        row = {"secret": secret_of(word), "account": person, "until": now + INVITED}
        try:
            async with transaction(self._engine) as connection:
                await connection.execute(sa.insert(INVITATION).values(row))
                await self._note(connection, by, "account.invited", person)
        except IntegrityError as found:
            raise AccountUnknown(account=person) from found
        return word

    async def invited(self, word: str) -> Person:
        """Whose invitation it is.

        Raises:
            InvitationOver: See there.
        """
        async with transaction(self._engine) as connection:
            return await self._find(connection, await self._invitation(connection, word))

    async def accept(self, word: str, password: str) -> Person:
        """Set the password that an invitation asks for; the word is used up.

        Raises:
            InvitationOver, PasswordTooShort, PasswordTooLong: See there.
        """
        hashed = await self._hashed(password)
        async with transaction(self._engine) as connection:
            account = await self._invitation(connection, word)
            used = sa.update(INVITATION).where(INVITATION.c.secret == secret_of(word))
            await connection.execute(used.values(used_at=self._clock()))
            await self._keep_password(connection, account, hashed, by=account)
            return await self._find(connection, account)

    async def set_password(self, person: str, password: str, *, by: str) -> None:
        """Put a password in place of whatever was there.

        Raises:
            AccountUnknown, PasswordTooShort, PasswordTooLong: See there.
        """
        hashed = await self._hashed(password)
        async with transaction(self._engine) as connection:
            await self._keep_password(connection, person, hashed, by=by)

    async def check(self, login: str, password: str) -> Person:
        """Whose login and password these are; wrong ones are counted.

        Raises:
            SignInRefused: See there.
        """
        typed = login.strip().lower()
        async with transaction(self._engine) as connection:
            row = (await connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.login == typed))).first()
        known = row is not None and row.password is not None
        fits = await self._fits(password, row.password if row is not None and known else self._nobody)
        if row is None:
            raise SignInRefused
        now = self._clock()
        free = row.disabled_at is None and (row.locked_until is None or row.locked_until <= now)
        if not (known and fits and free):
            await self._count(row.id, now)
            raise SignInRefused
        async with transaction(self._engine) as connection:
            reset = sa.update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(failures=0, locked_until=None)
            await connection.execute(reset)
            return await self._find(connection, row.id)

    async def check_code(self, person: str, code: str, *, secret: str | None = None) -> None:
        """Whether *code* is the second factor of now; with *secret* it becomes the person's from here on.

        Raises:
            CodeWrong: See there.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            row = (await connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == person).with_for_update())).one()
            free = row.locked_until is None or row.locked_until <= now
            step = _step(secret or row.totp, code, now) if free and (row.totp is None) == (secret is not None) else None
            if step is not None and (row.totp_step is None or step > row.totp_step):
                values: dict[str, Any] = {"totp_step": step, "failures": 0}
                if secret is not None:
                    values["totp"] = secret
                    await self._note(connection, person, "second_factor.set", person)
                await connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == person).values(values))
                return
        await self._count(person, now)
        raise CodeWrong

    async def find(self, person: str) -> Person:
        """Somebody by id.

        Raises:
            AccountUnknown: See there.
        """
        async with transaction(self._engine) as connection:
            return await self._find(connection, person)

    async def everybody(self) -> Sequence[Person]:
        """All accounts, by login."""
        async with transaction(self._engine) as connection:
            ids = (await connection.execute(sa.select(ACCOUNT.c.id).order_by(ACCOUNT.c.login))).scalars().all()
            return [await self._find(connection, each) for each in ids]

    async def _find(self, connection: AsyncConnection, person: str) -> Person:
        row = (await connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == person))).first()
        if row is None:
            raise AccountUnknown(account=person)
        query = sa.select(MEMBERSHIP).where(MEMBERSHIP.c.account == person).order_by(MEMBERSHIP.c.number)
        found = (await connection.execute(query)).all()
        memberships = tuple(_membership(each) for each in found)
        return Person(row.id, row.name, row.login, row.totp is not None, row.disabled_at is not None, memberships)

    async def _invitation(self, connection: AsyncConnection, word: str) -> str:
        query = sa.select(INVITATION).where(INVITATION.c.secret == secret_of(word)).with_for_update()
        row = (await connection.execute(query)).first()
        if row is None or row.used_at is not None or row.until <= self._clock():
            raise InvitationOver
        return str(row.account)

    async def _keep_password(self, connection: AsyncConnection, person: str, hashed: str, *, by: str) -> None:
        values = {"password": hashed, "failures": 0, "locked_until": None}
        changed = sa.update(ACCOUNT).where(ACCOUNT.c.id == person).values(values).returning(ACCOUNT.c.id)
        if (await connection.execute(changed)).first() is None:
            raise AccountUnknown(account=person)
        await self._note(connection, by, "password.set", person)

    async def _count(self, person: str, now: dt.datetime) -> None:
        async with transaction(self._engine) as connection:
            counted = sa.update(ACCOUNT).where(ACCOUNT.c.id == person).values(failures=ACCOUNT.c.failures + 1)
            failures = (await connection.execute(counted.returning(ACCOUNT.c.failures))).scalar_one()
            until = locked_until(failures, now)
            if until is not None:
                await connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == person).values(locked_until=until))
                await self._note(connection, person, "account.locked", person, until=until.isoformat())

    async def _note(self, connection: AsyncConnection, actor: str, act: str, account: str, **said: object) -> None:
        row = {"at": self._clock(), "actor": actor, "act": act, "account": account, "said": said}
        await connection.execute(sa.insert(ACT).values(row))

    async def _hashed(self, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise PasswordTooShort(least=SHORTEST_PASSWORD)
        if len(password) > LONGEST_PASSWORD:
            raise PasswordTooLong(most=LONGEST_PASSWORD)
        async with self._hashing:
            return await asyncio.to_thread(self._hash.hash, password)

    async def _fits(self, password: str, hashed: str) -> bool:
        async with self._hashing:
            return await asyncio.to_thread(self._hash.verify, password[: LONGEST_PASSWORD + 1], hashed)


def new_second_factor() -> str:
    """A secret for an authenticator app."""
    return pyotp.random_base32()


def second_factor_url(secret: str, login: str) -> str:
    """What the app reads from a picture."""
    return pyotp.TOTP(secret, name=login, issuer=ISSUER).provisioning_uri()


def _step(secret: str, code: str, now: dt.datetime) -> int | None:
    """The step of which *code* is: this one, the one before or the one after; RFC 6238."""
    this = int(now.timestamp()) // STEP_SECONDS
    for step in (this, this - 1, this + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP_SECONDS).encode(), code.strip().encode()):
            return step
    return None


def _membership(row: sa.Row[Any]) -> Membership:
    fields = {name: getattr(row, name) for name in Membership.__dataclass_fields__}
    return Membership(**{**fields, "roles": tuple(row.roles)})


def _columns(membership: Membership) -> dict[str, Any]:
    fields = {name: getattr(membership, name) for name in Membership.__dataclass_fields__}
    return {**fields, "roles": [*membership.roles]}

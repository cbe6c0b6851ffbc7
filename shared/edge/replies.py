"""A change of rows that are no facts (drafts, uploads): the same request under the same key is answered as before.

A fact's key is a stream of its log. A row's change is answered from here, for a day: it is safe to do again by itself,
so what is lost in a crash between the change and its reply is only that the second time looks like the first.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.edge.asking import Ask
from shared.edge.database import transaction
from shared.execute import KeyReused, Once
from shared.vocabulary import Value, digest

KEPT_FOR = timedelta(days=1)
V = TypeVar("V", bound=Value)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request was answered.

    Attributes:
        key: Digest of actor and key.
        request: Digest of the request, as ``Once`` has it.
        body: JSON.
    """

    key: str
    request: str
    body: str


class Replies(Protocol):
    """The table, by agency and key."""

    async def get(self, agency: str, key: str) -> Reply | None:
        """What was answered under *key*."""
        ...

    async def keep(self, agency: str, reply: Reply, at: datetime) -> None:
        """Keep *reply*, given *at*, unless its key has one; forget the agency's that are older than a day by then."""
        ...


async def replied(ask: Ask, replies: Replies, act: Callable[[], Awaitable[V]], kind: type[V]) -> V:
    """The answer of *act*, a *kind*; where the request was answered before, that answer, and nothing is done.

    Raises:
        KeyReused: The key belongs to another request.
    """
    once, agency = _once(ask), ask.caller.agency
    key = digest([ask.caller.actor, once.key])
    before = await replies.get(agency, key)
    if before is None:
        answer = await act()
        await replies.keep(agency, Reply(key, once.request, answer.model_dump_json()), ask.meta.at)
        return answer
    if before.request != once.request:
        raise KeyReused
    return kind.model_validate_json(before.body)


def _once(ask: Ask) -> Once:
    assert ask.once is not None, "the route asks for a key"  # noqa: S101 - wiring, not input
    return ask.once


REPLY = sa.table(
    "reply",
    *(sa.column(name, sa.Text()) for name in ("agency", "key", "request", "body")),
    sa.column("given_at", sa.DateTime(timezone=True)),
)  # fmt: skip


class TableReplies:
    """``Replies`` in the service's schema."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, agency: str, key: str) -> Reply | None:
        query = sa.select(REPLY.c.key, REPLY.c.request, REPLY.c.body).where(
            REPLY.c.agency == agency, REPLY.c.key == key
        )
        async with transaction(self._engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Reply(*row)

    async def keep(self, agency: str, reply: Reply, at: datetime) -> None:
        old = sa.delete(REPLY).where(REPLY.c.agency == agency, REPLY.c.given_at < at - KEPT_FOR)
        new = insert(REPLY).values(agency=agency, key=reply.key, request=reply.request, body=reply.body, given_at=at)
        async with transaction(self._engine) as connection:
            await connection.execute(old)
            await connection.execute(new.on_conflict_do_nothing())

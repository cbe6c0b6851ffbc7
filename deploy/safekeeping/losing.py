"""Going on where one log is older than what the others heard of it: it is put on the record what is lost.

The restored log gives no number a second time: it says under each lost number that there is nothing, and in the end
from where to where. Services with logs keep their answers, which are history, and pass over those numbers; reporting,
whose tables hold nothing of their own, is built again.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import asyncpg

from deploy.safekeeping.aside import ensure_at_rest
from deploy.safekeeping.backup import LOGGED
from deploy.safekeeping.manifest import Manifest
from shared.contracts import NO_CHAIN, SERVICES
from shared.edge.answers import LogAnswers
from shared.edge.migrations import OWNER, upgrade
from shared.edge.postgres_log import PostgresLog
from shared.edge.restoring import RESTORING, AcceptLoss, NumberSpent, WentBack
from shared.edge.settings import wall_clock
from shared.edge.stops import MessagesLost
from shared.errors import Rejected
from shared.eventlog import Append, Heard, Mark, Record, Row
from shared.execute import Act, entry, execute
from shared.vocabulary import ClosedText, Meta

ACTOR, STORY = "ictindex-cli", "accept-loss"
Dsn = Callable[[str], str]


class SaidSince(Rejected, code="backup.said_since"):
    """The restored log has gone on by itself, so that two stories bear the same numbers."""


class OthersKnowMore(Rejected, code="backup.others_know_more"):
    """Another service has answered messages that the restored log will not hold."""


@dataclass(frozen=True, slots=True)
class LostOf:
    """Of one agency, what a publisher's log does not know any more.

    Attributes:
        kept: Its last number that everybody heard as it stands.
        heard: By service, the last number it has answered; only those that heard more.
    """

    publisher: str
    agency: str
    kept: int
    heard: Mapping[str, int] = field(default_factory=dict)


async def find_losses(dsn: Dsn) -> Sequence[LostOf]:
    """Every log of which others have heard more than it holds, but for what they have accepted as lost.

    Args:
        dsn: How a login reaches the database.

    Raises:
        SaidSince: See there.
    """
    async with _connected(dsn("auditor")) as auditor:
        found = [
            await _compared(auditor, publisher, agency)
            for publisher in LOGGED
            for agency in await _heard_of(auditor, publisher)
        ]
    return [each for each in found if each.heard]


async def ensure_nobody_knows_more(dsn: Dsn, manifest: Manifest, services: Sequence[str]) -> None:
    """Refuse to restore *services* alone where others have heard what the backup does not hold.

    Raises:
        OthersKnowMore: See there.
    """
    kept = {(each.service, each.agency): each.sequence for each in manifest.logs}
    async with _connected(dsn("auditor")) as auditor:
        for other in [each for each in SERVICES if each not in services]:
            heard = f"SELECT agency, publisher, max(sequence) AS last FROM {other}.inbox GROUP BY 1, 2 ORDER BY 1, 2"  # noqa: S608 - our own names
            for row in await auditor.fetch(heard):
                publisher, agency, last = row["publisher"], row["agency"], row["last"]
                if publisher in services and last > kept.get((publisher, agency), 0):
                    facts = {"first": kept.get((publisher, agency), 0) + 1, "last": last}
                    raise OthersKnowMore(publisher=publisher, agency=agency, service=other, **facts)


async def accept(dsn: Dsn, losses: Sequence[LostOf], reason: str) -> None:
    """Put *losses* on the record of everybody whom they concern, each time with the *reason*.

    Doing it again after it was cut off goes on.

    Raises:
        ServicesAtWork: See there.
    """
    await ensure_at_rest(dsn(OWNER))
    text = ClosedText(salt=secrets.token_hex(16), text=reason)
    for each in losses:
        spoken = await _spend(dsn(each.publisher), each, text)
        for service in each.heard:
            if service in LOGGED:
                await _pass_over(dsn(service), service, each, spoken, text)
    if any("reporting" in each.heard for each in losses):
        await _build_again(dsn(OWNER))


async def _heard_of(auditor: asyncpg.Connection, publisher: str) -> Sequence[str]:
    """The agencies of which anybody heard *publisher*."""
    of_one = (f"SELECT agency FROM {service}.inbox WHERE publisher = $1" for service in SERVICES)  # noqa: S608 - our own names
    return sorted(row["agency"] for row in await auditor.fetch(" UNION ".join(of_one), publisher))


async def _compared(auditor: asyncpg.Connection, publisher: str, agency: str) -> LostOf:
    log = f"SELECT sequence, chain, type FROM {publisher}.log WHERE agency = $1 AND sequence > 0 ORDER BY sequence"  # noqa: S608 - our own names
    rows = await auditor.fetch(log, agency)
    said, kept, heard = [row["chain"].hex() for row in rows], len(rows), {}
    for service in SERVICES:
        chains = await _chains(auditor, service, publisher, agency)
        accepted = await _accepted(auditor, service, publisher, agency)
        same = _same(said, chains, accepted)
        if same < len(chains):
            kept, heard[service] = min(kept, same), len(chains)
    if heard:
        gone_on = any(row["type"] not in {NumberSpent.type, WentBack.type} for row in rows[kept:])
        if gone_on or await _heard_since(auditor, publisher, agency, kept):
            raise SaidSince(publisher=publisher, agency=agency)
    return LostOf(publisher, agency, kept, heard)


async def _chains(auditor: asyncpg.Connection, service: str, publisher: str, agency: str) -> Sequence[str]:
    heard = f"SELECT chain FROM {service}.inbox WHERE agency = $1 AND publisher = $2 ORDER BY sequence"  # noqa: S608 - our own names
    return [row["chain"] for row in await auditor.fetch(heard, agency, publisher)]


async def _accepted(auditor: asyncpg.Connection, service: str, publisher: str, agency: str) -> Collection[int]:
    """The numbers of *publisher* that the service has accepted as lost."""
    if service not in LOGGED:
        return ()
    stopped = f"SELECT record FROM {service}.log WHERE agency = $1 AND type = $2"  # noqa: S608 - our own names
    rows = await auditor.fetch(stopped, agency, MessagesLost.type)
    facts = [MessagesLost.model_validate(Record.model_validate_json(row["record"]).data) for row in rows]
    return {n for fact in facts if fact.publisher == publisher for n in range(fact.first, fact.until)}


async def _heard_since(auditor: asyncpg.Connection, publisher: str, agency: str, kept: int) -> bool:
    """Whether the restored log has heard anything that rests on what it lost, so that it is not as it was kept."""
    for other in LOGGED:
        since = f"""SELECT 1 FROM {publisher}.inbox i JOIN {other}.log l USING (agency, sequence)
                    WHERE agency = $1 AND publisher = $2 AND (l.after::jsonb->>$3)::bigint > $4 LIMIT 1"""  # noqa: S608 - our own names
        if other != publisher and await auditor.fetchval(since, agency, other, publisher, kept):
            return True
    return False


def _same(said: Sequence[str], heard: Sequence[str], accepted: Collection[int]) -> int:
    """How many of what was heard, from the first on, stand in the log as they were heard, or are accepted as lost."""
    pairs = enumerate(zip(said, heard, strict=False), start=1)
    differing = (number for number, (one, other) in pairs if one != other and number not in accepted)
    return next(differing, min(len(said), len(heard)) + 1) - 1


async def _spend(dsn: str, lost: LostOf, reason: ClosedText) -> Row:
    """Give every lost number, and say what was lost; the row that says so."""
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        log = PostgresLog(pool, wall_clock)
        head = await log.head(lost.agency)
        if head.sequence == lost.kept:
            command = AcceptLoss(lost.kept + 1, max(lost.heard.values()), reason.closed)
            request = Append(lost.agency, texts=(reason,))
            await execute(Act(command, RESTORING), meta=_meta(), request=request, log=log)
            head = await log.head(lost.agency)
        [last] = await log.announced(lost.agency, head.sequence, 1)
    return last


async def _pass_over(dsn: str, service: str, lost: LostOf, spoken: Row, reason: ClosedText) -> None:
    """The service goes on behind *spoken*, and keeps what it had answered before."""
    until, last = spoken.sequence or 0, lost.heard[service]
    fact = MessagesLost(publisher=lost.publisher, first=lost.kept + 1, last=last, until=until, reason=reason.closed)
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        log = PostgresLog(pool, wall_clock)
        gate = await LogAnswers(log, {}).gate(lost.agency, lost.publisher)
        passed = [Mark(number, NO_CHAIN, 0) for number in range(last + 1, until)]
        marks = [*passed, Mark(until, spoken.chain.hex(), spoken.position)]
        requests = [Append(lost.agency, heard=Heard(lost.publisher, mark)) for mark in marks]
        expected = {fact.stream: gate.version}
        requests[0] = replace(requests[0], expected=expected, entries=(entry(fact, _meta()),), texts=(reason,))
        await log.append_together(requests)


async def _build_again(dsn: str) -> None:
    """Reporting's tables, empty; all that was ever said is said again, since the topics are empty too."""
    async with _connected(dsn) as owner:
        await owner.execute("DROP SCHEMA reporting CASCADE")
    await upgrade("reporting", dsn)


def _meta() -> Meta:
    return Meta(ACTOR, wall_clock(), STORY)


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()

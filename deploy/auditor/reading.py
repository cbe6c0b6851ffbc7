"""Reads what there is, as of one moment: the caller holds one repeatable-read transaction over all schemas."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import asyncpg

from shared.audit.history import Histories, History, StoredText
from shared.contracts import SERVICES
from shared.edge.postgres_log import COLUMNS, HEAD
from shared.eventlog import Head, Mark, Row

LOGS = ("submission", "appraisal", "scoring")
"""Services that keep a log; reporting keeps only an inbox, in the transactions of its tables."""


async def list_agencies(connection: asyncpg.Connection) -> Sequence[str]:
    """Every agency of which any service has heard, sorted."""
    tables = [f"{service}.{table}" for service in LOGS for table in ("head", "log")]
    tables += [f"{service}.inbox" for service in SERVICES]
    query = " UNION ".join(f"SELECT agency FROM {table}" for table in tables)  # noqa: S608 - our own names
    return sorted(row["agency"] for row in await connection.fetch(query))


async def read_histories(connection: asyncpg.Connection, agency: str) -> Histories:
    """Everything the services have of one agency."""
    return {service: await _history(connection, service, agency) for service in SERVICES}


async def _history(connection: asyncpg.Connection, service: str, agency: str) -> History:
    async def fetch(query: str) -> Sequence[asyncpg.Record]:
        return await connection.fetch(query.format(service=service), agency)

    texts = await fetch("SELECT name, salt, text, decision FROM {service}.closed_text WHERE agency = $1")
    known = {row["name"]: StoredText(row["salt"], row["text"], row["decision"]) for row in texts}
    inbox = defaultdict[str, list[Mark]](list)
    marks = "SELECT publisher, sequence, chain, position FROM {service}.inbox WHERE agency = $1 ORDER BY sequence"
    for row in await fetch(marks):
        inbox[row["publisher"]].append(Mark(row["sequence"], row["chain"], row["position"]))
    if service not in LOGS:
        last = await fetch("SELECT publisher, sequence FROM {service}.ends WHERE agency = $1")
        ends = {row["publisher"]: row["sequence"] for row in last}
        return History(service, agency, ends=ends, inbox=inbox, texts=known)
    rows = await fetch(f"SELECT {COLUMNS} FROM {{service}}.log WHERE agency = $1 ORDER BY position")  # noqa: S608 - our own
    heads = await fetch(f"SELECT {HEAD}, ends::text AS ends FROM {{service}}.head WHERE agency = $1")  # noqa: S608 - our own
    *head, ends = heads[0] if heads else (*astuple(Head()), "{}")
    return History(
        service,
        agency,
        rows=[Row(**dict(row)) for row in rows],
        head=Head(*head),
        ends=json.loads(ends),
        inbox=inbox,
        texts=known,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How far everybody had come at one moment.

    Attributes:
        said: By agency and publisher, the number of its last announcement.
        heard: By agency, publisher and consumer, the last one that was answered.
    """

    said: Mapping[tuple[str, str], int]
    heard: Mapping[tuple[str, str, str], int]

    @property
    def quiet(self) -> bool:
        """Whether nothing is on its way."""
        return all(
            self.heard.get((agency, publisher, consumer), 0) >= sequence
            for (agency, publisher), sequence in self.said.items()
            for consumer in SERVICES
            if consumer != publisher
        )

    def due(self, agency: str) -> Mapping[str, int]:
        """By publisher, what everybody must have answered when enough time went by."""
        return {publisher: sequence for (each, publisher), sequence in self.said.items() if each == agency}


async def read_standing(connection: asyncpg.Connection) -> Standing:
    """How far everybody has come, in the snapshot of the caller's transaction."""
    said: dict[tuple[str, str], int] = {}
    heard: dict[tuple[str, str, str], int] = {}
    for service in LOGS:
        for row in await connection.fetch(f"SELECT agency, sequence FROM {service}.head"):  # noqa: S608 - our own names
            said[row["agency"], service] = row["sequence"]
    for service in SERVICES:
        ends = f"SELECT publisher, agency, max(sequence) AS sequence FROM {service}.inbox GROUP BY 1, 2"  # noqa: S608
        for row in await connection.fetch(ends):
            heard[row["agency"], row["publisher"], service] = row["sequence"]
    return Standing(said, heard)

"""A forger who can write everywhere: changes one row, and makes every chain after it fit again."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

from shared.audit.history import Histories
from shared.eventlog import GENESIS, Mark, Row, link
from shared.vocabulary import Json, canonical

CHAIN = re.compile(rb"[0-9a-f]{64}")
Change = Callable[[Row], Row]


def forged(histories: Histories, service: str, position: int, change: Change) -> Histories:
    """*histories* with one row changed, and with it whatever names a chain, in every service."""
    renamed: dict[bytes, bytes] = {}

    def again(text: bytes) -> bytes:
        return CHAIN.sub(lambda found: renamed.get(found[0], found[0]), text)

    rows = {name: list[Row]() for name in histories}
    everything = [(row.recorded_at, name, row) for name, history in histories.items() for row in history.rows]
    for _, name, row in sorted(everything, key=lambda each: (each[0], each[1], each[2].position)):
        new = change(row) if (name, row.position) == (service, position) else row
        new = replace(new, record=again(new.record), announcement=new.announcement and again(new.announcement))
        new = replace(new, chain=link(rows[name][-1].chain if rows[name] else GENESIS, new))
        renamed[row.chain.hex().encode()] = new.chain.hex().encode()
        rows[name].append(new)
    return {
        name: replace(
            history,
            rows=rows[name],
            head=replace(history.head, chain=rows[name][-1].chain if rows[name] else GENESIS),
            inbox={
                publisher: [Mark(mark.sequence, again(mark.chain.encode()).decode(), mark.position) for mark in marks]
                for publisher, marks in history.inbox.items()
            },
        )
        for name, history in histories.items()
    }


def fact(change: Callable[[Json], Json]) -> Change:
    """Changes what happened, and leaves what was said about it."""

    def changed(row: Row) -> Row:
        record = row.content().model_dump(mode="json")
        return replace(row, record=canonical({**record, "data": change(record["data"])}))

    return changed


def both(change: Callable[[Json], Json]) -> Change:
    """Changes what happened and what was said about it, alike."""

    def changed(row: Row) -> Row:
        said = json.loads(row.announcement or b"{}")
        new = fact(change)(row)
        return replace(new, announcement=canonical({**said, "data": change(said["data"])}))

    return changed

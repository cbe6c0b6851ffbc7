"""A small story through three logs, as an auditor reads it: a sheet, a verdict on it, and who heard what."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from deploy.auditor.spoken import announce
from services.appraisal.dossier.facts import SheetTaken, VerdictGiven
from services.submission.confirmation.facts import VerdictHeard
from services.submission.sheet.facts import SheetSubmitted
from shared.audit.history import Histories, History, StoredText
from shared.edge.memory_log import MemoryLog
from shared.eventlog import Append, Heard, Mark, Row
from shared.execute import entry
from shared.facts import Fact
from shared.vocabulary import ClosedText, GivenPoints, Json, canonical
from tests.contract.goldens import pieces
from tests.kit.world import AGENCY, META, clock

REASON = ClosedText(salt="0" * 32, text="Số liệu chưa khớp với báo cáo.")
POINTS, LESS = GivenPoints(points="61.72"), GivenPoints(points="60.00")
THING = {"campaign": pieces.CAMPAIGN, "unit": pieces.UNIT}
LINES = {"1.2": pieces.LINES["1.1"].model_copy(update={"explanation": None})}
SUBMITTED = SheetSubmitted(**THING, version=1, lines=LINES, late=False, certified=pieces.SHA256)
TAKEN = SheetTaken(**THING, version=1, lines=LINES, late=False)
JUDGED: dict[str, Any] = {
    "criterion": "1.2",
    "stage": "round1",
    "before": POINTS,
    "after": LESS,
    "reason": REASON.closed,
}
GIVEN = VerdictGiven(**THING, **JUDGED, sheet=1, stands=False)
HEARD = VerdictHeard(**THING, **JUDGED)


@dataclass
class Scribe:
    """One service's log, and every message it has answered."""

    service: str
    log: MemoryLog = field(default_factory=lambda: MemoryLog(clock))
    inbox: dict[str, list[Mark]] = field(default_factory=dict)

    async def writes(self, *facts: Fact, because: "tuple[Scribe, Row] | None" = None) -> Row | None:
        """Add *facts*, with what the service says about them; the last row."""
        heard, meta = None, META
        if because:
            publisher, cause = because
            heard = Heard(publisher.service, Mark(cause.sequence or 0, cause.chain.hex(), cause.position))
            self.inbox.setdefault(publisher.service, []).append(heard.mark)
            meta = replace(META, causation=f"{publisher.service}/{AGENCY}@{cause.position}#{cause.chain.hex()}")
        for fact in facts:
            [row] = await MemoryLog(clock).append(Append(AGENCY, entries=(entry(fact, meta),)))
            entries = (entry(fact, meta, announce(self.service, row)),)
            await self.log.append(Append(AGENCY, entries=entries, heard=heard))
            heard = None
        if heard:
            await self.log.append(Append(AGENCY, heard=heard))
        return next(iter(reversed(await self.log.tail(AGENCY, 0))), None)

    async def read(self, texts: Mapping[str, StoredText]) -> History:
        return History(
            self.service,
            AGENCY,
            rows=await self.log.tail(AGENCY, 0),
            head=await self.log.head(AGENCY),
            ends={name: mark.sequence for name, mark in (await self.log.ends(AGENCY)).items()},
            inbox=self.inbox,
            texts=texts,
        )


async def told() -> Histories:
    """Submission says a sheet (1); appraisal hears it (1) and says a verdict (2); submission hears that (2)."""
    submission, appraisal, reporting = Scribe("submission"), Scribe("appraisal"), Scribe("reporting")
    sheet = await submission.writes(SUBMITTED)
    assert sheet
    await appraisal.writes(TAKEN, because=(submission, sheet))
    verdict = await appraisal.writes(GIVEN)
    assert verdict
    await submission.writes(HEARD, because=(appraisal, verdict))
    await reporting.writes(because=(submission, sheet))
    await reporting.writes(because=(appraisal, verdict))
    texts = {REASON.closed.closed: StoredText(REASON.salt, REASON.text)}
    return {
        scribe.service: await scribe.read({} if scribe is reporting else texts)
        for scribe in (submission, appraisal, reporting)
    }


def with_row(histories: Histories, service: str, position: int, **columns: Any) -> Histories:
    """The same, but for the row at *position*: other columns, whatever its chain then says."""
    rows = [replace(row, **columns) if row.position == position else row for row in histories[service].rows]
    return with_history(histories, service, rows=rows)


def with_history(histories: Histories, service: str, **fields: Any) -> Histories:
    return {**histories, service: replace(histories[service], **fields)}


def row_of(histories: Histories, service: str, position: int) -> Row:
    return histories[service].rows[position - 1]


def rewritten(stored: bytes | None, *path: str, to: object) -> bytes:
    """The JSON in *stored* with another value at *path*."""
    whole: Json = json.loads(stored or b"")
    place = whole
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return canonical(whole)

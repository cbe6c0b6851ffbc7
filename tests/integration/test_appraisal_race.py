"""Verdicts race the closing of their round: no score lies behind the closure, and the closure counts every score."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import pytest

from services.appraisal.dossier.facts import VerdictGiven
from services.appraisal.round.domain import ROUND, AppraiseCriteria, CloseRound, Judgement, LetStand, RoundOver
from services.appraisal.round.facts import RoundEnded
from shared.contracts import round_digest
from shared.eventlog import Append, EventLog, Overtaken, Row
from shared.execute import Act, entry, execute
from shared.vocabulary import Closed, Meta
from tests.kit.appraisal import CAMPAIGN, INTAKE_ENDED, SHORT, Role, enrolled, formed, opened, points, sheet
from tests.kit.world import AGENCY, AT, META

APPRAISERS = 64
UNITS = tuple(f"vu-{number:02}" for number in range(APPRAISERS))
WHY = Closed(closed="c" * 64)
CLOSE = CloseRound(CAMPAIGN, "round1", operator=True)


def appraiser(unit: str) -> Meta:
    return Meta(f"tham-dinh-{unit}", AT, "story")


async def judged_by_everybody(log: EventLog) -> None:
    """A round in which every criterion has its verdict, so that nothing but the race can keep it open."""
    member: Role = "member"
    team = formed("team", *((appraiser(unit).actor, member, None) for unit in UNITS))
    facts = [*opened(SHORT, enrolled(*UNITS)), team, *(sheet(unit) for unit in UNITS), INTAKE_ENDED]
    await log.append(Append(AGENCY, entries=tuple(entry(fact, META) for fact in facts)))
    await run(log, LetStand(CAMPAIGN, "round1", dict.fromkeys(UNITS)), appraiser(UNITS[0]))


async def run(log: EventLog, command: AppraiseCriteria | LetStand | CloseRound, meta: Meta) -> None:
    await execute(Act(command, ROUND), meta=meta, request=Append(AGENCY), log=log)


def lower(unit: str, score: int) -> AppraiseCriteria:
    judgement = Judgement(unit, "g1", points(str(score)), "no_evidence", WHY)
    return AppraiseCriteria(CAMPAIGN, "round1", (judgement,))


async def must_be_sound(log: EventLog, accepted: int) -> None:
    """Every verdict lies before the closure, whose count and digest are those of the last words before it."""
    rows: list[Row] = []
    while more := await log.tail(AGENCY, rows[-1].position if rows else 0):
        rows += more
    given = [(row, VerdictGiven.model_validate(row.content().data)) for row in rows if row.type == VerdictGiven.type]
    (end,) = [row for row in rows if row.type == RoundEnded.type]
    closure = RoundEnded.model_validate(end.content().data)
    assert [row.position for row, _ in given if row.position > end.position] == []
    words = {(verdict.unit, verdict.criterion): verdict.after for _, verdict in given}
    assert (closure.count, closure.digest) == (len(words), round_digest(words))
    assert len(given) == len(UNITS) * 3 + accepted


async def test_64_appraisers_race_the_closing_of_a_round(log: EventLog) -> None:
    await judged_by_everybody(log)
    closed, told = asyncio.Event(), Counter[str]()

    async def appraise(unit: str) -> None:
        try:
            for score in (50, 60, 70):
                await run(log, lower(unit, score), appraiser(unit))
                told["accepted"] += 1
            await closed.wait()
            await run(log, lower(unit, 80), appraiser(unit))
        except RoundOver:
            told["refused"] += 1

    async def close() -> None:
        while not closed.is_set():
            try:
                await run(log, CLOSE, META)
            except Overtaken:
                continue
            closed.set()

    async with asyncio.TaskGroup() as race:
        for unit in UNITS:
            race.create_task(appraise(unit))
        race.create_task(close())
    assert told["refused"] == APPRAISERS
    await must_be_sound(log, told["accepted"])


class Interposed:
    """A log at which *between* happens once, after somebody has read and before they append."""

    def __init__(self, log: EventLog, between: Callable[[], Awaitable[None]]) -> None:
        self._log, self._between, self.appends = log, between, 0

    async def append(self, request: Append) -> Sequence[Row]:
        self.appends += 1
        if self.appends == 1:
            await self._between()
        return await self._log.append(request)

    async def execute(self, command: AppraiseCriteria | LetStand | CloseRound, meta: Meta) -> None:
        await run(cast("EventLog", self), command, meta)

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)


async def test_a_verdict_that_was_decided_before_the_closing_is_not_written_after_it(log: EventLog) -> None:
    await judged_by_everybody(log)
    between = Interposed(log, lambda: run(log, CLOSE, META))
    with pytest.raises(RoundOver):
        await between.execute(lower(UNITS[0], 50), appraiser(UNITS[0]))
    await must_be_sound(log, 0)


async def test_a_closing_that_was_decided_before_a_verdict_counts_it(log: EventLog) -> None:
    await judged_by_everybody(log)
    between = Interposed(log, lambda: run(log, lower(UNITS[0], 50), appraiser(UNITS[0])))
    await between.execute(CLOSE, META)
    assert between.appends == 2
    await must_be_sound(log, 1)


async def test_verdicts_on_different_units_do_not_wait_for_each_other(log: EventLog) -> None:
    await judged_by_everybody(log)
    between = Interposed(log, lambda: run(log, lower(UNITS[1], 50), appraiser(UNITS[1])))
    await between.execute(lower(UNITS[0], 50), appraiser(UNITS[0]))
    assert between.appends == 1

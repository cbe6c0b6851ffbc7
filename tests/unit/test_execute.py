"""What happens between reading and appending, with a thing that only counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from shared.edge.memory_log import MemoryLog
from shared.errors import Rejected
from shared.eventlog import Append, Heard, Mark, Overtaken, Row
from shared.execute import (
    Act,
    Answer,
    Decider,
    KeyReused,
    Lately,
    Once,
    RequestAnswered,
    TimeBeforeHistory,
    entry,
    execute,
)
from shared.facts import Fact, FactBook
from shared.vocabulary import Meta, digest
from tests.kit.world import AGENCY, AT, META, clock

LATER, EARLIER = AT + timedelta(hours=1), AT - timedelta(hours=1)


class Counted(Fact):
    type = "counted.v1"
    name: str
    number: int

    @property
    def stream(self) -> str:
        return f"count/{self.name}"


class NumberTaken(Rejected, code="test.number_taken"):
    """For these tests only."""


@dataclass(frozen=True, slots=True)
class Count:
    name: str
    also: tuple[str, ...] = ()


Totals = dict[str, int]


def decide(command: Count, totals: Totals, _meta: Meta) -> Sequence[Counted]:
    number = sum(totals.values()) + 1
    if number > 9:
        raise NumberTaken
    return [Counted(name=command.name, number=number)]


COUNT: Decider[Count, Totals, Counted] = Decider(
    initial={},
    book=FactBook((Counted,)),
    streams=lambda command: [f"count/{command.name}"],
    decide=decide,
    evolve=lambda totals, fact: {**totals, fact.name: totals.get(fact.name, 0) + 1},
    more=lambda command, _totals: [f"count/{name}" for name in command.also],
)
BNV = Append(AGENCY)


async def count(log: MemoryLog, command: Count, *, meta: Meta = META, once: Once | None = None) -> Answer:
    return await execute(Act(command, COUNT), meta=meta, request=BNV, log=log, once=once)


async def numbers(log: MemoryLog) -> list[int]:
    return [row.content().data["number"] for row in await log.tail(AGENCY, 0) if row.type == "counted.v1"]


class InterruptedLog(MemoryLog):
    """Somebody else counts on stream *at* just after a decision was read, *times* times."""

    def __init__(self, at: str, times: int = 1) -> None:
        super().__init__(clock)
        self.at, self.times, self.inside = at, times, False

    async def read(self, agency: str, streams: Sequence[str]) -> Sequence[Row]:
        rows = await super().read(agency, streams)
        if f"count/{self.at}" in streams and self.times and not self.inside:
            self.times, self.inside = self.times - 1, True
            await execute(Act(Count(self.at), COUNT), meta=META, request=BNV, log=self)
            self.inside = False
        return rows


@pytest.mark.parametrize("moved", ["a", "b"])
async def test_a_decision_is_taken_again_when_a_stream_it_rests_on_has_moved(moved: str) -> None:
    log = InterruptedLog(moved)
    await count(log, Count("a", also=("b",)))
    assert await numbers(log) == [1, 2]


async def test_a_decision_that_is_overtaken_four_times_gives_up() -> None:
    log = InterruptedLog("a", times=8)
    with pytest.raises(Overtaken):
        await count(log, Count("b", also=("a",)))


async def test_a_key_belongs_to_one_request_of_one_actor() -> None:
    log, other = MemoryLog(clock), replace(META, actor="somebody else")
    first = await count(log, Count("a"), once=Once("k", "one"))
    assert await count(log, Count("a"), once=Once("k", "one")) == Answer(first.position, repeated=True)
    with pytest.raises(KeyReused):
        await count(log, Count("a"), once=Once("k", "two"))
    await count(log, Count("a"), meta=other, once=Once("k", "two"))
    assert await numbers(log) == [1, 2]


class AnsweredLater(RequestAnswered):
    """As a later release keeps it."""

    more: str = "than this one knows"


async def test_a_request_that_a_later_release_answered_is_the_same_request_here() -> None:
    log = MemoryLog(clock)
    answered = AnsweredLater(key=digest([META.actor, "k"]), request="one")
    [row] = await log.append(Append(AGENCY, {answered.stream: 0}, (entry(answered, META),)))
    assert await count(log, Count("a"), once=Once("k", "one")) == Answer(row.position, repeated=True)
    with pytest.raises(KeyReused):
        await count(log, Count("a"), once=Once("k", "two"))
    assert await numbers(log) == []


async def test_a_refused_request_leaves_its_key_free() -> None:
    log = MemoryLog(clock)
    for _ in range(9):
        await count(log, Count("a"))
    with pytest.raises(NumberTaken):
        await count(log, Count("a"), once=Once("k", "one"))
    assert await count(log, Count("b"), once=Once("k", "one")) == Answer(11)


async def test_a_carried_time_before_what_it_rests_on_is_refused_and_a_consumers_moves_on() -> None:
    log, early = MemoryLog(clock), Meta("tester", EARLIER, "story", carried=True)
    await count(log, Count("a"))
    with pytest.raises(TimeBeforeHistory):
        await count(log, Count("a"), meta=early)
    await count(log, Count("c"), meta=early)
    heard = replace(BNV, heard=Heard("appraisal", Mark(1, "c", 1)))
    await execute(Act(Count("a"), COUNT), meta=Meta("tester", EARLIER, "story"), request=heard, log=log)
    await count(log, Count("a"), meta=replace(META, at=LATER))
    times = [row.content().effective_at for row in await log.tail(AGENCY, 0)]
    assert times == [AT, EARLIER, AT, LATER]


async def test_a_decider_may_know_how_far_others_were_answered_the_message_in_hand_included() -> None:
    log, seen = MemoryLog(clock), dict[str, Mark]()
    await log.append(Append(AGENCY, heard=Heard("submission", Mark(1, "s", 4))))

    def answered(totals: Totals, marks: object) -> Totals:
        seen.update(marks)  # type: ignore[call-overload]
        return totals

    curious = replace(COUNT, answered=answered)
    heard = replace(BNV, heard=Heard("appraisal", Mark(1, "a", 9)))
    await execute(Act(Count("a"), curious), meta=META, request=heard, log=log)
    assert seen == {"submission": Mark(1, "s", 4), "appraisal": Mark(1, "a", 9)}


class WatchedLog(MemoryLog):
    """Tells which streams were read."""

    def __init__(self) -> None:
        super().__init__(clock)
        self.asked: list[str] = []

    async def read(self, agency: str, streams: Sequence[str]) -> Sequence[Row]:
        self.asked += streams
        return await super().read(agency, streams)


async def heard(log: MemoryLog, lately: Lately, *commands: Count, at: datetime = AT) -> None:
    """One message after the other, as an inbox has them answered."""
    for command in commands:
        number = (await log.ends(AGENCY)).get("appraisal", Mark()).sequence + 1
        request = replace(BNV, heard=Heard("appraisal", Mark(number, str(number), number)))
        await execute(Act(command, COUNT), meta=replace(META, at=at), request=request, log=log, lately=lately)


async def test_the_next_message_on_the_same_streams_need_not_read_them() -> None:
    log, lately = WatchedLog(), Lately()
    await heard(log, lately, Count("a"), Count("a"), Count("a"))
    assert await numbers(log) == [1, 2, 3]
    assert log.asked == ["count/a"]


async def test_what_is_remembered_is_what_would_be_read() -> None:
    plain, remembering = WatchedLog(), WatchedLog()
    story = [Count("a"), Count("a"), Count("b"), Count("a", also=("b",)), Count("a"), Count("a"), Count("b")]
    lately = Lately()
    for number, command in enumerate(story):
        at = AT + timedelta(minutes=(number * 7) % 5)
        await heard(plain, Lately(), command, at=at)
        await heard(remembering, lately, command, at=at)
    assert [(row.stream, row.version, row.record) for row in await remembering.tail(AGENCY, 0)] == [
        (row.stream, row.version, row.record) for row in await plain.tail(AGENCY, 0)
    ]
    assert len(remembering.asked) < len(plain.asked)


async def test_a_stream_that_moved_meanwhile_is_read_again() -> None:
    log, lately = WatchedLog(), Lately()
    await heard(log, lately, Count("a"))
    await count(log, Count("a"))
    await heard(log, lately, Count("a"), Count("a"))
    assert await numbers(log) == [1, 2, 3, 4]


async def test_nothing_is_remembered_of_a_message_that_was_refused() -> None:
    log, lately = WatchedLog(), Lately()
    await heard(log, lately, *[Count("a")] * 9)
    before = len(log.asked)
    for _ in range(2):
        with pytest.raises(NumberTaken):
            await heard(log, lately, Count("a"))
    assert len(log.asked) == before + 1  # the first one rested on what was remembered

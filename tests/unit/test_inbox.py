"""The consumer's rule, case by case; ``tests/property/test_inbox.py`` mixes them."""

import json
from contextlib import suppress

import pytest
from pydantic import ValidationError

from shared.campaign import Document
from shared.contracts import RewindRequested, TextDestroyed
from shared.edge.answers import LogAnswers
from shared.edge.inbox import KEPT, TRIES, Inbox, Place, judge
from shared.edge.memory_log import MemoryLog
from shared.edge.restoring import RESTORING, AcceptLoss
from shared.edge.stops import (
    AnswerFailed,
    LogForked,
    MessageRefused,
    MessageSkipped,
    MessagesLost,
    NotStopped,
    PublisherRetried,
    PublisherStopped,
    Retry,
    Skip,
    stop_stream,
)
from shared.envelope import DestroyedText, Envelope
from shared.eventlog import Append, EventLog, Heard, LogUnavailable, Mark
from shared.execute import Act, entry, execute
from shared.vocabulary import ClosedText, stream
from tests.kit.bus import CAMPAIGN, CONSUMERS, Control, Publisher, WordKept, inbox, sheet, verdict
from tests.kit.later import keep_of_later_release
from tests.kit.world import AGENCY, AT, META, CrashingLog, clock, noted

CHAIN, BEFORE = "c" * 64, "b" * 64
MESSAGE = Envelope(
    id="submission/bnv@9",
    source="submission",
    type="SubmissionReceived.v1",
    subject="2020/a",
    time=AT,
    agency=AGENCY,
    sequence=3,
    chain=CHAIN,
    previouschain=BEFORE,
    after={"appraisal": 2, "scoring": 7},
    actor="somebody",
    correlationid="story",
    body=b"{}",
)
HEARD = {"submission": Mark(2, BEFORE), "appraisal": Mark(2, "x")}
REASON = ClosedText(salt="0" * 32, text="công văn 12 rút lại")


@pytest.fixture
def log() -> EventLog:
    return MemoryLog(clock)


@pytest.mark.parametrize(
    ("changes", "known", "place"),
    [
        ({}, None, Place.NEXT),
        ({}, CHAIN, Place.DUPLICATE),
        ({}, "another", Place.FORKED),
        ({"submission": Mark(1, "o")}, None, Place.LOST),
        ({"submission": Mark(2, "another")}, None, Place.LOST),
        ({"appraisal": Mark(1, "w")}, None, Place.EARLY),
    ],
)
def test_every_place_in_the_order(changes: dict[str, Mark], known: str | None, place: Place) -> None:
    assert judge(MESSAGE, HEARD | changes, known, "scoring") is place


def test_nobody_waits_for_what_its_own_log_said() -> None:
    assert judge(MESSAGE, HEARD | {"appraisal": Mark()}, None, "appraisal") is Place.EARLY  # scoring's 7
    knows_scoring = {"submission": Mark(2, BEFORE), "scoring": Mark(7, "s")}
    assert judge(MESSAGE, knows_scoring, None, "appraisal") is Place.NEXT


async def types(log: EventLog) -> list[str]:
    return [row.type for row in await log.tail(AGENCY, 0)]


async def early_ones(count: int) -> tuple[Envelope, list[Envelope]]:
    """A cause, and what another publisher said that had heard it."""
    submission, appraisal = Publisher("submission"), Publisher("appraisal")
    cause = await submission.say(sheet("a", "1"))
    await appraisal.hear(submission)
    return cause, [await appraisal.say(verdict("a", "i", f"{n}")) for n in range(count)]


async def test_a_message_waits_for_its_cause_and_what_follows_it_waits_with_it(log: EventLog) -> None:
    cause, (first, second, third) = await early_ones(3)
    ears, places = inbox(log, control := Control()), list[Place]()
    ears.seen = lambda _message, place: places.append(place)
    for message in (first, second, first, second, third, cause):
        await ears.take(message)
    early, behind = Place.EARLY, Place.BEHIND
    assert places == [early, behind, early, Place.DUPLICATE, behind, *[Place.NEXT] * 4]
    causes = [row.content().causation for row in await log.tail(AGENCY, 0)]
    assert causes == [cause.cause, cause.cause, first.cause, second.cause, third.cause]
    assert control.asked == []


async def test_what_does_not_follow_one_that_waits_is_asked_for_behind_it(log: EventLog) -> None:
    cause, (first, second, _third, fourth) = await early_ones(4)
    ears = inbox(log, control := Control())
    for message in (first, second, fourth, cause):
        await ears.take(message)
    again = RewindRequested(publisher="appraisal", agency=AGENCY, sequence=2)
    assert control.asked == [again]
    await ears.idle()  # the request may have been lost
    assert control.asked == [again, again]


async def test_no_more_than_a_line_waits_and_the_rest_is_asked_for(log: EventLog) -> None:
    cause, said = await early_ones(KEPT + 3)
    ears = inbox(log, control := Control())
    for message in (*said, cause):
        await ears.take(message)
    assert control.asked == [RewindRequested(publisher="appraisal", agency=AGENCY, sequence=KEPT + 1)]


async def test_what_waits_behind_another_message_than_the_true_one_is_dropped_and_asked_for(log: EventLog) -> None:
    cause, (first, second) = await early_ones(2)
    forged = first.model_copy(update={"chain": "f" * 64})
    ears = inbox(log, control := Control())
    for message in (forged, second.model_copy(update={"previouschain": "f" * 64}), first, cause):
        await ears.take(message)
    assert [row.content().causation for row in await log.tail(AGENCY, 0)][2:] == [first.cause]
    assert control.asked == [RewindRequested(publisher="appraisal", agency=AGENCY, sequence=1)]


async def test_what_waits_is_tried_again_when_idle_and_asked_for_with_its_cause_ever_more_seldom(log: EventLog) -> None:
    submission, appraisal, control = Publisher("submission"), Publisher("appraisal"), Control()
    cause = await submission.say(sheet("a", "1"))
    await appraisal.hear(submission)
    ears = inbox(log, control)
    await ears.take(await appraisal.say(verdict("a", "i", "2")))
    for asked in (1, 2, 2, 3, 3, 3, 3, 4):
        await ears.idle()
        assert [request.publisher for request in control.asked] == ["submission", "appraisal"] * asked
    await inbox(log, Control()).take(cause)  # heard by another process of the same service
    await ears.idle()
    assert (await log.ends(AGENCY))["appraisal"].sequence == 1


async def test_a_new_process_looks_after_every_publisher_until_it_is_known_to_hear(log: EventLog) -> None:
    submission, control = Publisher("submission"), Control()
    said = await submission.say(sheet("a", "1"))
    await inbox(log, Control()).take(said)
    ears = inbox(log, control)
    await ears.started()
    await ears.idle()
    await ears.idle()
    assert control.asked == [RewindRequested(publisher="submission", agency=AGENCY, sequence=1)] * 2
    await ears.take(said)  # the inbox's end is said again
    for _ in range(10):
        await ears.idle()
    assert len(control.asked) == 2


async def test_what_a_later_release_wrote_waits_for_that_release_and_keeps_no_other_agency_waiting(
    log: EventLog,
) -> None:
    submission, control = Publisher("submission"), Control()
    await log.append(Append(AGENCY, entries=(noted(stream(CAMPAIGN, "words", "a")),)))  # by a process of that release
    first, second = await submission.say(sheet("a", "1")), await submission.say(sheet("b", "2"))
    ears, places = inbox(log, control), list[Place]()
    ears.seen = lambda _message, place: places.append(place)
    for message in (first, second, await submission.say(sheet("a", "3"), "ubdt")):
        await ears.take(message)
    assert places == [Place.BEYOND, Place.BEHIND, Place.NEXT]
    for _ in range(3):
        await ears.idle()
    assert await log.ends(AGENCY) == {}
    assert (await ears.answers.gate(AGENCY, "submission")).stop is None
    assert control.asked == [RewindRequested(publisher="submission", agency=AGENCY, sequence=0)] * 2

    later = Inbox("scoring", LogAnswers(log, dict.fromkeys(CONSUMERS, keep_of_later_release)), control)
    for message in (first, second):
        await later.take(message)
    assert (await log.ends(AGENCY))["submission"].sequence == 2
    await ears.idle()  # it is answered: nothing waits any more
    await ears.take(third := await submission.say(sheet("b", "4")))
    assert (await log.ends(AGENCY))["submission"].chain == third.chain


async def test_behind_a_stop_of_a_later_release_nothing_is_answered(log: EventLog) -> None:
    await log.append(Append(AGENCY, entries=(noted(stop_stream("submission")),)))
    ears = inbox(log, Control())
    await ears.take(await Publisher("submission").say(sheet("a", "1")))
    await ears.idle()
    assert await log.ends(AGENCY) == {}


async def test_a_stop_that_the_log_did_not_take_is_tried_again() -> None:
    said = await Publisher("submission").say(sheet("a", "9.00"))
    damaged = said.model_copy(update={"body": b"not JSON"})
    ears = inbox(CrashingLog({0: False}), Control())  # its first append is that of the stop
    for _ in range(TRIES):
        with suppress(LogUnavailable):
            await ears.take(damaged)
    assert (await ears.answers.gate(AGENCY, "submission")).stop is None
    await ears.take(damaged)
    assert (await ears.answers.gate(AGENCY, "submission")).stop is not None


async def test_an_agency_that_nothing_can_be_asked_for_keeps_no_other_waiting(log: EventLog) -> None:
    control = Control()
    ears = inbox(log, control)
    with pytest.raises(ValidationError):
        await ears.lost("no agency", "submission")
    await ears.lost(AGENCY, "submission")
    control.asked.clear()
    await ears.idle()
    assert [each.agency for each in control.asked] == [AGENCY]


async def test_a_gap_is_asked_for_at_the_1st_2nd_4th_and_8th_message_dropped(log: EventLog) -> None:
    submission, control = Publisher("submission"), Control()
    said = [await submission.say(sheet("a", f"{n}")) for n in range(12)]
    ears = inbox(log, control)
    await ears.take(said[0])
    for message in said[2:]:
        await ears.take(message)
    assert control.asked == [RewindRequested(publisher="submission", agency=AGENCY, sequence=1)] * 4
    await ears.lost(AGENCY, "appraisal")
    assert control.asked[-1] == RewindRequested(publisher="appraisal", agency=AGENCY, sequence=0)


async def test_a_refusal_is_a_fact_and_an_unknown_type_is_passed_over_unread(log: EventLog) -> None:
    submission, appraisal = Publisher("submission"), Publisher("appraisal")
    await inbox(log, Control()).take(await submission.say(sheet("a", "1")))
    refused = await appraisal.say(verdict("a", "ix", "1"))
    unknown = (await appraisal.say(verdict("a", "i", "1"))).model_copy(update={"type": "New.v1", "body": b"?"})
    for message in (refused, unknown):
        await inbox(log, Control()).take(message)
    fact = (await log.read(AGENCY, ["refused/appraisal/bnv@1"]))[0].content()
    assert (fact.data["code"], fact.causation) == ("rejected", refused.cause)
    assert (await log.ends(AGENCY))["appraisal"] == Mark(2, unknown.chain, 2)
    assert (await types(log))[-1] == MessageRefused.type


async def test_what_cannot_be_answered_stops_its_publisher_until_an_operator_skips_it(log: EventLog) -> None:
    submission, appraisal, control = Publisher("submission"), Publisher("appraisal"), Control()
    stray = await appraisal.say(verdict("nobody", "i", "1"))
    behind = await appraisal.say(verdict("a", "i", "2"))
    handed_in = await submission.say(sheet("a", "1"))
    elsewhere = await appraisal.say(verdict("nobody", "i", "1"), "ubdt")
    ears = inbox(log, control)
    for message in (stray, behind, handed_in):
        await ears.take(message)
    assert await types(log) == [PublisherStopped.type, WordKept.type, WordKept.type]
    assert control.asked == []

    skip = Skip("appraisal", REASON.closed)
    await ears.resume(AGENCY, skip, META, texts=[REASON])
    assert control.asked == [RewindRequested(publisher="appraisal", agency=AGENCY, sequence=1)]
    await ears.take(behind)
    assert (await types(log))[3:] == [MessageSkipped.type, WordKept.type]
    assert (await log.read(AGENCY, ["stopped/appraisal"]))[1].content().causation == stray.cause
    assert await log.texts(AGENCY, [REASON.closed.closed]) == {REASON.closed.closed: REASON}
    with pytest.raises(NotStopped):
        await ears.resume(AGENCY, skip, META)
    await ears.take(elsewhere)
    assert [row.type for row in await log.tail("ubdt", 0)] == [PublisherStopped.type]


async def test_an_unreadable_body_is_asked_for_again_and_the_third_time_stops(log: EventLog) -> None:
    submission, control = Publisher("submission"), Control()
    whole = await submission.say(sheet("a", "1"))
    ears = inbox(log, control)
    for asked in (1, 2, 2):
        assert await types(log) == []
        await ears.take(whole.model_copy(update={"body": b"?"}))
        assert len(control.asked) == asked
    await ears.resume(AGENCY, Retry("submission"), META)
    await ears.take(whole)
    assert await types(log) == [PublisherStopped.type, PublisherRetried.type, WordKept.type, WordKept.type]


async def test_a_log_that_is_not_the_one_heard_before_stops_its_publisher(log: EventLog) -> None:
    one, other = Publisher("submission"), Publisher("submission")
    ears = inbox(log, Control())
    await ears.take(await one.say(sheet("a", "1")))
    await ears.take(await other.say(sheet("a", "2")))
    await ears.take(await one.say(sheet("a", "3")))
    *_, stopped = await log.tail(AGENCY, 0)
    assert stopped.content().data["code"] == LogForked.code
    await ears.resume(AGENCY, Skip("submission", REASON.closed), META, texts=[REASON])
    await ears.take((await one.said())[1])
    assert (await log.ends(AGENCY))["submission"].sequence == 2


async def test_what_is_accepted_as_lost_is_passed_over_and_stops_nobody_any_more(log: EventLog) -> None:
    """An older log came back, and says under the lost numbers that there is nothing."""
    one, restored = Publisher("submission"), Publisher("submission")
    ears = inbox(log, Control())
    for number in (1, 2, 3):
        await ears.take(await one.say(sheet("a", f"{number}")))
    await restored.say(sheet("a", "1"))
    reason = REASON.closed
    await execute(
        Act(AcceptLoss(2, 3, reason), RESTORING), meta=META, request=Append(AGENCY, texts=(REASON,)), log=restored.log
    )
    forked, _, went_back = (await restored.said())[1:]
    await ears.take(forked)
    gate = await ears.answers.gate(AGENCY, "submission")
    assert gate.stop
    lost = MessagesLost(publisher="submission", first=2, last=3, until=4, reason=reason)
    heard = Heard("submission", Mark(4, went_back.chain, went_back.position))
    expected = {lost.stream: gate.version}
    await log.append(Append(AGENCY, expected, heard=heard, entries=(entry(lost, META),), texts=(REASON,)))
    answered = await types(log)
    for message in (await restored.said())[1:]:
        await ears.take(message)
    assert await types(log) == answered
    await ears.take(await restored.say(sheet("a", "5")))
    assert (await types(log))[len(answered) :] == [WordKept.type] * 2


async def test_a_fault_of_ours_stops_one_publisher_and_no_other(log: EventLog) -> None:
    def stumble(_said: object) -> object:
        raise ZeroDivisionError

    consumers = {**CONSUMERS, "ScoreAppraised.v1": stumble}
    ears = Inbox("scoring", LogAnswers(log, consumers), Control())  # type: ignore[arg-type] # as it is meant
    await ears.take(await Publisher("appraisal").say(verdict("a", "i", "1")))
    await ears.take(await Publisher("submission").say(sheet("a", "1")))
    first, *others = await log.tail(AGENCY, 0)
    assert first.content().data["code"] == AnswerFailed.code
    assert {row.type for row in others} == {WordKept.type}


async def test_a_log_that_does_not_answer_leaves_the_message_to_come_again() -> None:
    log = CrashingLog({0: False, 1: True})
    message = await Publisher("submission").say(sheet("a", "1"))
    ears = inbox(log, Control())
    for _ in range(2):
        with pytest.raises(LogUnavailable):
            await ears.take(message)
    await ears.take(message)
    assert await types(log) == [WordKept.type, WordKept.type]


async def test_closed_texts_are_kept_until_their_publisher_says_they_were_destroyed(log: EventLog) -> None:
    submission, appraisal = Publisher("submission"), Publisher("appraisal")
    name = REASON.closed.closed
    ears = inbox(log, Control())
    await ears.take(await submission.say(sheet("a", "1")))
    said = await appraisal.say(verdict("a", "i", "1", reason=REASON), texts=[REASON])
    assert json.loads(said.body)["closed_texts"][name]["text"] == REASON.text
    await ears.take(said)
    assert await log.texts(AGENCY, [name]) == {name: REASON}
    decision = Document(number="7/QĐ", date=AT.date(), issuer="Bộ")
    await ears.take(await submission.say(TextDestroyed(campaign="2020", closed=(name,), decision=decision)))
    assert await log.texts(AGENCY, [name]) == {name: DestroyedText(decision="7/QĐ")}

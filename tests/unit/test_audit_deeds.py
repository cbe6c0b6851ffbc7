"""What a service did is what follows from what it heard; whoever writes something else into its log is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from deploy.auditor.spoken import CONSUMERS, LISTENERS
from services.scoring.release.facts import RunPublished
from services.scoring.run.facts import StandingComputed
from services.scoring.score.facts import ScoreGiven
from shared.audit.causes import check_causes
from shared.audit.deeds import Consumers, check_deeds
from shared.audit.history import Histories, Note
from shared.audit.stopping import ASIDE, REFUSED, RETRIED, SKIPPED, STOPPED, passed_over
from shared.audit.wrong import CauseUnknown, DeedMissing, DeedOtherwise, DeedUncaused, EffectBeforeCause
from shared.contracts import RewindRequested, ScoreAppraised
from shared.edge.answers import LogAnswers
from shared.edge.inbox import Inbox
from shared.edge.memory_log import MemoryLog
from shared.edge.stops import MessageRefused, MessageSkipped, PublisherRetried, PublisherStopped, Retry, Skip
from shared.envelope import Envelope
from shared.errors import IctIndexError
from shared.eventlog import Row
from shared.execute import Once, RequestAnswered
from shared.vocabulary import ClosedText, Json, canonical
from tests.kit import bus
from tests.kit.audited_year import audited_year, marks, read
from tests.kit.forgery import Change, both, fact, forged
from tests.kit.histories import with_history, with_row
from tests.kit.world import AGENCY, META, clock

REASON = ClosedText(salt="0" * 32, text="Sổ bị khôi phục từ bản sao lưu.").closed


async def _nobody(_request: RewindRequested) -> None:
    pass


@dataclass
class Ear:
    """Scoring, keeping words; it fails at every message while it is broken."""

    publisher: bus.Publisher = field(default_factory=lambda: bus.Publisher("submission"))
    appraisal: bus.Publisher = field(default_factory=lambda: bus.Publisher("appraisal"))
    log: MemoryLog = field(default_factory=lambda: MemoryLog(clock))
    broken: bool = False

    def _keep(self, said: Any) -> Any:
        if self.broken:
            raise RuntimeError
        return bus.keep(said)

    @property
    def inbox(self) -> Inbox:
        return Inbox("scoring", LogAnswers(self.log, dict.fromkeys(bus.CONSUMERS, self._keep)), _nobody)

    async def hears(self, *contracts: Any) -> list[Envelope]:
        said = []
        for each in contracts:
            publisher = self.appraisal if isinstance(each, ScoreAppraised) else self.publisher
            said.append(await publisher.say(each))
        for message in said:
            await self.inbox.take(message)
        return said

    async def histories(self) -> Histories:
        ends, histories, inbox = await self.log.ends(AGENCY), {}, {}
        for publisher in (self.publisher, self.appraisal):
            histories[publisher.name] = await read(publisher.name, publisher.log)
            if end := ends.get(publisher.name):
                inbox[publisher.name] = marks((await publisher.said())[: end.sequence])
        return {**histories, "scoring": await read("scoring", self.log, inbox)}


def deeds(histories: Histories, consumers: Mapping[str, Consumers] = {"scoring": bus.CONSUMERS}) -> Any:
    return check_deeds(histories, consumers, LISTENERS)


def wrong(histories: Histories, **more: Any) -> tuple[type[IctIndexError], dict[str, object]]:
    with pytest.raises(IctIndexError) as found:
        deeds(histories, **more)
    return type(found.value), found.value.facts


def told(name: str, count: int = 1) -> Note:
    return Note(f"audit.{name}", {"service": "scoring", "agency": AGENCY, "count": count})


def retyped(kind: str, data: Json) -> Change:
    """Another fact in the same row."""

    def changed(row: Row) -> Row:
        record = canonical({**row.content().model_dump(mode="json"), "data": data})
        return replace(row, type=kind, record=record, announcement=None, sequence=None)

    return changed


@pytest.fixture(scope="module")
async def year() -> Histories:
    return await audited_year()


async def test_the_names_of_the_kernels_facts_are_those_of_the_kernel() -> None:
    facts = (PublisherStopped, PublisherRetried, MessageSkipped, RequestAnswered)
    assert {each.type for each in facts} == ASIDE
    assert tuple(each.type for each in facts[:3]) == (STOPPED, RETRIED, SKIPPED)
    assert MessageRefused.type == REFUSED


async def test_a_year_as_it_was_is_what_follows_from_what_was_said(year: Histories) -> None:
    looked = deeds(year, CONSUMERS)
    answered = sum(len(marks) for marks in year["scoring"].inbox.values())
    assert (looked.count, looked.notes) == (answered, ())


LIE = {"state": "scored", "points": "99.00"}
FORGERIES: list[tuple[type, Change, str]] = [
    (ScoreGiven, fact(lambda data: {**data, "before": LIE}), "data"),
    (ScoreGiven, fact(lambda data: {**data, "total_after": "2.00"}), "data"),
    (ScoreGiven, lambda row: replace(row, stream=f"{row.stream}x"), "data"),
    (StandingComputed, both(lambda data: {**data, "standing": {**data["standing"], "total": "99.99"}}), "data"),
    (RunPublished, both(lambda data: {**data, "signer": "Người khác"}), "data"),
    (RunPublished, both(lambda data: {**data, "summary": {**data["summary"], "equal": 77}}), "data"),
    (RunPublished, both(lambda data: {**data, "rests_on": {}}), "data"),
    (ScoreGiven, retyped("score_guessed.v1", {}), "fact"),
]


@pytest.mark.parametrize(("kind", "change", "part"), FORGERIES)
async def test_a_row_that_does_not_follow_is_named(year: Histories, kind: type, change: Change, part: str) -> None:
    row = next(row for row in reversed(year["scoring"].rows) if row.type == getattr(kind, "type", ""))
    found, facts = wrong(forged(year, "scoring", row.position, change), consumers=CONSUMERS)
    assert (found, facts["message"], facts["part"]) == (DeedOtherwise, f"scoring/{AGENCY}@{row.position}", part)


@pytest.mark.parametrize("name", ["actor", "correlation"])
async def test_a_row_in_the_name_of_somebody_else_is_named(year: Histories, name: str) -> None:
    row = next(row for row in year["scoring"].rows if row.type == ScoreGiven.type)

    def other(row: Row) -> Row:
        return replace(row, record=canonical({**row.content().model_dump(mode="json"), name: "other"}))

    assert wrong(forged(year, "scoring", row.position, other), consumers=CONSUMERS)[1]["part"] == "meta"


async def test_a_refusal_in_place_of_an_answer_is_named(year: Histories) -> None:
    row = next(row for row in reversed(year["scoring"].rows) if row.type == ScoreGiven.type)
    cause = (row.content().causation or "").partition("#")[0]
    refusal = retyped(REFUSED, {"message": cause, "code": "rejected"})
    assert wrong(forged(year, "scoring", row.position, refusal), consumers=CONSUMERS) == (
        DeedOtherwise,
        {"message": f"scoring/{AGENCY}@{row.position}", "cause": cause, "part": "refusal"},
    )


async def test_a_refusal_is_raised_again_with_its_code_and_told() -> None:
    ear = Ear()
    await ear.hears(bus.sheet("a", "9.00"), bus.verdict("a", "iii", "8.00"))
    histories = await ear.histories()
    looked = deeds(histories)
    assert (looked.count, looked.notes) == (2, (told("refused"),))
    position = histories["scoring"].rows[-1].position
    other = forged(histories, "scoring", position, fact(lambda data: {**data, "code": "kept.quiet"}))
    assert wrong(other)[1]["part"] == "refusal"
    data = {"unit": "a", "criterion": "iii", "stage": "round1", "points": "8.00"}
    answered = forged(histories, "scoring", position, retyped("word_kept.v1", data))
    assert wrong(answered)[1]["part"] == "refusal"
    silent = with_history(histories, "scoring", rows=histories["scoring"].rows[:-1])
    assert wrong(silent) == (DeedMissing, {"service": "scoring", "cause": "appraisal/bnv@1", "count": 1})


async def test_what_is_missing_is_counted_and_what_is_too_much_is_named() -> None:
    ear = Ear()
    await ear.hears(bus.sheet("a", "9.00"))
    histories = await ear.histories()
    rows = histories["scoring"].rows
    cut = with_history(histories, "scoring", rows=rows[:1])
    assert wrong(cut) == (DeedMissing, {"service": "scoring", "cause": "submission/bnv@1", "count": 1})
    twice = replace(rows[1], position=3, version=3)
    more = with_history(histories, "scoring", rows=[*rows, twice])
    assert wrong(more)[1] == {"message": "scoring/bnv@3", "cause": "submission/bnv@1", "part": "row"}
    assert wrong(histories, consumers={"scoring": {}})[1]["part"] == "row"
    assert deeds(with_history(histories, "scoring", rows=(), inbox={})).count == 0
    nobody: Mapping[str, Consumers] = {"appraisal": bus.CONSUMERS}
    assert deeds(histories, nobody).count == 0


async def test_an_answer_stands_where_its_message_was_heard() -> None:
    ear = Ear()
    await ear.hears(bus.sheet("a", "9.00"))
    early = with_row(await ear.histories(), "scoring", 1, after="{}")
    assert wrong(early)[1]["part"] == "position"
    late = with_row(with_row(await ear.histories(), "scoring", 1, after="{}"), "scoring", 2, after="{}")
    assert wrong(late)[1] == {"message": "scoring/bnv@1", "cause": "submission/bnv@1", "part": "position"}


async def test_a_service_that_only_listens_does_nothing_untold() -> None:
    ear = Ear()
    await ear.hears(bus.sheet("a", "9.00"))
    position = 2

    def uncaused(row: Row) -> Row:
        return replace(row, record=canonical({**row.content().model_dump(mode="json"), "causation": None}))

    histories = forged(await ear.histories(), "scoring", position, uncaused)
    assert wrong(histories) == (DeedUncaused, {"message": "scoring/bnv@2", "service": "scoring"})
    with pytest.raises(DeedMissing):
        check_deeds(histories, {"scoring": bus.CONSUMERS}, ())


async def test_a_message_without_a_consumer_leads_to_nothing() -> None:
    ear = Ear()
    histories = await ear.histories()
    assert deeds(histories).count == 0
    only: Consumers = {ScoreAppraised.type: bus.keep}
    await ear.publisher.say(bus.sheet("a", "9.00"))
    await Inbox("scoring", LogAnswers(ear.log, dict(only)), _nobody).take((await ear.publisher.last())[0])
    assert deeds(await ear.histories(), {"scoring": only}).count == 1


async def test_what_a_message_is_said_to_rest_on_is_taken_from_the_logs(year: Histories) -> None:
    """The row's own column names a message that nobody said, and one of a service that is not there."""
    row = next(row for row in year["scoring"].rows if row.type == "standing_published.v1")
    after = canonical({**row.answered(), "nobody": 1, "appraisal": 10_000}).decode()
    assert wrong(with_row(year, "scoring", row.position, after=after), consumers=CONSUMERS)[1]["part"] == "data"


@pytest.mark.parametrize("how", ["stop", "retry", "skip"])
async def test_a_stop_is_told_and_not_accused(how: str) -> None:
    ear = Ear(broken=True)
    [message] = await ear.hears(bus.sheet("a", "9.00"))
    if how == "retry":
        await ear.inbox.resume(AGENCY, Retry("submission"), META)
        ear.broken = False
        await ear.inbox.take(message)
    if how == "skip":
        await ear.inbox.resume(AGENCY, Skip("submission", REASON), META)
    histories = await ear.histories()
    assert check_causes(histories).notes == ()
    notes: dict[str, tuple[Note, ...]] = {"stop": (told("stopped"),), "skip": (told("skipped"),)}
    assert deeds(histories).notes == notes.get(how, ())
    assert passed_over(histories["scoring"]) == ({message.cause} if how == "skip" else set())


async def test_the_request_that_ends_a_stop_is_not_accused_and_no_other_one_is_spared() -> None:
    ear = Ear(broken=True)
    await ear.hears(bus.sheet("a", "9.00"))
    await ear.inbox.resume(AGENCY, Retry("submission"), META, Once("key", "0" * 64))
    histories = await ear.histories()
    assert [row.type for row in histories["scoring"].rows] == [STOPPED, RETRIED, RequestAnswered.type]
    check_causes(histories)
    row = histories["scoring"].rows[1]
    other = forged(histories, "scoring", row.position, lambda row: replace(row, type="word_kept.v1"))
    with pytest.raises(EffectBeforeCause):
        check_causes(other)
    unasked = with_history(histories, "scoring", rows=[histories["scoring"].rows[2]])
    with pytest.raises(EffectBeforeCause):
        check_causes(unasked)


async def test_a_stop_at_a_forged_message_is_told_and_what_ends_it_is_not_accused() -> None:
    ear = Ear()
    [message] = await ear.hears(bus.sheet("a", "9.00"))
    await ear.inbox.take(message.model_copy(update={"chain": "f" * 64}))
    await ear.inbox.resume(AGENCY, Skip("submission", REASON), META)
    histories = await ear.histories()
    facts = {"message": "scoring/bnv@3", "cause": message.id, "chain": "f" * 12}
    assert check_causes(histories).notes == (Note("audit.fork_stopped", facts),)
    assert deeds(histories).count == 1
    assert message.cause not in passed_over(histories["scoring"])
    answer = forged(histories, "scoring", 4, lambda row: replace(row, type="word_kept.v1"))
    with pytest.raises(CauseUnknown):
        check_causes(answer)


async def test_a_forgery_that_comes_before_the_true_message_is_told_and_the_true_one_is_answered() -> None:
    """Whatever it was stopped for: it could not be read, or asked for what is not there."""
    ear = Ear()
    await ear.hears(bus.sheet("a", "9.00"))
    true = await ear.publisher.say(bus.sheet("a", "8.00"))
    ear.broken = True
    await ear.inbox.take(true.model_copy(update={"chain": "f" * 64}))
    ear.broken = False
    await ear.inbox.resume(AGENCY, Retry("submission"), META, Once("key", "0" * 64))
    await ear.inbox.take(true)
    histories = await ear.histories()
    [note] = check_causes(histories).notes
    assert (note.code, note.facts["cause"], note.facts["chain"]) == ("audit.fork_stopped", true.id, "f" * 12)
    assert deeds(histories).count == 2

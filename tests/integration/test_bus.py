"""The bus over a real broker: whatever happens to messages, every consumer ends with the same."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import product

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.reporting.main import PROJECTIONS
from shared.contracts import RewindRequested, SubmissionReceived
from shared.edge.bus import Bus
from shared.edge.readers import Relay
from shared.edge.stops import LogForked, Retry
from shared.edge.topics import PARTITIONS, declare
from shared.envelope import Envelope
from shared.errors import Corrupt
from shared.vocabulary import GivenPoints
from tests.kit.asyncapi import wrong_with
from tests.kit.bus import CONSUMERS, LONG_SECONDS, Publisher, keep, kept, sheet, until, verdict
from tests.kit.net import SESSION_SECONDS, BadBus, Net, net, running
from tests.kit.servers import restored
from tests.kit.world import AGENCY, META

pytestmark = pytest.mark.server
AGENCIES = ("bnv", "ubdt")
UNITS = ("a", "b")
MANY = 6


async def tell(submission: Publisher, appraisal: Publisher, number: int) -> None:
    """A sheet of each unit, and what the appraisers say about it once they have heard of it."""
    for agency in AGENCIES:
        for unit in UNITS:
            await submission.say(sheet(unit, f"{number}"), agency)
        await appraisal.hear(submission, agency)
        for unit in UNITS:
            await appraisal.say(verdict(unit, "i", f"{number + 1}"), agency)
            await appraisal.say(verdict(unit, "ii", f"{number + 2}", "round2"), agency)


def words(number: int) -> dict[tuple[str, str], str]:
    return {
        ("i", "self"): f"{number}.00",
        ("ii", "self"): f"{number}.00",
        ("i", "round1"): f"{number + 1}.00",
        ("ii", "round2"): f"{number + 2}.00",
    }


async def ends_with(bus: BadBus, number: int) -> None:
    for agency in AGENCIES:
        for unit in UNITS:
            assert await kept(bus.log, agency, unit) == words(number)


async def test_every_announcement_is_answered_once_and_after_its_causes(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    for number in range(MANY):
        await tell(submission, appraisal, number)
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
        await tell(submission, appraisal, MANY)  # while everything runs
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
        records = [*await bus_net.captured("submission", 4), *await bus_net.captured("appraisal", 4)]
    assert [wrong_with(Envelope.read(record.headers, record.value)) for record in records] == [[]] * 8
    await ends_with(scoring, MANY)


async def test_lost_doubled_and_shuffled_messages_all_end_the_same(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    scoring.lost_percent, scoring.doubled_percent, scoring.shuffled = 10, 10, True
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        for number in range(MANY):
            await tell(submission, appraisal, number)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, MANY - 1)


@pytest.mark.parametrize("held", ["submission", "appraisal"])
async def test_a_topic_that_comes_late_changes_nothing(bus_net: Net, held: str) -> None:
    publishers = {name: await bus_net.publisher(name) for name in ("submission", "appraisal")}
    submission, appraisal = publishers.values()
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    scoring.held.add(held)
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        await tell(submission, appraisal, 1)
        last = {agency: (await publishers[held].last(agency))[0].sequence for agency in AGENCIES}

        async def all_of_it_is_kept_back() -> bool:
            return sum(last.values()) <= len({(record.key, record.value) for record in scoring.kept_back})

        await until("all of it is kept back", all_of_it_is_kept_back)
        for agency in AGENCIES:
            assert held not in await scoring.answers.ends(agency)
            assert ("i", "round1") not in await kept(scoring.log, agency, "a")
        await scoring.release()
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, 1)


async def test_a_broker_that_was_emptied_hears_everything_again(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    async with bus_net.relaying("submission", "appraisal"):
        async with running(scoring.run):
            await tell(submission, appraisal, 1)
            await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
            await bus_net.empty()
            await tell(submission, appraisal, 2)
            await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
        newcomer = await bus_net.hearing("reporting", CONSUMERS, in_memory=True)
        async with running(newcomer.run):
            await bus_net.heard(newcomer, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, 2)
    await ends_with(newcomer, 2)


async def test_a_place_behind_the_end_of_an_emptied_topic_is_given_up(bus_net: Net) -> None:
    """Kept there by a member that had not noticed, with a broker that says nothing about it."""
    submission, scoring = await bus_net.publisher("submission"), await bus_net.hearing("scoring", CONSUMERS)
    places = [TopicPartition("ict.submission", number) for number in range(PARTITIONS)]
    earlier = AIOKafkaConsumer(bootstrap_servers=bus_net.broker.address, group_id=scoring.group)
    earlier.assign(places)
    async with earlier:
        await earlier.commit(dict.fromkeys(places, 1000))
    async with running(scoring.run), bus_net.relaying("submission"):
        await submission.say(sheet("a", "1"))
        await bus_net.heard(scoring, submission, agencies=(AGENCY,))


def _fetches_no_more(consumer: AIOKafkaConsumer) -> None:
    consumer._fetcher._fetch_task.cancel()  # noqa: SLF001 - what no test can wait for


def _knows_no_place(consumer: AIOKafkaConsumer) -> None:
    consumer.unsubscribe()


def _cannot_even_end(consumer: AIOKafkaConsumer) -> None:
    """Its end waits for what never comes, and it goes on telling the broker that it is there."""
    _fetches_no_more(consumer)
    consumer._coordinator._coordination_task = asyncio.get_running_loop().create_future()  # noqa: SLF001


@pytest.mark.parametrize("befall", [_fetches_no_more, _knows_no_place, _cannot_even_end])
async def test_who_does_not_get_on_begins_anew(bus_net: Net, befall: Callable[[AIOKafkaConsumer], None]) -> None:
    """As the client may, without a word, when its broker has died at a bad moment."""
    agencies = tuple(f"agency-{number}" for number in range(MANY))  # in every partition
    submission, scoring = await bus_net.publisher("submission"), await bus_net.hearing("scoring", CONSUMERS)
    scoring.still_seconds = SESSION_SECONDS
    async with bus_net.relaying("submission"), running(scoring.run):
        for unit, befallen in (("a", True), ("b", False)):
            for agency in agencies:
                await submission.say(sheet(unit, "1"), agency)
            await bus_net.heard(scoring, submission, agencies=agencies)
            if befallen:
                befall(scoring.consumer)


@pytest.mark.parametrize("turns", [0, 2, 3, 5, 8, 14])
async def test_who_is_to_end_while_it_begins_anew_ends(bus_net: Net, turns: int) -> None:
    """The client swallows what would end it, at many a moment, and its task would go on for ever."""
    scoring = await bus_net.hearing("scoring", CONSUMERS, in_memory=True)
    async with asyncio.timeout(LONG_SECONDS):
        async with running(scoring.run):
            await until("it hears", scoring.reachable)
            scoring.hears_no_more()
            while scoring.started:  # noqa: ASYNC110 - the moment counts, turn by turn
                await asyncio.sleep(0)
            for _ in range(turns):
                await asyncio.sleep(0)
    assert not await scoring.reachable()


async def test_a_broker_that_ends_and_comes_back_while_messages_are_said_loses_none(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        for number in range(3):
            await tell(submission, appraisal, number)
            bus_net.broker.process.kill()
            await tell(submission, appraisal, number)
            bus_net.broker.start()
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, 2)


async def test_three_partitions_become_seven(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        await tell(submission, appraisal, 1)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
        if not bus_net.broker.keeps:  # it can only be declared anew
            bus_net.broker.process.kill()
            bus_net.broker.start()
        await declare(bus_net.broker.address, fresh=not bus_net.broker.keeps, partitions=7)
        await tell(submission, appraisal, 2)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, 2)


async def test_a_forged_message_that_does_not_fit_is_dropped(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        await tell(submission, appraisal, 1)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
        [true] = await submission.last("bnv")
        for changes in (
            {"sequence": 99},
            {"sequence": true.sequence + 1},
            {"sequence": true.sequence + 1, "source": "x"},
        ):
            await bus_net.put("submission", true, chain="f" * 64, previouschain="e" * 64, **changes)
        await bus_net.put_raw("submission", b"\xff", b"bnv", [("ce_id", b"\xff\xfe"), ("content-type", b"\xff")])
        await bus_net.put_raw("submission", b"", b"\xff", [])
        await tell(submission, appraisal, 2)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, 2)


async def test_a_forged_message_that_fits_ends_as_a_fork(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        await tell(submission, appraisal, 1)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
        [true] = await submission.last("bnv")
        forged = {"sequence": true.sequence + 1, "previouschain": true.chain, "chain": "f" * 64}
        await bus_net.put("submission", true, **forged)

        async def it_was_answered() -> bool:
            return (await scoring.answers.ends("bnv"))["submission"].chain == "f" * 64

        await until("the forged message was answered", it_was_answered)
        await submission.say(sheet("a", "2"), "bnv")

        async def it_stopped() -> bool:
            return (await scoring.answers.gate("bnv", "submission")).stop is not None

        await until("the true message stopped it", it_stopped)
        stop = (await scoring.answers.gate("bnv", "submission")).stop
        assert stop is not None
        assert (stop.code, stop.chain) == (LogForked.code, (await submission.last("bnv"))[0].chain)
        await submission.say(sheet("a", "3"), "ubdt")
        await bus_net.heard(scoring, submission, agencies=("ubdt",))


async def test_a_poisoned_message_stops_one_agency_at_one_consumer_until_it_is_cured(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    cured: list[bool] = []

    def poisoned(said: SubmissionReceived) -> object:
        if said.lines["i"].word == GivenPoints(points="13") and not cured:
            raise Corrupt
        return keep(said)

    scoring = await bus_net.hearing("scoring", {**CONSUMERS, SubmissionReceived.type: poisoned})  # type: ignore[dict-item]
    other = await bus_net.hearing("reporting", CONSUMERS, in_memory=True)
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run, other.run):
        await submission.say(sheet("a", "13"), "bnv")
        await tell(submission, appraisal, 1)
        await bus_net.heard(other, submission, appraisal, agencies=AGENCIES)
        await bus_net.heard(scoring, submission, appraisal, agencies=("ubdt",))

        async def it_stopped() -> bool:
            return (await scoring.answers.gate("bnv", "submission")).stop is not None

        await until("it stopped", it_stopped)
        assert "submission" not in await scoring.answers.ends("bnv")
        cured.append(True)
        await scoring.inbox.resume("bnv", Retry("submission"), META)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, 1)
    await ends_with(other, 1)


async def test_one_relay_says_it_and_another_goes_on_where_it_ended(bus_net: Net) -> None:
    submission, appraisal = await bus_net.publisher("submission"), await bus_net.publisher("appraisal")
    scoring = await bus_net.hearing("scoring", CONSUMERS)
    second = [await bus_net.relay("submission"), await bus_net.relay("appraisal")]
    heeding = [bus_net.heeding(relay).run for relay in second]
    async with running(scoring.run, *heeding, *(relay.run for relay in second)):

        async def they_hold() -> bool:
            return all(relay.holding for relay in second)

        await until("the second relays hold their locks", they_hold)
        async with bus_net.relaying("submission", "appraisal") as first:
            await tell(submission, appraisal, 1)
            await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
            assert not any(relay.holding for relay in first.values())
    async with bus_net.relaying("submission", "appraisal"), running(scoring.run):
        await tell(submission, appraisal, 2)
        await bus_net.heard(scoring, submission, appraisal, agencies=AGENCIES)
    await ends_with(scoring, 2)


async def test_after_a_dump_and_restore_nothing_is_skipped_and_nothing_said_or_heard_twice(bus_net: Net) -> None:
    """Neither by the relay, whose cursor is restored, nor by reporting, whose marks are."""

    async def workers(there: Net) -> tuple[Relay, Bus]:
        relay, reporting = await there.relay("submission"), await there.projecting(PROJECTIONS)
        relay.idle_seconds = LONG_SECONDS  # meanwhile it would say its last words again
        reporting.group = f"reporting-{bus_net.database}"
        return relay, reporting

    async def stand(relay: Relay, reporting: Bus) -> tuple[object, ...]:
        return await relay.cursors.all(), *[await reporting.answers.ends(agency) for agency in AGENCIES]

    async def work(there: Net, relay: Relay, reporting: Bus, *units: str) -> None:
        submission = await there.publisher("submission")
        for unit, agency in product(units, AGENCIES):
            await submission.say(sheet(unit, "1"), agency)
        async with running(relay.run, reporting.run):
            await there.heard(reporting, submission, agencies=AGENCIES)
            await until("the cursor moved", partial(_nothing_behind, relay))

    first = await workers(bus_net)
    await work(bus_net, *first, "a", "b")
    async with restored(bus_net.server, bus_net.database) as name, net(bus_net.server, name, bus_net.broker) as there:
        second = await workers(there)
        assert await stand(*second) == await stand(*first)
        await work(there, *second, "c")
    records = await bus_net.captured("submission", 3 * len(AGENCIES))
    said = [Envelope.read(record.headers, record.value) for record in records]
    assert sorted((each.agency, each.sequence) for each in said) == [*product(AGENCIES, (1, 2, 3))]


async def _nothing_behind(relay: Relay) -> bool:
    return not await relay.cursors.behind()


async def test_a_relay_does_not_speak_for_a_log_that_its_topic_is_ahead_of_until_an_operator_insists(
    bus_net: Net,
) -> None:
    submission = await bus_net.publisher("submission")
    [said] = [await submission.say(sheet("a", "1"), "bnv")]
    lost = said.model_copy(update={"sequence": 2, "chain": "a" * 64, "previouschain": said.chain})
    await bus_net.put("submission", lost)  # what the log held before it was restored
    async with bus_net.relaying("submission") as relays:

        async def it_refuses() -> bool:
            return relays["submission"].refused == {"bnv"}

        await until("it refuses", it_refuses)
        await submission.say(sheet("a", "1"), "ubdt")
        assert await bus_net.captured("submission", 1, key=b"ubdt")
        relays["submission"].rewind(RewindRequested(publisher="submission", agency="bnv", sequence=0), insist=True)
        records = await bus_net.captured("submission", 2, key=b"bnv")
        assert Envelope.read(records[1].headers, records[1].value) == said

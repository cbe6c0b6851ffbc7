"""What no repetition mends: forged and poisoned messages. They stop one agency at one consumer, and are named."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.agencies.year_file import Script
from deploy.player.caller import Sent
from deploy.standalone.broker import Bus
from shared.audit.wrong import AnsweredOtherwise
from shared.contracts import (
    FiguresConfirmed,
    PublicationRefused,
    ResultsApproved,
    ResultsPublished,
    RoundClosed,
    ScoreAppraised,
    SubmissionReceived,
)
from shared.edge.readers import messages
from shared.edge.service import Service
from shared.edge.stops import AnswerFailed, LogForked
from shared.envelope import BodyUnreadable, Envelope
from shared.errors import IctIndexError
from shared.eventlog import Mark
from shared.vocabulary import Json, canonical
from tests.kit.appraisal import DECISION
from tests.kit.bus import until
from tests.kit.disorder import Damage, disturbing, forged
from tests.kit.house import SERVICES, House, house, in_order, once_at, operator_of
from tests.kit.servers import Server
from tests.kit.small_years import small_years, undisturbed

LONG, SHORT = small_years()
PUBLISHER = "appraisal"
CONSUMERS = ("submission", "scoring", "reporting")
CHAIN = "f" * 64
pytestmark = pytest.mark.timeout(240)
YEAR_SECONDS = 180
"""A whole year may have to be played first."""


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """*work* goes on in the background, until it gives up or the block ends."""

    async def patiently() -> None:
        with suppress(IctIndexError):
            await work

    async with asyncio.TaskGroup() as group:
        task = group.create_task(patiently())
        yield
        task.cancel()


async def heard(home: House, message: Envelope) -> None:
    """Every consumer has answered the appraisers exactly up to *message*."""

    async def everywhere() -> bool:
        ends = [await home.processes[name].bus.answers.ends(message.agency) for name in CONSUMERS]
        return all(each.get(PUBLISHER, Mark()).chain == message.chain for each in ends)

    await until(f"everybody heard {message.id}", everywhere)


async def last_verdict(home: House) -> Envelope:
    """The last thing the appraisers of the long year said, once everybody has heard it."""
    log, agency = home.processes[PUBLISHER].room.own_log, LONG.year.agency
    [*_, true] = await messages(log, PUBLISHER, agency, 1, 100_000)
    await heard(home, true)
    assert true.type == ScoreAppraised.type
    return true


def lie(true: Envelope, **more: object) -> Envelope:
    """Another verdict on the same criterion, in the appraisers' name."""
    said = true.contract()
    assert isinstance(said, ScoreAppraised)
    body = said.model_dump(mode="json") | {"after": {"kind": "points", "points": "1.00"}}
    placed = {"id": f"{PUBLISHER}/{true.agency}@{true.position + 1}", "sequence": true.sequence + 1, "chain": CHAIN}
    return true.model_copy(update={"body": canonical(body), **placed, **more})


async def stop_of(home: House, consumer: str, year: Script) -> Json:
    """The one stop at *consumer*, as soon as there is one."""

    async def stopped() -> bool:
        return bool(await home.stops(consumer, year))

    await until(f"{consumer} stopped", stopped, YEAR_SECONDS)
    [stop] = await home.stops(consumer, year)
    return stop


async def test_a_forged_message_that_does_not_fit_is_dropped(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    async with house(migrated, database, broker, tmp_path) as home:

        async def forge() -> None:
            true = await last_verdict(home)
            await forged(broker.address, lie(true, previouschain="e" * 64))
            await forged(broker.address, lie(true, previouschain=true.chain, sequence=true.sequence + 9))

        home.door.before = once_at("/bnv/campaigns/2020/rounds/round1/closing", forge)
        await home.play(LONG, SHORT)
        await in_order(home, LONG, SHORT)


async def test_a_forged_message_that_fits_ends_as_a_fork_that_the_auditor_names(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    async with house(migrated, database, broker, tmp_path) as home:
        said: list[Envelope] = []

        async def forge() -> None:
            true = await last_verdict(home)
            said.append(lie(true, previouschain=true.chain))
            await forged(broker.address, said[0])
            await heard(home, said[0])

        home.door.before = once_at("/bnv/campaigns/2020/rounds/round1/closing", forge)
        async with meanwhile(home.play_one(LONG)):
            await home.play(SHORT)
            for consumer in CONSUMERS:
                stop = await stop_of(home, consumer, LONG)
                assert (stop["publisher"], stop["code"]) == (PUBLISHER, LogForked.code)
                assert stop["sequence"] == said[0].sequence
        await in_order(home, SHORT, audited=False)
        wrong = {each.check: each.wrong for each in await home.verified(1) if each.wrong}
        found = wrong["answers"]
        assert isinstance(found, AnsweredOtherwise)
        assert (found.facts["sequence"], found.facts["chain"]) == (said[0].sequence, CHAIN[:12])
        assert "words" in wrong


async def test_a_forged_approval_of_another_run_publishes_nothing_and_scoring_says_so(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    """The last line of defence: an approval that appraisal itself would have refused is compared once more."""
    agency, campaign = LONG.year.agency, LONG.year.campaign
    async with house(migrated, database, broker, tmp_path) as home:

        async def forge() -> None:
            log = home.processes[PUBLISHER].room.own_log
            [*_, true] = await messages(log, PUBLISHER, agency, 1, 100_000)
            await heard(home, true)
            wrong = ResultsApproved(
                campaign=campaign, run="e" * 64, decision=DECISION, signer="Bộ trưởng", file_sha256="0" * 64
            )
            placed = {"id": f"{PUBLISHER}/{agency}@{true.position + 1}", "sequence": true.sequence + 1, "chain": CHAIN}
            body = {"body": canonical(wrong.model_dump(mode="json")), "type": wrong.type, "subject": wrong.subject}
            lied = true.model_copy(update={**placed, **body, "previouschain": true.chain, "after": {}})
            await forged(broker.address, lied)
            await heard(home, lied)

        home.door.before = once_at("/bnv/campaigns/2020/approvals", forge)
        async with meanwhile(home.play_one(LONG)):
            for consumer in CONSUMERS:
                assert (await stop_of(home, consumer, LONG))["code"] == LogForked.code
        said = await messages(home.processes["scoring"].room.own_log, "scoring", agency, 1, 100_000)
        assert ResultsPublished.type not in {each.type for each in said}
        [refused] = [each.contract() for each in said if each.type == PublicationRefused.type]
        assert isinstance(refused, PublicationRefused)
        assert (refused.approved, refused.reason) == ("e" * 64, "digest_differs")
        assert refused.standing == await undisturbed(LONG)
        shown = await home.client.get(f"/reporting/v1/agencies/{agency}/campaigns/{campaign}/results")
        assert shown.status_code == 404
        wrong = {each.check: each.wrong for each in await home.verified(1) if each.wrong}
        assert isinstance(wrong["answers"], AnsweredOtherwise)


def broken(service: Service) -> tuple[Service, list[bool]]:
    """*service* with a fault of ours: it cannot take a unit's answer, until that is mended."""
    mended: list[bool] = []
    sound = service.consumers[FiguresConfirmed.type]

    def at_fault(said: FiguresConfirmed) -> Any:
        if not mended:
            message = "a fault of ours"
            raise RuntimeError(message)
        return sound(said)

    return replace(service, consumers={**service.consumers, FiguresConfirmed.type: at_fault}), mended


async def stops_one_agency_until_mended(home: House, consumer: str, publisher: str, code: str, mend: Any) -> None:
    async with meanwhile(home.play_one(LONG)):
        await home.play(SHORT)
        stop = await stop_of(home, consumer, LONG)
        assert (stop["publisher"], stop["code"]) == (publisher, code)
        stopped = {(name, year.year.agency) for name in home.processes for year in (LONG, SHORT)
                   if await home.stops(name, year)}  # fmt: skip
        assert stopped == {(consumer, LONG.year.agency)}
    mend()
    agency = LONG.year.agency
    path = f"/{consumer}/v1/agencies/{agency}/stops/{publisher}/retry"
    await home.caller(agency).change(operator_of(LONG), Sent("POST", path, {}, "mended", None))
    await home.play(LONG)
    await in_order(home, LONG, SHORT)


@pytest.mark.parametrize(
    ("consumer", "publisher", "type_"),
    [("scoring", "submission", SubmissionReceived.type), ("reporting", "appraisal", RoundClosed.type)],
)
async def test_a_damaged_message_stops_one_agency_at_one_consumer_until_it_is_mended(
    migrated: Server, database: str, broker: Bus, tmp_path: Path, consumer: str, publisher: str, type_: str
) -> None:
    damage = Damage(consumer, LONG.year.agency, type_)
    async with house(migrated, database, broker, tmp_path, prepare=disturbing(damage)) as home:
        await stops_one_agency_until_mended(home, consumer, publisher, BodyUnreadable.code, damage.mend)


async def test_a_fault_of_ours_stops_one_agency_at_one_consumer_until_it_is_mended(
    migrated: Server, database: str, broker: Bus, tmp_path: Path
) -> None:
    services = {service.name: service for service in SERVICES}
    services["appraisal"], mended = broken(services["appraisal"])
    async with house(migrated, database, broker, tmp_path, services=list(services.values())) as home:
        await stops_one_agency_until_mended(
            home, "appraisal", "submission", AnswerFailed.code, lambda: mended.append(True)
        )

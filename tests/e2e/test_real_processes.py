"""Four real processes: killed in mid-year they lose and double nothing, and an operator mends stops by command."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from deploy.agencies.year_file import Script
from deploy.standalone.parts import REAL
from deploy.standalone.stack import Parts
from services.appraisal.dossier.facts import VerdictGiven
from services.appraisal.round.domain import announce
from shared.edge.postgres_log import PostgresLog
from shared.edge.readers import messages
from shared.edge.rewinding import RewindOrdered
from shared.edge.settings import wall_clock
from shared.edge.stops import MessageSkipped, PublisherRetried, PublisherStopped
from shared.envelope import BodyUnreadable, Envelope
from shared.eventlog import Append, EventLog, Row
from shared.execute import entry
from shared.opening import CampaignUnknown
from shared.vocabulary import ClosedText, GivenPoints, Json, Meta
from tests.kit.bus import until
from tests.kit.disorder import forged
from tests.kit.house import Before, in_order, once_at
from tests.kit.installation import Installation, standing
from tests.kit.kafka import on_kafka
from tests.kit.kills import Kill, killing
from tests.kit.servers import directory_for_servers
from tests.kit.small_years import small_years
from tests.kit.year_files import example_years

pytestmark = pytest.mark.timeout(300)
LONG, SHORT = small_years()
PUBLISHER = "appraisal"
CONSUMERS = ("submission", "scoring", "reporting")
REASON = "Thông báo của một kỳ không có; công văn 12/CNTT."
KILLS = (
    Kill("submission", "PUT */bnv/*/draft/*", answered=True),
    Kill("broker", "POST */bnv/*/submission"),
    Kill("postgres", "POST */bnv/*/intake/closure", answered=True),
    Kill("appraisal", "POST */bnv/*/rounds/round1/verdicts", answered=True),
    Kill("scoring", "POST */bnv/*/rounds/round1/closing", answered=True),
    Kill("postgres", "POST */bnv/*/rounds/round2/closing"),
    Kill("broker", "POST */bnv/*/council/changes", answered=True),
    Kill("proxy", "POST */bnv/*/council/reviews"),
    Kill("scoring", "POST */bnv/*/approvals"),
    Kill("reporting", "POST */bnv/*/approvals", answered=True),
)
"""Every server, before a request reaches it or behind its answer; what else is under way then, nobody chooses."""


@pytest.fixture
def directory() -> Iterator[Path]:
    with directory_for_servers("real") as directory:
        yield directory


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(REAL, marks=pytest.mark.server, id="tansu"),
        pytest.param(on_kafka(REAL), marks=pytest.mark.kafka, id="kafka"),
    ],
)
async def test_years_in_which_every_server_is_killed_come_to_the_same_runs(directory: Path, parts: Parts) -> None:
    async with standing(directory, parts) as installation:
        async with killing(installation.stack, installation.client, KILLS):
            await installation.play(LONG, SHORT)
        await in_order(installation, LONG, SHORT)
        before = await installation.heads()
        await installation.play(LONG, SHORT)
        await installation.is_in_order()
        assert await installation.heads() == before


@pytest.mark.kafka
async def test_the_example_years_on_the_real_broker(directory: Path) -> None:
    main, *others = example_years()
    agency, campaign = main.year.agency, main.year.campaign
    async with standing(directory, on_kafka(REAL)) as installation:
        await installation.play(main, *others)
        await in_order(installation, main, *others)
        results = f"/reporting/v1/agencies/{agency}/campaigns/{campaign}/results"
        units = {unit["unit"]: unit for unit in (await installation.client.get(results)).json()["units"]}
        assert len(units) == 23
        shown = ("total", "class_code", "rank_overall")
        assert [units["vien-khtcnn"][name] for name in shown] == ["56.88", "B", 15]


@pytest.fixture(scope="module")
async def installation() -> AsyncIterator[Installation]:
    with directory_for_servers("stopped") as directory:
        async with standing(directory, REAL) as installation:
            yield installation


@asynccontextmanager
async def log_of(installation: Installation, service: str) -> AsyncIterator[EventLog]:
    """Under the service's own login."""
    async with asyncpg.create_pool(installation.stack.dsn(service), min_size=1, max_size=2) as pool:
        yield PostgresLog(pool, wall_clock)


async def last_said(installation: Installation, script: Script) -> Envelope:
    """The appraisers' last word."""
    async with log_of(installation, PUBLISHER) as log:
        head = await log.head(script.year.agency)
        [message] = await messages(log, PUBLISHER, script.year.agency, head.sequence, 1)
    return message


async def rows(installation: Installation, service: str, script: Script, kind: str) -> Sequence[Row]:
    async with log_of(installation, service) as log:
        return [row for row in await log.tail(script.year.agency, 0) if row.type == kind]


async def stops(installation: Installation, script: Script, service: str, **headers: str) -> Sequence[Json]:
    """What is stopped there; with *headers*, only once that is known which they name."""
    agency = script.year.agency
    token = installation.stack.token("somebody", agency, ["operator"])
    headers |= {"authorization": f"Bearer {token}"}
    answer = await installation.client.get(f"/{service}/v1/agencies/{agency}/stops", headers=headers)
    return list(answer.raise_for_status().json()["stops"])


async def stopped_at(installation: Installation, script: Script) -> Sequence[str]:
    return [service for service in CONSUMERS if await stops(installation, script, service)]


async def listed(installation: Installation, script: Script) -> str:
    """What ``ictindex stopped list`` prints."""
    done = await installation.ictindex("stopped", "list", script.year.agency)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def resumed(installation: Installation, act: str, script: Script, service: str, *more: str) -> None:
    done = await installation.ictindex("stopped", act, script.year.agency, service, PUBLISHER, *more)
    assert done.returncode == 0, done.stderr


@asynccontextmanager
async def playing(installation: Installation, script: Script, before: Before) -> AsyncIterator[None]:
    """The year is played meanwhile; *before* is told its requests."""
    installation.client.event_hooks = {"request": [before]}
    async with asyncio.TaskGroup() as group:
        group.create_task(installation.play(script))
        yield
    installation.client.event_hooks = {}


@pytest.mark.server
async def test_an_operator_retries_by_command_where_a_forgery_stands_in_the_way(installation: Installation) -> None:
    """A body that nobody can read is asked for again, twice; the third time it stops everybody who hears it."""
    agency, lies = LONG.year.agency, list[Envelope]()

    async def forge() -> None:
        true = await last_said(installation, LONG)
        heard = f"{PUBLISHER}/{agency}@{true.position};sequence={true.sequence}"
        for service in CONSUMERS:
            await stops(installation, LONG, service, **{"ict-after": heard})
        place = {"id": f"{PUBLISHER}/{agency}@{true.position + 1}", "sequence": true.sequence + 1}
        lies.append(true.model_copy(update={**place, "chain": "f" * 64, "previouschain": true.chain, "body": b"{"}))
        for _ in range(3):
            await forged(installation.stack.broker.address, lies[0])

    async def all_stop_before_the_truth() -> bool:
        """The true message was said, and found everybody stopped."""
        there = len(await stopped_at(installation, LONG)) == len(CONSUMERS)
        return there and (await last_said(installation, LONG)).sequence >= lies[0].sequence

    async def nothing_stops() -> bool:
        return not await stopped_at(installation, LONG)

    async with playing(installation, LONG, once_at("/bnv/campaigns/2020/rounds/round1/closing", forge)):
        await until("everybody stopped", all_stop_before_the_truth)
        shown = await listed(installation, LONG)
        assert shown.count(BodyUnreadable.code) == shown.count(lies[0].id) == len(CONSUMERS)
        for service in CONSUMERS:
            await resumed(installation, "retry", LONG, service)
        await until("nothing is stopped", nothing_stops)
        assert "Nothing is stopped." in await listed(installation, LONG)
    await in_order(installation, LONG)


@pytest.mark.server
async def test_an_operator_skips_by_command_what_nobody_can_answer(installation: Installation) -> None:
    """The appraisers' own log says it, of a campaign that nobody opened: for scoring no retry mends that."""
    agency = SHORT.year.agency

    async def say() -> None:
        verdict = VerdictGiven(
            campaign="1999",
            unit="van-phong",
            criterion="g1.1",
            stage="round1",
            sheet=1,
            before=None,
            after=GivenPoints(points="1.00"),
            stands=False,
        )
        async with log_of(installation, PUBLISHER) as log:
            meta = Meta("to-thu-ky", wall_clock(), "story")
            await log.append(Append(agency, {verdict.stream: 0}, (entry(verdict, meta, announce(verdict)),)))

    async def stopped(times: int) -> bool:
        return len(await rows(installation, "scoring", SHORT, PublisherStopped.type)) == times

    async with playing(installation, SHORT, once_at("/ubdt/campaigns/2020/rounds/round1/closing", say)):
        await until("scoring stopped", lambda: stopped(1))
        for times in (1, 2):  # too early, twice: each stops at the same message again
            await resumed(installation, "retry", SHORT, "scoring")
            assert len(await rows(installation, "scoring", SHORT, PublisherRetried.type)) == times
            await until("scoring stopped again", partial(stopped, times + 1))
        shown = await listed(installation, SHORT)
        assert shown.count(CampaignUnknown.code) == 1
        await resumed(installation, "skip", SHORT, "scoring", "--reason", REASON)
        assert "Nothing is stopped." in await listed(installation, SHORT)
    [skipped] = await rows(installation, "scoring", SHORT, MessageSkipped.type)
    async with log_of(installation, "scoring") as log:
        [reason] = (await log.texts(agency, [skipped.content().data["reason"]["closed"]])).values()
    assert isinstance(reason, ClosedText)
    assert reason.text == REASON
    await in_order(installation, SHORT)


@pytest.mark.server
@pytest.mark.parametrize("service", ["submission", "appraisal", "scoring"])
async def test_an_operator_has_a_service_say_everything_again_by_command(
    installation: Installation, service: str
) -> None:
    """Whoever heard it drops it, so that nothing changes but the record that says who wanted it and why."""
    agency, log = SHORT.year.agency, installation.stack.home.log(service)

    async def said_again() -> bool:
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
        rewound = [line for line in lines if line["event"] == "rewound" and line["agency"] == agency]
        return any(line["sequence"] == 2 for line in rewound)

    await installation.play(SHORT)
    done = await installation.ictindex("rewind", agency, service, "--from", "2", "--reason", REASON)
    assert done.returncode == 0, done.stderr
    await until("it is said again", said_again)
    [ordered] = await rows(installation, service, SHORT, RewindOrdered.type)
    assert ordered.content().actor == "ictindex-cli"
    await in_order(installation, SHORT)
    silent = await installation.ictindex("rewind", agency, "reporting", "--reason", REASON)
    assert (silent.returncode, "Traceback" in silent.stderr) == (1, False)


@pytest.mark.server
@pytest.mark.parametrize("act", [("retry",), ("skip", "--reason", REASON)])
async def test_where_nothing_is_stopped_there_is_nothing_to_end(installation: Installation, act: Sequence[str]) -> None:
    command, *more = act
    done = await installation.ictindex("stopped", command, LONG.year.agency, "scoring", PUBLISHER, *more)
    assert done.returncode == 1
    assert "Nothing of appraisal is stopped." in done.stderr


@pytest.mark.server
async def test_the_doctor_names_what_is_ill_and_what_helps(directory: Path) -> None:
    async with standing(directory, REAL) as installation:
        well = await installation.ictindex("doctor")
        assert (well.returncode, "All is well." in well.stdout, well.stderr) == (0, True, ""), well.stdout
        assert "The broker's 4 topics are as they were declared." in well.stdout
        stack = installation.stack
        stack.kill("scoring")
        owner = await asyncpg.connect(stack.postgres.dsn("ictindex_owner"))
        await owner.execute("ALTER TABLE appraisal.log_3 DISABLE TRIGGER append_only")
        await owner.execute("GRANT DELETE ON submission.inbox TO submission")
        await owner.close()
        ill = await installation.ictindex("doctor")
        assert ill.returncode == 1
        wrong = [line for line in ill.stdout.splitlines() if line.startswith("✗")]
        assert len(wrong) == 3, ill.stdout
        named = ("Service scoring is not ready", "off at appraisal.log_3", "submission: DELETE submission.inbox")
        assert all(name in line for name, line in zip(named, wrong, strict=True))

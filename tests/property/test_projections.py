"""Read models do not depend on the order in which publishers that know nothing of each other are heard."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reporting.main import PROJECTIONS, dump
from shared.campaign import CalendarChange, Contest, Enrolment, Extension, RosterChange, SheetLine, Step, TemplateChange
from shared.contracts import (
    CampaignAmended,
    CampaignOpened,
    Contract,
    CouncilDecided,
    FiguresConfirmed,
    ReferenceEntered,
    ReferenceRemoved,
    ResultsPublished,
    RoundClosed,
    RulesetPart,
    ScoreAppraised,
    StandingsDrafted,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    UnitEnrolled,
    UnitStanding,
)
from shared.envelope import Envelope
from shared.standing import BlockSummary, Mean, RunSummary, Standing
from shared.vocabulary import Closed, GivenPoints, Localized
from tests.kit.campaigns import CALENDAR, CAMPAIGN, TEMPLATE, opened, opening
from tests.kit.documents import DECISION
from tests.kit.reporting_service import Reporting, reporting
from tests.kit.said_year import ANY, Voice, standings_digest
from tests.kit.servers import Server, postgres
from tests.kit.world import AT

WHY = Closed(closed=ANY)
NOTHING = Mean(mean=None, denominator=0)
SUMMARY = RunSummary(blocks=(), overall=BlockSummary(block=None, total=NOTHING, self_total=NOTHING, earlier=NOTHING))


def _sheet(unit: str, version: int, points: str) -> SubmissionReceived:
    line = SheetLine(word=GivenPoints(points=points), explanation=WHY)
    return SubmissionReceived(
        campaign=CAMPAIGN, unit=unit, version=version, lines={"g1": line, "g2": line}, certified=ANY
    )


def _verdict(unit: str, stage: str, points: str) -> ScoreAppraised:
    word = GivenPoints(points=points)
    return ScoreAppraised(
        campaign=CAMPAIGN, unit=unit, criterion="g1", stage=stage, sheet=1, before=None, after=word, reason=WHY
    )


def _standing(unit: str, run: str, points: str) -> UnitStanding:
    standing = Standing(unit=unit, block="thuoc", appendix="I", cells={}, groups={}, total=points, applicable_groups=1)
    return UnitStanding(campaign=CAMPAIGN, run=run, unit=unit, number=1, standing=standing)


def _amended(amendment: CalendarChange | Extension | RosterChange | TemplateChange) -> CampaignAmended:
    return CampaignAmended(campaign=CAMPAIGN, amendment=amendment, reason=WHY)


def _opening() -> Iterator[Contract]:
    part, *joined, _ = opened()
    yield RulesetPart(**part.model_dump())
    for each in joined:
        yield UnitEnrolled(**each.model_dump())
    yield CampaignOpened(campaign=CAMPAIGN, opening=opening())


def history() -> Sequence[Envelope]:
    """Three publishers; each message names only what it must know: the opening, and what it judges or counts."""
    voice, old, new = Voice("a"), "1" * 64, "2" * 64
    for said in _opening():
        voice.say("submission", said, AT, after={})
    start = voice.ends["submission"][0]
    later = CALENDAR.model_copy(update={"submission_deadline_at": AT + timedelta(days=3)})
    step = Step(number=1, title=Localized(vi="Mở"))
    corrected = Enrolment(unit="a", name=Localized(vi="Đơn vị A"), block="thuoc", appendix="I")
    submission: list[Contract] = [
        _sheet("a", 1, "90"),
        SubmissionWithdrawn(campaign=CAMPAIGN, unit="a", version=1, reason=WHY),
        _amended(CalendarChange(calendar=later)),
        _sheet("a", 2, "80"),
        _sheet("b", 1, "70"),
        _amended(Extension(unit="c", submission_deadline_at=AT)),
        _amended(RosterChange(enrolment=corrected)),
        ReferenceEntered(campaign=CAMPAIGN, reference="r", title=Localized(vi="R"), document=DECISION, figures=()),
        ReferenceRemoved(campaign=CAMPAIGN, reference="r"),
        SubmissionsClosed(campaign=CAMPAIGN, handed_in=("a", "b"), missing=("c",)),
        FiguresConfirmed(campaign=CAMPAIGN, unit="a", accepted=("g1",), contested={"g2": Contest(explanation=WHY)}),
        _amended(TemplateChange(template=TEMPLATE.model_copy(update={"steps": (step,)}))),
    ]
    appraisal: list[Contract] = [
        _verdict("a", "round1", "60"),
        _verdict("a", "round1", "61"),
        _verdict("b", "round1", "50"),
        RoundClosed(campaign=CAMPAIGN, stage="round1", count=2, digest=ANY),
        _verdict("a", "council", "62"),
        CouncilDecided(campaign=CAMPAIGN, meeting=1, run=old, outcome="sent_back"),
        CouncilDecided(campaign=CAMPAIGN, meeting=2, run=new, outcome="accepted", acknowledged=("x",)),
    ]
    scoring: list[Contract] = [
        _standing("a", old, "60"),
        StandingsDrafted(campaign=CAMPAIGN, run=old, stage="round1", draft=1, count=1, digest=ANY, summary=SUMMARY),
        _standing("a", new, "62"),
        ResultsPublished(
            campaign=CAMPAIGN,
            run=new,
            release=1,
            decision=DECISION,
            signer="Bộ trưởng",
            file_sha256=ANY,
            count=1,
            digest=standings_digest([_standing("a", new, "62")]),
            summary=SUMMARY,
            rests_on={},
        ),
    ]
    for publisher, contracts in {"submission": submission, "appraisal": appraisal, "scoring": scoring}.items():
        for number, said in enumerate(contracts):
            after = {} if publisher == "submission" else {"submission": start + min(number, 2)}
            voice.say(publisher, said, AT + timedelta(minutes=number), after=after)
    return voice.messages


HISTORY = history()


def permitted(choose: st.DataObject) -> list[Envelope]:
    """One of the orders that ``after`` permits."""
    waiting = {
        source: [each for each in HISTORY if each.source == source] for source in ("submission", "appraisal", "scoring")
    }
    heard, order = dict.fromkeys(waiting, 0), list[Envelope]()
    while any(waiting.values()):
        able = [
            source
            for source, queue in waiting.items()
            if queue and all(heard[other] >= number for other, number in queue[0].after.items())
        ]
        source = choose.draw(st.sampled_from(able))
        order.append(waiting[source].pop(0))
        heard[source] += 1
    return order


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as started:
        yield started


@pytest.fixture(scope="module")
async def service(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reporting]:
    async with reporting(server, tmp_path_factory.mktemp("reporting")) as running:
        yield running


async def tables_after(service: Reporting, order: Sequence[Envelope]) -> Mapping[str, str]:
    """The tables as *order* leaves them; nothing stays."""
    async with service.engine.connect() as connection:
        for message in order:
            await PROJECTIONS[message.type](connection, message, message.contract())
        found = await dump(connection, "a")
        await connection.rollback()
    return found


@given(choose=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_permitted_order_gives_the_same_tables(service: Reporting, choose: st.DataObject) -> None:
    assert await tables_after(service, permitted(choose)) == await tables_after(service, HISTORY)


async def test_a_message_heard_twice_changes_nothing(service: Reporting) -> None:
    twice = [each for message in HISTORY for each in (message, message)]
    assert await tables_after(service, twice) == await tables_after(service, HISTORY)


async def test_every_table_is_touched_and_the_comparison_can_fail(service: Reporting) -> None:
    nothing, whole = await tables_after(service, []), await tables_after(service, HISTORY)
    same = {table for table, digest in whole.items() if nothing[table] == digest}
    assert same == {"reference_documents"}, "entered, and removed again"
    without = [message for message in HISTORY if message.type != "SubmissionWithdrawn.v1"]
    assert {table for table, digest in (await tables_after(service, without)).items() if digest != whole[table]} == {
        "proofs",
        "sheets",
    }

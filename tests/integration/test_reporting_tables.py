"""The tables of reporting: as the migration makes them, as the log says them again, as its login may use them."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import ProgrammingError

from services.reporting.main import PROJECTIONS, TABLES
from services.reporting.result.domain import ReleaseDiffers
from shared.contracts import (
    CampaignOpened,
    Contract,
    OfCampaign,
    ResultsPublished,
    ScoreAppraised,
    TextDestroyed,
    UnitEnrolled,
    UnitStanding,
)
from shared.edge.stops import TREATMENT, Retry, Treatment
from shared.envelope import Envelope
from shared.errors import nearest
from shared.vocabulary import canonical
from tests.kit.documents import DECISION
from tests.kit.reporting_service import Reporting, reporting
from tests.kit.said_year import SaidYear, Voice, said_year
from tests.kit.servers import Server, postgres
from tests.kit.world import AT, META

REASON = "Chỉ 3,8 % công chức"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as started:
        yield started


@pytest.fixture(scope="module")
async def service(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reporting]:
    async with reporting(server, tmp_path_factory.mktemp("reporting")) as running:
        yield running


async def heard(service: Reporting, agency: str) -> SaidYear:
    year = said_year("ubdt/year-2020", agency=agency)
    await service.hear(year.messages)
    return year


async def test_the_migration_makes_the_tables_that_the_code_knows(service: Reporting) -> None:
    def columns(connection: Connection) -> dict[str, tuple[dict[str, bool], list[str]]]:
        seen = inspect(connection)
        return {
            table.name: (
                {each["name"]: each["nullable"] for each in seen.get_columns(table.name)},
                seen.get_pk_constraint(table.name)["constrained_columns"],
            )
            for table in TABLES
        }

    async with service.engine.connect() as connection:
        found = await connection.run_sync(columns)
    for table in TABLES:
        nullable, key = found[table.name]
        assert nullable == {column.name: column.nullable for column in table.columns}
        assert key == [column.name for column in table.primary_key]


async def test_projecting_all_messages_again_gives_equal_tables(service: Reporting) -> None:
    year = await heard(service, "again")
    before = await service.dump("again")
    async with service.engine.begin() as connection:
        for table in TABLES:
            await connection.execute(table.delete().where(table.c.agency == "again"))
        assert await service.dump("again") == before, "not committed yet"
        for message in year.messages:
            await PROJECTIONS[message.type](connection, message, message.contract())
    assert await service.dump("again") == before
    assert await service.dump("nobody") != before


MORE = "of_a_later_release"
PARTS: dict[type[Contract], str] = {
    CampaignOpened: "opening",
    UnitEnrolled: "enrolment",
    ScoreAppraised: "after",
    ResultsPublished: "decision",
}
OURS = {"agency": "x", "message": "x", "position": 0, "at": "x"}
"""Names of columns that the envelope fills."""
KEPT = {"campaigns": "opening", "units": "enrolment", "words": "word", "releases": "decision", "proofs": "fields"}


def grown(message: Envelope) -> Envelope:
    """As a later release says it: with a field more, beside the others and within one of them."""
    data = json.loads(message.body)
    parts = [data[part] for kind, part in PARTS.items() if kind.type == message.type]
    for each in (data, *parts):
        each[MORE] = "x"
    return message.model_copy(update={"body": canonical(OURS | data)})


async def test_what_a_later_release_says_more_is_kept_as_it_was_said(service: Reporting) -> None:
    year = said_year("ubdt/year-2020", agency="more")
    await service.hear(map(grown, year.messages))
    async with service.engine.connect() as connection:
        for table, column in KEPT.items():
            of_people = "AND stage <> 'self'" if table == "words" else ""
            kept = f"SELECT {column} ->> '{MORE}' FROM {table} WHERE agency = 'more' {of_people}"
            assert set(await connection.scalars(text(kept))) == {"x"}, table
        releases = text("SELECT message, position FROM releases WHERE agency = 'more'")
        assert (await connection.execute(releases)).one() == (year.messages[-1].id, year.messages[-1].position)
    assert (await service.browser.get(f"/more/{year.campaign}.json")).status_code == 200


class UnitPraised(OfCampaign):
    """A contract that no release so far knows."""

    type = "UnitPraised.v1"
    unit: str


async def test_a_message_that_only_a_later_release_knows_is_remembered_if_it_is_of_a_campaign(
    service: Reporting,
) -> None:
    voice = Voice("praises")
    message = voice.say("submission", UnitPraised(campaign="2020", unit="a"), AT)
    bodies = (message.body, b"[]", b"{", b"{}", b'{"campaign": 7}', b'{"campaign": "no id"}')
    said = [message, *(voice.say("submission", UnitPraised(campaign="2020", unit="a"), AT) for _ in bodies[1:])]
    await service.hear(each.model_copy(update={"body": body}) for each, body in zip(said, bodies, strict=True))
    async with service.engine.connect() as connection:
        proofs = "SELECT campaign, contract, fields, message FROM proofs WHERE agency = 'praises'"
        [row] = await connection.execute(text(proofs))
    assert tuple(row) == ("2020", UnitPraised.type, {"campaign": "2020", "unit": "a"}, message.id)
    assert (await service.answers.ends("praises"))["submission"].sequence == len(bodies)


@pytest.mark.parametrize("table", ["inbox", "stops", "requests"])
async def test_what_was_heard_is_append_only_for_the_service(service: Reporting, table: str) -> None:
    async with service.engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text(f"DELETE FROM {table}"))


async def test_a_destroyed_text_is_replaced_by_the_decision_everywhere(service: Reporting) -> None:
    year = said_year("bnv/year-2020", agency="destroys")
    await service.hear(year.messages)
    unit = "/destroys/2020/ban-tdkt"
    assert REASON in (await service.browser.get(unit)).text
    [name] = {
        message.closed_texts()[0].closed.closed
        for message in year.messages
        if message.closed_texts() and REASON in message.closed_texts()[0].text and "ban-tdkt" in message.subject
    }
    said = TextDestroyed(campaign="2020", closed=(name,), decision=DECISION)
    await service.hear([year.voice.say("submission", said, AT)])
    for suffix in ("", ".csv", ".json"):
        text_shown = (await service.browser.get(unit + suffix)).text
        assert REASON not in text_shown
        assert "1101/QĐ-BNV" in text_shown
    assert "Nội dung đã hủy theo" in (await service.browser.get(unit)).text


async def test_a_stopped_publisher_is_said_on_the_page_and_a_retry_takes_it_away(service: Reporting) -> None:
    year = await heard(service, "stops")
    bad = year.voice.say("scoring", _published(), AT)
    gate = await service.answers.gate("stops", "scoring")
    await service.answers.stop(bad, "results.release_incomplete", gate)
    page = f"/stops/{year.campaign}"
    assert "Số liệu từ dịch vụ scoring tạm dừng cập nhật" in (await service.browser.get(page)).text
    assert "tạm dừng cập nhật" not in (await service.browser.get("/")).text
    await service.answers.resume("stops", Retry(publisher="scoring"), META)
    assert "tạm dừng cập nhật" not in (await service.browser.get(page)).text


async def test_a_release_without_all_its_standings_is_refused_whole(service: Reporting) -> None:
    year = said_year("ubdt/year-2020", agency="lacks")
    complete = [message for message in year.messages if message.type != ResultsPublished.type]
    await service.hear(complete)
    before = await service.dump("lacks")
    published = year.messages[-1].contract()
    assert isinstance(published, ResultsPublished)
    bad = published.model_copy(update={"count": published.count + 1})
    message = year.messages[-1].model_copy(update={"body": bad.model_dump_json().encode()})
    with pytest.raises(Exception, match="release_incomplete"):
        await service.hear([message])
    assert await service.dump("lacks") == before
    assert (await service.browser.get(f"/lacks/{year.campaign}.json")).status_code == 404
    await service.hear([year.messages[-1]])
    assert (await service.browser.get(f"/lacks/{year.campaign}.json")).status_code == 200


async def test_a_release_of_other_standings_than_those_heard_is_refused_whole(service: Reporting) -> None:
    year = said_year("ubdt/year-2020", agency="differs")
    last = next(message for message in reversed(year.messages) if message.type == UnitStanding.type)
    said = last.contract()
    assert isinstance(said, UnitStanding)
    other = said.model_copy(update={"standing": said.standing.model_copy(update={"total": Decimal("99.99")})})
    forged = last.model_copy(update={"body": other.model_dump_json().encode()})
    with pytest.raises(ReleaseDiffers) as refusal:
        await service.hear([forged if message is last else message for message in year.messages])
    assert nearest(TREATMENT, refusal.value) is Treatment.STOP
    assert (await service.browser.get(f"/differs/{year.campaign}.json")).status_code == 404


async def test_an_opening_without_a_name_shows_the_code(service: Reporting) -> None:
    year = said_year("ubdt/year-2020", agency="nameless")
    at, opened = next(
        (place, message) for place, message in enumerate(year.messages) if message.type == CampaignOpened.type
    )
    said = opened.contract().model_dump(mode="json")
    said["opening"].pop("agency")
    year.messages[at] = opened.model_copy(update={"body": canonical(said)})
    await service.hear(year.messages)
    answer = await service.browser.get(f"/nameless/{year.campaign}.json")
    assert answer.json()["agency_name"] == {"vi": "nameless", "en": None}


async def test_a_later_release_supersedes_and_the_earlier_one_can_still_be_read(service: Reporting) -> None:
    year = await heard(service, "corrects")
    first, positions = year.messages[-1].contract(), [year.messages[-1].id]
    assert isinstance(first, ResultsPublished)
    run = "2" * 64
    standings = [each.contract().model_copy(update={"run": run}) for each in year.messages[-1 - first.count : -1]]
    for each in standings:
        await service.hear([year.voice.say("scoring", each, AT + timedelta(days=1))])
    second = first.model_copy(update={"run": run, "release": 2, "supersedes": 1})
    await service.hear([year.voice.say("scoring", second, AT + timedelta(days=1))])
    positions.append(year.messages[-1].id)
    page = f"/corrects/{year.campaign}"
    assert "Bản công bố số 2 (thay bản số 1)" in (await service.browser.get(page)).text
    old = (await service.browser.get(f"{page}?release=1")).text
    assert "Đây là bản công bố số 1, đã được thay bằng bản số 2." in old
    assert (await service.browser.get(f"{page}.json?release=1")).json()["run"] == first.run
    unit = f"{page}/van-phong"
    assert f'href="{unit}?release=1"' in old
    assert "đã được thay bằng bản số 2" in (of_unit := (await service.browser.get(f"{unit}?release=1")).text)
    assert f'href="{unit}.csv?release=1"' in of_unit
    for link, there, gone in ((f"{unit}.csv?release=1", *positions), (f"{unit}.csv", *reversed(positions))):
        table = (await service.browser.get(link)).text
        assert f"{there}\r\n" in table
        assert f"{gone}\r\n" not in table


async def test_what_postgresql_cannot_store_does_not_stop_the_reader(service: Reporting) -> None:
    year = await heard(service, "nul")
    verdict = next(each.contract() for each in year.messages if each.type == ScoreAppraised.type)
    assert isinstance(verdict, ScoreAppraised)
    odd = verdict.model_copy(update={"reason_code": "a\x00b"})
    await service.hear([year.voice.say("appraisal", odd, AT)])
    shown = await service.browser.get(f"/nul/{year.campaign}/{verdict.unit}.json")
    assert "a\ufffdb" in shown.text


def _published() -> ResultsPublished:
    year = said_year("ubdt/year-2020")
    said = year.messages[-1].contract()
    assert isinstance(said, ResultsPublished)
    return said

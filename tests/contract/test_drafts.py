"""The promises of ``Drafts``, ``Uploads`` and ``Replies``, for rows in memory and in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.submission.evidence.domain import FileNotUploaded, Upload
from services.submission.evidence.tables import TableUploads, Uploads, attested
from services.submission.sheet.tables import Cell, CellChanged, Drafts, TableDrafts
from shared.campaign import Evidence
from shared.edge.replies import KEPT_FOR, Replies, Reply, TableReplies
from shared.vocabulary import ClosedText, GivenPoints
from tests.kit.documents import DECISION
from tests.kit.drafts import MemoryDrafts, MemoryReplies, MemoryUploads
from tests.kit.servers import Server
from tests.kit.world import AT

SCOPE = ("bnv", "2020", "a")
KEY = (*SCOPE, "g1")
BOTH = ["memory", pytest.param("postgres", marks=pytest.mark.server)]


@pytest.fixture
async def engine(migrated: Server, database: str) -> AsyncIterator[AsyncEngine]:
    dsn = migrated.dsn("submission", database).replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(dsn)
    yield engine
    await engine.dispose()


@pytest.fixture(params=BOTH)
def drafts(request: pytest.FixtureRequest) -> Drafts:
    return MemoryDrafts() if request.param == "memory" else TableDrafts(request.getfixturevalue("engine"))


@pytest.fixture(params=BOTH)
def uploads(request: pytest.FixtureRequest) -> Uploads:
    return MemoryUploads() if request.param == "memory" else TableUploads(request.getfixturevalue("engine"))


@pytest.fixture(params=BOTH)
def replies(request: pytest.FixtureRequest) -> Replies:
    return MemoryReplies() if request.param == "memory" else TableReplies(request.getfixturevalue("engine"))


def cell(points: str, text: str | None = None, salt: str = "0" * 32) -> Cell:
    explanation = ClosedText(salt=salt, text=text) if text else None
    return Cell(word=GivenPoints(points=points), explanation=explanation)


async def save(drafts: Drafts, what: Cell, if_match: str | None, key: tuple[str, str, str, str] = KEY) -> Cell:
    return await drafts.save(key, what, if_match=if_match, by="clerk", at=AT)


async def test_a_cell_is_saved_over_what_was_seen(drafts: Drafts) -> None:
    first = await save(drafts, cell("1.00"), None)
    second = await save(drafts, cell("2.00"), first.etag)
    assert await drafts.cells(*SCOPE) == {"g1": second}
    for seen in (None, first.etag, "nonsense"):
        with pytest.raises(CellChanged):
            await save(drafts, cell("3.00"), seen)
    assert await drafts.cells(*SCOPE) == {"g1": second}


async def test_a_cell_that_was_never_there_cannot_have_been_seen(drafts: Drafts) -> None:
    with pytest.raises(CellChanged):
        await save(drafts, cell("1.00"), "nonsense")


async def test_the_salt_of_a_text_stays_while_the_text_does(drafts: Drafts) -> None:
    first = await save(drafts, cell("1.00", "vì sao", salt="1" * 32), None)
    same = await save(drafts, cell("1.00", "vì sao", salt="2" * 32), "whatever")
    assert same == first
    points = await save(drafts, cell("2.00", "vì sao", salt="3" * 32), first.etag)
    assert points.explanation == first.explanation
    other = await save(drafts, cell("2.00", "khác", salt="4" * 32), points.etag)
    assert other.explanation == ClosedText(salt="4" * 32, text="khác")


async def test_a_cell_is_removed_if_it_is_the_one_that_was_seen(drafts: Drafts) -> None:
    saved = await save(drafts, cell("1.00"), None)
    with pytest.raises(CellChanged):
        await drafts.remove(KEY, if_match="nonsense")
    await drafts.remove(KEY, if_match=saved.etag)
    await drafts.remove(KEY, if_match=saved.etag)
    assert await drafts.cells(*SCOPE) == {}


async def test_nobody_sees_anothers_draft(drafts: Drafts) -> None:
    await save(drafts, cell("1.00"), None)
    for scope in (("ubdt", "2020", "a"), ("bnv", "2021", "a"), ("bnv", "2020", "b")):
        assert await drafts.cells(*scope) == {}


async def test_a_destroyed_text_leaves_every_draft_of_the_agency_and_no_other(drafts: Drafts) -> None:
    keys = [KEY, ("bnv", "2021", "b", "g9"), ("ubdt", "2020", "a", "g1")]
    for key in keys:
        await save(drafts, cell("1.00", "bí mật", salt="5" * 32), None, key)
    await save(drafts, cell("1.00", "không sao"), None, (*SCOPE, "g2"))
    await drafts.destroy("bnv", [ClosedText(salt="5" * 32, text="bí mật").closed.closed])
    assert await drafts.cells(*SCOPE) == {"g1": cell("1.00"), "g2": cell("1.00", "không sao")}
    assert await drafts.cells("bnv", "2021", "b") == {"g9": cell("1.00")}
    assert await drafts.cells("ubdt", "2020", "a") == {"g1": cell("1.00", "bí mật", salt="5" * 32)}


async def test_of_many_who_saw_the_same_one_saves(drafts: Drafts) -> None:
    async def saved(points: int, seen: str | None) -> bool:
        try:
            await save(drafts, cell(f"{points}.00"), seen)
        except CellChanged:
            return False
        return True

    firsts = await asyncio.gather(*(saved(points, None) for points in range(1, 9)))
    assert sum(firsts) == 1
    seen = (await drafts.cells(*SCOPE))["g1"].etag
    seconds = await asyncio.gather(*(saved(points, seen) for points in range(11, 19)))
    assert sum(seconds) == 1


def upload(sha256: str = "0" * 64, **more: object) -> Upload:
    return Upload.model_validate(
        {"sha256": sha256, "name": "a.pdf", "media_type": "application/pdf", "size_bytes": 3, **more}
    )


async def begin(uploads: Uploads, what: Upload) -> Upload:
    return await uploads.begin(SCOPE, what, by="clerk", at=AT + timedelta(seconds=1))


async def test_an_upload_may_be_announced_anew_until_it_is_finished(uploads: Uploads) -> None:
    assert await begin(uploads, upload()) == upload()
    assert await begin(uploads, upload(name="b.pdf", size_bytes=4)) == upload(name="b.pdf", size_bytes=4)
    await uploads.finish(*SCOPE, "0" * 64)
    finished = upload(name="b.pdf", size_bytes=4, finished=True)
    assert await begin(uploads, upload()) == finished
    assert await uploads.get(*SCOPE, "0" * 64) == finished


async def test_a_file_is_its_units_once_it_is_finished(uploads: Uploads) -> None:
    await begin(uploads, upload())
    assert await uploads.finished(*SCOPE) == {}
    await uploads.finish(*SCOPE, "0" * 64)
    assert list(await uploads.finished(*SCOPE)) == ["0" * 64]
    for scope in (("ubdt", "2020", "a"), ("bnv", "2021", "a"), ("bnv", "2020", "b")):
        assert await uploads.finished(*scope) == {}
        assert await uploads.get(*scope, "0" * 64) is None
        with pytest.raises(FileNotUploaded):
            await attested(uploads, scope, (Evidence(document=DECISION, sha256="0" * 64),))


async def test_a_key_keeps_its_first_reply_for_a_day(replies: Replies) -> None:
    first, other = Reply("k", "asked", '{"etag": "1"}'), Reply("k", "asked too", '{"etag": "2"}')
    await replies.keep("bnv", first, AT)
    await replies.keep("bnv", other, AT)
    await replies.keep("ubdt", other, AT)
    assert await replies.get("bnv", "k") == first
    assert await replies.get("ubdt", "k") == other
    assert await replies.get("bnv", "l") is None
    await replies.keep("bnv", Reply("l", "later", "{}"), AT + KEPT_FOR)
    assert await replies.get("bnv", "k") == first
    await replies.keep("bnv", Reply("m", "later still", "{}"), AT + KEPT_FOR + timedelta(seconds=1))
    assert await replies.get("bnv", "k") is None
    assert await replies.get("ubdt", "k") == other

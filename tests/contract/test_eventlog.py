"""The promises of shared.eventlog, proved for every implementation."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts import SubmissionsClosed
from shared.envelope import DestroyedText
from shared.eventlog import Append, ChainBroken, Destruction, EventLog, Head, Heard, Mark, Overtaken, Row, verify
from shared.vocabulary import ClosedText
from tests.kit.world import noted

SAID = SubmissionsClosed(campaign="2020", handed_in=("a",), missing=())


def write(stream: str, expected: int, *, agency: str = "bnv") -> Append:
    return Append(agency, {stream: expected}, (noted(stream),))


async def test_an_append_over_several_streams_is_all_or_nothing(log: EventLog) -> None:
    appended = await log.append(Append("bnv", {"s": 0, "t": 0}, (noted("s"), noted("t"), noted("s", SAID))))
    assert appended == await log.tail("bnv", 0)
    assert [(row.position, row.stream, row.version) for row in appended] == [(1, "s", 1), (2, "t", 1), (3, "s", 2)]
    with pytest.raises(Overtaken):
        await log.append(Append("bnv", {"s": 2, "t": 0}, (noted("s"), noted("t"))))
    assert await log.tail("bnv", 0) == appended


async def test_a_stream_that_was_only_read_must_not_have_moved(log: EventLog) -> None:
    await log.append(write("campaign", 0))
    with pytest.raises(Overtaken):
        await log.append(Append("bnv", {"sheet": 0, "campaign": 0}, (noted("sheet"),)))
    await log.append(Append("bnv", {"sheet": 0, "campaign": 1}, (noted("sheet"),)))
    assert [row.stream for row in await log.read("bnv", ["sheet", "campaign"])] == ["campaign", "sheet"]


async def test_the_inbox_takes_the_next_message_alone_or_with_facts_and_none_twice(log: EventLog) -> None:
    first, second, third = (Heard("appraisal", Mark(number, f"chain {number}", number * 10)) for number in (1, 2, 3))
    assert await log.append(Append("bnv", heard=first)) == []
    for wrong in (first, third):
        with pytest.raises(Overtaken):
            await log.append(replace(write("s", 0), heard=wrong))
    [row] = await log.append(replace(write("s", 0), heard=second))
    assert row.answered() == {"appraisal": 2}
    assert await log.ends("bnv") == {"appraisal": second.mark}
    assert [await log.chain("bnv", "appraisal", number) for number in (1, 3)] == ["chain 1", None]


async def test_what_was_decided_by_how_far_others_were_answered_is_refused_where_they_were_answered_further(
    log: EventLog,
) -> None:
    signed = Heard("appraisal", Mark(1, "a", 10))
    await log.append(Append("bnv", heard=Heard("submission", Mark(1, "s", 10))))
    for stale in ({}, {"submission": 2}):
        with pytest.raises(Overtaken):
            await log.append(replace(write("s", 0), heard=signed, answered=stale))
        with pytest.raises(Overtaken):
            await log.append(replace(write("s", 0), answered=stale))
    [row] = await log.append(replace(write("s", 0), heard=signed, answered={"submission": 1}))
    assert row.answered() == {"appraisal": 1, "submission": 1}


async def test_several_publishers_stand_in_after_in_one_spelling(log: EventLog) -> None:
    for publisher in ("submission", "appraisal", "scoring"):
        await log.append(Append("bnv", heard=Heard(publisher, Mark(1, "c", 1))))
    [row] = await log.append(write("s", 0))
    assert row.after == '{"appraisal":1,"scoring":1,"submission":1}'


async def test_concurrent_callers_get_gap_free_positions_in_each_agency(log: EventLog) -> None:
    """Every stream is wanted by three callers at once; one of them gets it."""

    async def attempt(agency: str, number: int) -> int:
        try:
            return len(await log.append(write(f"s{number % 20}", 0, agency=agency)))
        except Overtaken:
            return 0

    agencies = ("bnv", "ubdt")
    attempts = (attempt(agency, number) for number in range(60) for agency in agencies)
    assert sum(await asyncio.gather(*attempts)) == 40
    for agency in agencies:
        rows = await log.tail(agency, 0)
        assert [row.position for row in rows] == list(range(1, 21))
        assert verify(rows) == await log.head(agency)


async def test_announcements_are_numbered_without_gaps(log: EventLog) -> None:
    await log.append(Append("bnv", {"s": 0}, (noted("s", SAID), noted("s"), noted("s", SAID), noted("s", SAID))))
    assert [row.sequence for row in await log.tail("bnv", 0)] == [1, None, 2, 3]
    assert [row.sequence for row in await log.announced("bnv", 2)] == [2, 3]


async def test_logs_of_agencies_know_nothing_of_each_other(log: EventLog) -> None:
    await log.append(write("s", 0))
    await log.append(write("s", 0, agency="ubdt"))
    assert await log.agencies() == ["bnv", "ubdt"]
    assert [row.position for row in await log.tail("ubdt", 0)] == [1]
    assert await log.read("lamdong", ["s"]) == []
    assert await log.head("lamdong") == Head()


async def test_a_closed_text_stands_beside_the_log_until_a_decision_destroys_it(log: EventLog) -> None:
    text = ClosedText(salt="0" * 32, text="Lý do: số liệu không khớp")
    name = text.closed.closed
    await log.append(replace(write("s", 0), texts=(text,)))
    assert await log.texts("bnv", [name, "f" * 64]) == {name: text}
    assert await log.texts("ubdt", [name]) == {}
    with pytest.raises(Overtaken):
        await log.append(replace(write("s", 0), destroyed=(Destruction(name, "12/QĐ-BNV"),)))
    assert await log.texts("bnv", [name]) == {name: text}
    await log.append(replace(write("s", 1), destroyed=(Destruction(name, "12/QĐ-BNV"),)))
    assert await log.texts("bnv", [name]) == {name: DestroyedText(decision="12/QĐ-BNV")}
    await log.append(replace(write("s", 2), texts=(text,)))
    assert await log.texts("bnv", [name]) == {name: DestroyedText(decision="12/QĐ-BNV")}
    verify(await log.tail("bnv", 0))


def flipped(value: Any) -> Any:
    match value:
        case str():
            return f"{value} "
        case bytes():
            return value + b" "
        case int():
            return value + 1
        case _:
            return value + timedelta(microseconds=1)


@pytest.mark.parametrize("column", Row.__slots__)
async def test_flipping_any_column_is_found_and_named(log: EventLog, column: str) -> None:
    rows = list(await log.append(Append("bnv", {"s": 0}, (noted("s"), noted("s", SAID), noted("s")))))
    verify(rows)
    rows[1] = replace(rows[1], **{column: flipped(getattr(rows[1], column))})
    with pytest.raises(ChainBroken) as broken:
        verify(rows)
    assert broken.value.facts["position"] == 2
    exact = {"position", "version", "sequence"}
    assert broken.value.facts["column"] == (column if column in exact else "version" if column == "stream" else "chain")


async def test_a_row_that_was_cut_out_inserted_or_swapped_is_found(log: EventLog) -> None:
    rows = list(await log.append(Append("bnv", {"s": 0}, tuple(noted("s") for _ in range(4)))))
    for changed in (rows[1:], [rows[0], *rows[2:]], [*rows[:2], rows[1], *rows[2:]], [rows[1], rows[0], *rows[2:]]):
        with pytest.raises(ChainBroken):
            verify(changed)

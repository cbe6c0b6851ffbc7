"""A unit that is appraised and not compared, as people and machines get it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.kit.reporting_service import Reporting, reporting
from tests.kit.said_year import SaidYear
from tests.kit.servers import Server, postgres
from tests.kit.shown import rows_of
from tests.kit.year_files import full_year

WHY_APART = "Báo cáo 78/BC-UBND, lý do an ninh"


@pytest.fixture
def server() -> Iterator[Server]:
    with postgres() as started:
        yield started


@pytest.fixture
async def played(server: Server, tmp_path: Path) -> AsyncIterator[Reporting]:
    async with reporting(server, tmp_path) as service:
        yield service


async def test_a_unit_that_is_not_ranked_is_shown_with_its_score_and_the_ground_for_it(played: Reporting) -> None:
    script = full_year("ubdt/year-2020")
    first, *others = script.roster.units
    apart = script.roster.model_copy(update={"units": (first.model_copy(update={"unranked": WHY_APART}), *others)})
    await played.hear(SaidYear(script.model_copy(update={"roster": apart}), agency="apart").messages)
    answer = (await played.browser.get("/apart/2020.json")).json()
    *ranked, last = answer["units"]
    assert (last["unit"], last["unranked"], last["rank_overall"], last["class_code"]) == (
        first.unit,
        WHY_APART,
        None,
        None,
    )
    assert last["total"] is not None
    assert min(each["rank_overall"] for each in ranked) == 1
    assert {each["unranked"] for each in ranked} == {None}
    rows = rows_of((await played.browser.get("/apart/2020.csv")).content)
    assert [row["Căn cứ không xếp hạng"] for row in rows] == [""] * len(others) + [WHY_APART]
    overall = (await played.browser.get("/apart/2020")).text
    unit = (await played.browser.get(f"/apart/2020/{first.unit}")).text
    assert overall.count("không xếp hạng") >= 2
    assert f"không tính vào điểm trung bình ({WHY_APART})" in overall
    assert f"không xếp hạng, không xếp loại, không tính vào điểm trung bình ({WHY_APART})" in unit

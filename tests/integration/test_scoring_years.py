"""The years of the agencies through scoring's real inbox, from the opening to the published ranking."""

from copy import deepcopy
from decimal import Decimal

import pytest

from services.scoring.engine import run_digest, standings
from services.scoring.publish.domain import PUBLISH, recompute
from services.scoring.release.facts import RELEASE_FACTS, RunPublished, StandingPublished
from services.scoring.run.facts import RunDrafted
from services.scoring.score.facts import ScoreGiven, ScoreMoved
from shared.contracts import ReferenceRemoved
from shared.edge.stops import MessageRefused, PublisherStopped
from shared.standing import Standing
from tests.kit.hearing import Hearing
from tests.kit.scored_year import scored_year

YEARS = ("bnv/year-2020", "bnv/year-2020-portal", "ubdt/year-2020")
PLAYED: dict[str, tuple[Hearing, int]] = {}


async def played(name: str) -> tuple[Hearing, int]:
    """The year, played once for all tests that only read it; and how many rows its file implies."""
    if name not in PLAYED:
        year = scored_year(name)
        PLAYED[name] = await year.play(Hearing()), year.rows
    return PLAYED[name]


async def published(hearing: Hearing) -> tuple[RunPublished, dict[str, Standing]]:
    *units, release = await hearing.facts(*RELEASE_FACTS)
    assert isinstance(release, RunPublished)
    return release, {each.standing.unit: each.standing for each in units if isinstance(each, StandingPublished)}


async def test_the_year_2020_is_published_as_it_follows_from_the_tables() -> None:
    hearing, _ = await played("bnv/year-2020")
    release, units = await published(hearing)
    shown = {unit: (str(each.total), each.class_code, each.rank_overall) for unit, each in units.items()}
    assert shown["vien-khtcnn"] == ("56.88", "B", 15)
    assert units["vien-khtcnn"].change_overall == 5
    assert shown["tc-tcnn"] == ("38.76", "C", 23)
    assert [str(block.total.mean) for block in (*release.summary.blocks, release.summary.overall)] == [
        "61.72",
        "60.31",
        "61.23",
    ]
    assert [block.classes for block in release.summary.blocks] == [{"A": 5, "B": 10, "C": 0}, {"A": 3, "B": 3, "C": 2}]
    assert release.summary.compared - release.summary.equal == len(release.summary.findings) == 21
    found = {finding.id: finding.difference for finding in release.summary.findings}
    assert (found["ref.total.vien-khtcnn"], found["ref.total.tc-tcnn"]) == ("-11.65", "-6.01")
    assert (found["ref.block_mean.thuoc"], found["ref.earlier_block_mean.truc_thuoc"]) == ("1.95", "-0.83")


@pytest.mark.parametrize("name", YEARS)
async def test_the_history_has_exactly_the_rows_that_the_file_implies(name: str) -> None:
    hearing, implied = await played(name)
    assert len(await hearing.facts(ScoreGiven)) == implied
    assert not await hearing.facts(PublisherStopped, MessageRefused)


@pytest.mark.parametrize("name", YEARS)
async def test_the_last_row_of_each_criterion_is_what_is_published(name: str) -> None:
    hearing, _ = await played(name)
    _, units = await published(hearing)
    last = {
        (each.unit, each.criterion): each.after
        for each in await hearing.facts(ScoreGiven, ScoreMoved)
        if isinstance(each, ScoreGiven | ScoreMoved)
    }
    assert last == {(unit, code): cell.standing for unit, one in units.items() for code, cell in one.cells.items()}
    totals = {
        each.unit: each.total_after
        for each in await hearing.facts(ScoreGiven, ScoreMoved)
        if isinstance(each, ScoreGiven | ScoreMoved)
    }
    assert totals == {unit: one.total for unit, one in units.items()}


@pytest.mark.parametrize("name", YEARS)
async def test_the_published_run_follows_from_the_log_alone(name: str) -> None:
    hearing, _ = await played(name)
    release, _ = await published(hearing)
    again = recompute(await hearing.rows(), release.campaign)
    assert all(each.same for each in again)
    assert (again[-1].release, again[-1].found) == (1, release.run)


async def test_deleting_the_reference_leaves_the_ranking_unchanged() -> None:
    played_once, _ = await played("bnv/year-2020")
    hearing = deepcopy(played_once)
    release, _ = await published(hearing)
    await hearing.submits(ReferenceRemoved(campaign=release.campaign, reference="bao-cao-1101"))
    *_, draft = await hearing.facts(RunDrafted)
    assert isinstance(draft, RunDrafted)
    assert (draft.run, draft.digest) == (release.run, release.digest)


async def test_the_best_unit_of_the_second_agency_moves_the_others_whenever_it_is_spoken_on() -> None:
    first, _ = await played("ubdt/year-2020")
    last = await scored_year("ubdt/year-2020", start=1).play(Hearing())
    moved = [each for each in await last.facts(ScoreMoved) if isinstance(each, ScoreMoved)]
    assert moved
    assert all(each.cohort != each.unit and each.changed for each in moved)
    assert (await published(first))[0].run == (await published(last))[0].run


async def test_the_run_is_the_one_that_the_engine_computes_from_the_files() -> None:
    hearing, _ = await played("bnv/year-2020")
    release, _ = await published(hearing)
    rows = await hearing.rows()
    known = {fact.type for fact in PUBLISH.book.types}
    state = PUBLISH.state(row for row in rows if row.type in known)
    scores = state.runs.scores
    ruleset = scores.campaign.opened(release.campaign).ruleset
    run = standings(ruleset, scores.inputs, "council")
    assert run_digest(ruleset, scores.inputs, run) == release.run
    assert run.of("ban-tdkt").total == Decimal("63.87")

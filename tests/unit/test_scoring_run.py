"""When a ranking is drafted, refused and published: heard through the service's real inbox."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.scoring.publish.consumers import on_results_approved
from services.scoring.publish.domain import recompute
from services.scoring.release.facts import PublicationFailed, RunPublished
from services.scoring.run.facts import RunDrafted, RunRefused, StandingComputed
from services.scoring.score.facts import ScoreGiven
from shared.campaign import Earlier, Enrolment, RosterChange
from shared.contracts import (
    CONTRACTS,
    CampaignAmended,
    Contract,
    ReferenceEntered,
    ReferenceRemoved,
    RoundClosed,
    ScoreAppraised,
    StandingsDrafted,
    SubmissionsClosed,
)
from shared.edge.answers import mark_of, meta_of
from shared.edge.memory_log import MemoryLog
from shared.edge.sentences.scoring import PUBLICATION_REASONS
from shared.edge.stops import MessageRefused, PublisherStopped
from shared.eventlog import Announcement, Append, Heard, Mark
from shared.execute import execute
from shared.ruleset.errors import SemanticsUnknown
from shared.standing import PrintedFigure
from shared.vocabulary import Closed, Localized, Missing, Scored
from tests.kit.campaigns import CAMPAIGN, TEMPLATE, UNITS, enrolled, opened
from tests.kit.documents import DECISION
from tests.kit.hearing import Hearing, approved, closed, sheet, verdict
from tests.kit.world import AGENCY, clock

ROUND1 = [
    verdict("a", "g1", "round1", "70"),
    verdict("a", "g2", "round1", "80"),
    verdict("b", "g1", "round1", "60"),
    verdict("b", "g2", "round1", "-"),
    verdict("c", "g1", "round1", "50"),
    verdict("c", "g2", "round1", "50"),
    verdict("c", "g3", "round1", "51"),
]
ROUND2 = [each.model_copy(update={"stage": "round2"}) for each in ROUND1]
SHEETS = [sheet("a", g1="90", g2="80"), sheet("b", g1="90", g2="-"), sheet("c", g1="90", g2="90", g3="90")]
ONE_ROUND = TEMPLATE.model_copy(update={"rounds": ("round1",), "council": False})
FIGURES = (
    PrintedFigure(id="a-total", table="1", kind="total", value="75.00", unit="a"),
    PrintedFigure(id="b-total", table="1", kind="total", value="61.00", unit="b"),
)
REFERENCE = ReferenceEntered(
    campaign=CAMPAIGN, reference="report", title=Localized(vi="Báo cáo"), document=DECISION, figures=FIGURES
)


async def heard(*contracts: Contract, units: tuple[Enrolment, ...] = UNITS, **opening: Any) -> Hearing:
    """Scoring after an opening, all sheets, and what appraisal says."""
    hearing = Hearing()
    await hearing.open(opened(units, **opening))
    await hearing.submits(*SHEETS)
    await hearing.appraises(*contracts)
    return hearing


async def after_both_rounds() -> Hearing:
    return await heard(*ROUND1, closed("round1", ROUND1), *ROUND2, closed("round2", ROUND2))


async def drafts(hearing: Hearing) -> list[RunDrafted]:
    return [fact for fact in await hearing.facts(RunDrafted) if isinstance(fact, RunDrafted)]


async def said(hearing: Hearing) -> list[Any]:
    announced = await hearing.log.announced(AGENCY, 1, 10_000)
    each = [Announcement.model_validate_json(row.announcement or b"") for row in announced]
    return [CONTRACTS[one.type].model_validate(one.data) for one in each]


async def test_a_closed_round_drafts_a_run_and_says_each_unit_before_it() -> None:
    hearing = await heard(*ROUND1, closed("round1", ROUND1))
    *units, run = await said(hearing)
    (draft,) = await drafts(hearing)
    assert [(each.subject, each.number, each.run) for each in units] == [
        (f"{CAMPAIGN}/{unit}", number, draft.run) for number, unit in enumerate("abc", start=1)
    ]
    assert (run.run, run.stage, run.draft, run.count, run.digest) == (draft.run, "round1", 1, 3, draft.digest)
    ranks = [(each.standing.total, each.standing.rank_overall, each.standing.class_code) for each in units]
    assert ranks == [(Decimal("75.00"), 1, "A"), (Decimal("60.00"), 2, "B"), (Decimal("50.33"), 3, "B")]


async def test_each_group_is_told_as_it_stood_after_each_stage() -> None:
    hearing = await heard(*ROUND1, closed("round1", ROUND1))
    unit = next(fact.standing for fact in await hearing.facts(StandingComputed) if isinstance(fact, StandingComputed))
    points = {
        stage: {code: str(score.points) for code, score in groups.items() if isinstance(score, Scored)}
        for stage, groups in unit.groups_by_stage.items()
    }
    assert points == {"self": {"g1": "90.00", "g2": "80.00"}, "round1": {"g1": "70.00", "g2": "80.00"}}
    assert unit.totals == {"self": Decimal("85.00"), "round1": Decimal("75.00")}


async def test_each_closed_round_starts_the_next_draft() -> None:
    found = await drafts(await after_both_rounds())
    assert [(each.draft, each.stage) for each in found] == [(1, "round1"), (2, "round2")]


async def test_every_word_of_the_council_drafts_at_once() -> None:
    hearing = await after_both_rounds()
    await hearing.appraises(verdict("a", "g1", "council", "60"), verdict("c", "g3", "council", "52"))
    first, second = (await drafts(hearing))[2:]
    assert [(each.draft, each.stage) for each in (first, second)] == [(3, "council"), (4, "council")]
    assert len({each.run for each in await drafts(hearing)}) == 4


async def test_a_draft_names_how_many_words_of_the_council_count_in_it() -> None:
    hearing = await after_both_rounds()
    await hearing.appraises(verdict("a", "g1", "council", "60"), verdict("a", "g1", "council", "61"))
    await hearing.submits(REFERENCE)
    assert [each.changes for each in await drafts(hearing)] == [0, 0, 1, 2, 2]
    assert [each.changes for each in await said(hearing) if isinstance(each, StandingsDrafted)] == [0, 0, 1, 2, 2]


async def test_a_verdict_of_a_round_drafts_nothing() -> None:
    assert await drafts(await heard(*ROUND1)) == []


@pytest.mark.parametrize(
    "wrong", [closed("round1", ROUND1[1:]), closed("round1", [*ROUND1[1:], verdict("a", "g1", "round1", "70.01")])]
)
async def test_a_round_whose_words_are_not_those_that_were_heard_stops_its_publisher(wrong: RoundClosed) -> None:
    hearing = await heard(*ROUND1, wrong)
    (stop,) = await hearing.facts(PublisherStopped)
    assert isinstance(stop, PublisherStopped)
    assert (stop.publisher, stop.code) == ("appraisal", "standings.round_differs")
    assert await drafts(hearing) == []


async def test_a_run_with_a_missing_score_is_refused_and_said_to_nobody() -> None:
    without = [each for each in ROUND1 if each.criterion != "g3"]
    hearing = Hearing()
    await hearing.open(opened())
    await hearing.submits(SHEETS[0], SHEETS[1], sheet("c", g1="90", g2="90"))
    await hearing.appraises(*without, closed("round1", without))
    (refused,) = await hearing.facts(RunRefused)
    assert isinstance(refused, RunRefused)
    assert [finding.id for finding in refused.findings] == ["run.missing.c.g3"]
    assert await said(hearing) == []


async def test_earlier_results_give_the_change_of_rank() -> None:
    scores = {"a": "50.00", "b": "60.00", "c": "70.00"}
    units = tuple(
        unit.model_copy(update={"earlier": Earlier(label="2019", score=Decimal(scores[unit.unit]))}) for unit in UNITS
    )
    hearing = await heard(*ROUND1, closed("round1", ROUND1), units=units)
    found = [fact.standing for fact in await hearing.facts(StandingComputed) if isinstance(fact, StandingComputed)]
    assert [(each.earlier_rank_overall, each.change_overall) for each in found] == [(3, 2), (2, 0), (1, -2)]


async def test_a_reference_is_compared_with_the_draft_and_changes_nothing_but_findings() -> None:
    hearing = await heard(*ROUND1, closed("round1", ROUND1))
    await hearing.submits(REFERENCE)
    await hearing.submits(ReferenceRemoved(campaign=CAMPAIGN, reference="report"))
    before, compared, after = await drafts(hearing)
    assert before.run == compared.run == after.run
    assert before.digest == compared.digest == after.digest
    assert (compared.summary.compared, compared.summary.equal) == (2, 1)
    (finding,) = compared.summary.findings
    assert (finding.id, finding.printed, finding.derived, finding.difference) == (
        "ref.b-total",
        "61.00",
        "60.00",
        "-1.00",
    )
    assert after.summary == before.summary


async def test_a_reference_that_comes_before_any_draft_is_kept_for_it() -> None:
    hearing = Hearing()
    await hearing.open(opened())
    await hearing.submits(REFERENCE, *SHEETS)
    assert await drafts(hearing) == []
    await hearing.appraises(*ROUND1, closed("round1", ROUND1))
    (draft,) = await drafts(hearing)
    assert [finding.id for finding in draft.summary.findings] == ["ref.b-total"]


async def test_exactly_the_approved_run_is_published_and_says_what_it_rests_on() -> None:
    hearing = await after_both_rounds()
    run = (await drafts(hearing))[-1]
    await hearing.appraises(approved(run.run))
    *_, first, second, third, release = await said(hearing)
    assert {each.unit for each in (first, second, third)} == {"a", "b", "c"}
    assert (release.run, release.release, release.supersedes) == (run.run, 1, None)
    assert (release.count, release.digest, release.summary) == (3, run.digest, run.summary)
    ends = await hearing.log.ends(AGENCY)
    assert {publisher: (each.position, each.sequence, each.chain) for publisher, each in release.rests_on.items()} == {
        publisher: (mark.position, mark.sequence, mark.chain) for publisher, mark in ends.items()
    }
    assert set(release.rests_on) == {"submission", "appraisal"}


async def refusals(hearing: Hearing) -> list[tuple[str, str | None]]:
    found = await hearing.facts(PublicationFailed)
    return [(fact.reason, fact.standing) for fact in found if isinstance(fact, PublicationFailed)]


async def test_another_digest_is_refused_and_the_right_one_can_still_follow() -> None:
    hearing = await after_both_rounds()
    run = (await drafts(hearing))[-1].run
    await hearing.appraises(approved("0" * 64))
    assert await refusals(hearing) == [("digest_differs", run)]
    assert (await said(hearing))[-1].model_dump(exclude={"campaign"}) == {
        "approved": "0" * 64,
        "standing": run,
        "reason": "digest_differs",
    }
    await hearing.appraises(approved(run))
    assert RunPublished.type in await hearing.types()


async def test_a_draft_that_the_council_has_changed_since_cannot_be_published() -> None:
    hearing = await after_both_rounds()
    old = (await drafts(hearing))[-1].run
    await hearing.appraises(verdict("a", "g1", "council", "60"), approved(old))
    new = (await drafts(hearing))[-1].run
    assert await refusals(hearing) == [("digest_differs", new)]


async def test_nothing_is_published_before_a_draft_or_while_a_round_is_open() -> None:
    hearing = await heard(*ROUND1, approved("0" * 64), closed("round1", ROUND1))
    run = (await drafts(hearing))[-1].run
    await hearing.appraises(approved(run))
    assert await refusals(hearing) == [("not_drafted", None), ("rounds_open", run)]


@pytest.mark.parametrize(
    ("late", "why"), [((), "digest_differs"), ((sheet("d", g1="90"),), "inconsistent")], ids=["silent", "half a sheet"]
)
async def test_a_unit_that_joined_after_the_draft_holds_the_publication_up(
    late: tuple[Contract, ...], why: str
) -> None:
    hearing = await after_both_rounds()
    run = (await drafts(hearing))[-1].run
    joined = RosterChange(enrolment=enrolled("d"))
    await hearing.submits(CampaignAmended(campaign=CAMPAIGN, amendment=joined, reason=Closed(closed="a" * 64)))
    await hearing.submits(*late)
    await hearing.appraises(approved(run))
    ((reason, _),) = await refusals(hearing)
    assert reason == why


def test_every_reason_why_nothing_is_published_has_its_sentences() -> None:
    told = set(re.findall(r"``(\w+)``", PublicationFailed.__doc__ or ""))
    assert set(PUBLICATION_REASONS) == told
    assert all(vietnamese and english for vietnamese, english in PUBLICATION_REASONS.values())


async def test_the_only_round_of_a_short_template_is_final() -> None:
    hearing = await heard(*ROUND1, closed("round1", ROUND1), template=ONE_ROUND)
    await hearing.appraises(approved((await drafts(hearing))[-1].run))
    assert RunPublished.type in await hearing.types()


async def test_a_run_is_published_once() -> None:
    hearing = await after_both_rounds()
    run = (await drafts(hearing))[-1].run
    await hearing.appraises(approved(run), approved(run))
    assert await refusals(hearing) == [("already_published", run)]
    assert len(await hearing.facts(RunPublished)) == 1


async def test_a_verdict_after_publication_is_refused_for_the_record() -> None:
    hearing = await after_both_rounds()
    await hearing.appraises(approved((await drafts(hearing))[-1].run))
    before = await hearing.facts(ScoreGiven)
    await hearing.appraises(verdict("a", "g1", "round2", "10"))
    (refused,) = await hearing.facts(MessageRefused)
    assert isinstance(refused, MessageRefused)
    assert refused.code == "score.results_published"
    assert await hearing.facts(ScoreGiven) == before


async def test_a_correction_is_another_release_that_supersedes_the_first() -> None:
    hearing = await after_both_rounds()
    await hearing.appraises(approved((await drafts(hearing))[-1].run), verdict("a", "g1", "council", "60"))
    await hearing.appraises(approved((await drafts(hearing))[-1].run))
    first, second = await hearing.facts(RunPublished)
    assert isinstance(first, RunPublished)
    assert isinstance(second, RunPublished)
    assert (first.release, second.release, second.supersedes) == (1, 2, 1)
    assert first.run != second.run


async def test_where_units_claim_no_points_no_self_score_is_in_the_run() -> None:
    unscored = TEMPLATE.model_copy(update={"self_score": False, "rounds": ("round1",)})
    hearing = await heard(*ROUND1, closed("round1", ROUND1), template=unscored)
    found = [fact.standing for fact in await hearing.facts(StandingComputed) if isinstance(fact, StandingComputed)]
    assert [dict(each.totals) for each in found] == [
        {"round1": Decimal("75.00")},
        {"round1": Decimal("60.00")},
        {"round1": Decimal("50.33")},
    ]


async def test_every_run_can_be_recomputed_from_the_rows_of_the_log_alone() -> None:
    hearing = await after_both_rounds()
    await hearing.submits(REFERENCE)
    await hearing.appraises(verdict("a", "g1", "council", "60"))
    await hearing.appraises(approved((await drafts(hearing))[-1].run))
    again = recompute(await hearing.rows(), CAMPAIGN)
    assert [each.release for each in again] == [None, None, None, None, 1]
    assert all(each.same for each in again)
    assert again[-1].found == (await drafts(hearing))[-1].run
    assert recompute(await hearing.rows(), "2019") == ()


async def test_a_run_that_does_not_follow_from_its_log_shows() -> None:
    hearing = await heard(*ROUND1, closed("round1", ROUND1))
    rows = [row for row in await hearing.rows() if row.type != ScoreGiven.type or b'"c"' not in row.record]
    (found,) = recompute(rows, CAMPAIGN)
    assert not found.same


async def test_a_run_by_semantics_of_a_later_release_is_not_called_wrong_by_an_older_one() -> None:
    hearing = await heard(*ROUND1, closed("round1", ROUND1))
    policies, semantics = rb"\"policies\"", rb"\"semantics\":\"2\""
    named = semantics + b"," + policies
    later = [replace(row, record=row.record.replace(policies, named)) for row in await hearing.rows()]
    with pytest.raises(SemanticsUnknown) as refusal:
        recompute(later, CAMPAIGN)
    assert refusal.value.facts == {"path": "semantics", "semantics": "2", "known": "1"}


async def test_a_unit_without_any_sheet_is_scored_by_its_verdicts() -> None:
    hearing = Hearing()
    await hearing.open(opened())
    words = [each.model_copy(update={"sheet": 0}) for each in ROUND1]
    assert all(isinstance(each, ScoreAppraised) for each in words)
    await hearing.appraises(*words, closed("round1", words))
    rows = [fact for fact in await hearing.facts(ScoreGiven) if isinstance(fact, ScoreGiven)]
    assert {(each.sheet, each.before.state) for each in rows} == {(0, Missing().state)}
    assert len(await drafts(hearing)) == 1


class Interrupted(MemoryLog):
    """Something else is heard between what an act reads of the streams and what it learns of the inbox."""

    def __init__(self) -> None:
        super().__init__(clock)
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def ends(self, agency: str) -> Mapping[str, Mark]:
        if self.meanwhile is not None:
            heard, self.meanwhile = self.meanwhile, None
            await heard()
        return await super().ends(agency)


async def published_while(heard: Contract) -> Hearing:
    log = Interrupted()
    hearing = Hearing(log)
    await hearing.open(opened())
    await hearing.submits(*SHEETS)
    await hearing.appraises(*ROUND1, closed("round1", ROUND1), *ROUND2, closed("round2", ROUND2))
    run = (await drafts(hearing))[-1].run
    log.meanwhile = lambda: hearing.submits(heard)
    approval = hearing.appraisal.says(approved(run))
    request = Append(AGENCY, heard=Heard("appraisal", mark_of(approval)))
    await execute(on_results_approved(approved(run)), meta=meta_of(approval), request=request, log=log)
    return hearing


async def test_what_was_heard_while_a_run_was_published_and_did_not_count_is_what_it_rests_on_too() -> None:
    hearing = await published_while(SubmissionsClosed(campaign=CAMPAIGN, handed_in=(), missing=()))
    (release,) = await hearing.facts(RunPublished)
    assert isinstance(release, RunPublished)
    assert release.rests_on["submission"].sequence == hearing.submission.said


async def test_what_was_heard_while_a_run_was_published_and_counts_is_computed_again() -> None:
    hearing = await published_while(sheet("a", 2, g1="10", g2="80"))
    assert [reason for reason, _ in await refusals(hearing)] == ["digest_differs"]

"""Where a campaign stands, and what waits in it for whom."""

from datetime import UTC, datetime

import pytest

from services.reporting.campaign.domain import Campaign, Closure, Meeting, Progress, RoundOver, Sheet
from services.reporting.work.domain import Phase, Task, phase, tasks
from shared.ruleset import parse
from tests.kit.campaigns import RULESET, TEMPLATE, UNITS, opening

AT = datetime(2020, 12, 7, tzinfo=UTC)
CLOSURE = Closure(("a",), ("b",), "submission/x@9", AT)
SHEET = Sheet("a", 1, late=False, criteria=4, documents=4, message="submission/x@5", at=AT)


def campaign(**template: object) -> Campaign:
    told = opening(template=TEMPLATE.model_copy(update=template))
    return Campaign("x", "2020", told, parse(RULESET), {each.unit: each for each in UNITS})


def progress(
    *rounds: str, closure: Closure | None = CLOSURE, outcomes: tuple[str, ...] = (), sheets: tuple[Sheet, ...] = ()
) -> Progress:
    over = tuple(RoundOver(stage, 4, "appraisal/x@7", AT) for stage in rounds)
    meetings = tuple(Meeting(number, said, (), "appraisal/x@8", AT) for number, said in enumerate(outcomes, 1))
    return Progress((), sheets, over, meetings, (), closure, ())


@pytest.mark.parametrize(
    ("come", "waits"),
    [
        (progress(closure=None), "intake"),
        (progress(), "round1"),
        (progress("round1"), "confirmation"),
        (progress("round1", "round2"), "council"),
        (progress("round1", "round2", outcomes=("sent_back",)), "council"),
        (progress("round1", "round2", outcomes=("sent_back", "accepted")), "approval"),
    ],
)
def test_a_campaign_waits_for_what_its_template_has_next(come: Progress, waits: str) -> None:
    long = campaign(rounds=("round1", "round2"), confirmation=True, council=True)
    assert phase(long, come, published=False) == waits
    assert phase(long, come, published=True) == "published"


def test_a_shorter_process_leaves_out_what_it_has_not() -> None:
    assert phase(campaign(rounds=("round1",), council=False), progress("round1"), published=False) == "approval"
    two = campaign(rounds=("round1", "round2"), confirmation=False)
    assert phase(two, progress("round1"), published=False) == "round2"


def test_a_sheet_waits_for_its_unit_until_it_is_handed_in() -> None:
    here, deadline = campaign(), campaign().opening.calendar.submission_deadline_at
    url = "/submission/_/x/2020/sheets/a"
    assert tasks(here, progress(closure=None), "intake", {"unit"}, "a") == (Task("work.sheet", url, deadline),)
    handed_in = progress(closure=None, sheets=(SHEET,))
    assert tasks(here, handed_in, "intake", {"unit_head"}, "a") == (Task("work.sheet.again", f"{url}/receipts"),)
    assert tasks(here, progress(), "round1", {"unit"}, "a") == ()


@pytest.mark.parametrize(("now", "stage"), [("round1", "round1"), ("confirmation", "round2"), ("round2", "round2")])
def test_a_round_waits_for_its_appraisers(now: Phase, stage: str) -> None:
    assert tasks(campaign(), progress(), now, {"appraiser"}, None) == (
        Task("work.bench", f"/appraisal/_/x/2020/{stage}"),
    )
    assert tasks(campaign(), progress(), now, {"council"}, None) == ()


@pytest.mark.parametrize(("roles", "unit"), [({"auditor"}, None), ({"appraiser"}, "a"), ({"unit"}, "strange")])
def test_nothing_waits_for_whoever_has_no_sheet(roles: set[str], unit: str | None) -> None:
    assert tasks(campaign(), progress(closure=None), "intake", roles, unit) == ()

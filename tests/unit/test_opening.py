"""A campaign as every service folds it: complete before it is open, and changed only on the record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.campaign import CalendarChange, Extension, Override, RosterChange, TemplateChange
from shared.contracts import CampaignAmended, CampaignOpened, RulesetPart, UnitEnrolled
from shared.opening import (
    HEARD,
    OPENING_CONSUMERS,
    Campaign,
    CampaignChanged,
    CampaignStarted,
    CampaignUnknown,
    CriterionUnknown,
    EffectiveTimeMissing,
    EffectiveTimeNotAllowed,
    OpeningFact,
    OpeningIncomplete,
    UnitUnknown,
    announce,
    evolve,
)
from shared.vocabulary import ClosedText
from tests.kit.campaigns import CALENDAR, CAMPAIGN, TEMPLATE, enrolled, opened, opening
from tests.kit.given import given
from tests.kit.world import AT, META

REASON = ClosedText(salt="0" * 32, text="Lý do").closed
OPEN = HEARD.fold(opened()).opened(CAMPAIGN)


def test_what_submission_says_is_heard_as_the_facts_it_wrote() -> None:
    facts = [*opened(), CampaignChanged(campaign=CAMPAIGN, amendment=extension("a", 3), reason=REASON)]
    heard: list[OpeningFact] = []
    for fact in facts:
        said = announce(fact)
        assert isinstance(said, RulesetPart | UnitEnrolled | CampaignOpened | CampaignAmended)
        act = OPENING_CONSUMERS[said.type](said)
        heard += act.decider.decide(act.command, HEARD.fold(heard), META)
    assert heard == facts


@pytest.mark.parametrize("lost", range(4))
def test_a_campaign_of_which_a_piece_was_never_heard_does_not_open(lost: int) -> None:
    facts = opened()[:-1]
    del facts[lost]
    given(HEARD, *facts).when(CampaignOpened(campaign=CAMPAIGN, opening=opening())).refused(OpeningIncomplete)


def test_another_roster_than_the_one_that_was_meant_does_not_open() -> None:
    facts = opened([enrolled("a"), enrolled("b"), enrolled("d")])[:-1]
    given(HEARD, *facts).when(CampaignOpened(campaign=CAMPAIGN, opening=opening())).refused(OpeningIncomplete)


def test_before_it_is_open_nothing_can_be_asked_of_it() -> None:
    with pytest.raises(CampaignUnknown):
        HEARD.fold(opened()[:-1]).opened(CAMPAIGN)


def test_a_unit_has_the_sheet_of_its_appendix_with_its_overrides() -> None:
    assert list(OPEN.sheet("a")) == ["g1", "g2"]
    mixed = enrolled("d", "truc_thuoc", "II").model_copy(
        update={"overrides": {"g1": Override(appendix="I", ground="12")}}
    )
    campaign = HEARD.fold(opened([mixed])).opened(CAMPAIGN)
    assert list(campaign.sheet("d")) == ["g1", "g2", "g3"]
    assert campaign.criterion("d", "g1") == OPEN.criterion("a", "g1")
    with pytest.raises(UnitUnknown):
        OPEN.unit("x")
    with pytest.raises(CriterionUnknown):
        OPEN.criterion("a", "g3")


def extension(unit: str | None, days: int) -> Extension:
    return Extension(unit=unit, submission_deadline_at=AT + timedelta(days=days))


def amended(*amendments: Extension | CalendarChange | TemplateChange | RosterChange) -> Campaign:
    changes = [CampaignChanged(campaign=CAMPAIGN, amendment=each, reason=REASON) for each in amendments]
    return HEARD.fold([*opened(), *changes])


def test_the_later_of_all_deadlines_that_concern_a_unit_counts() -> None:
    campaign = amended(extension(None, 2), extension("b", 5)).opened(CAMPAIGN)
    assert [campaign.submission_deadline_at(unit) - AT for unit in "ab"] == [timedelta(days=2), timedelta(days=5)]
    assert OPEN.submission_deadline_at("a") == CALENDAR.submission_deadline_at


def test_calendar_template_and_roster_change_on_the_record() -> None:
    later = CALENDAR.model_copy(update={"submission_deadline_at": AT + timedelta(days=20)})
    short = TEMPLATE.model_copy(update={"council": False})
    changes = (CalendarChange(calendar=later), TemplateChange(template=short), RosterChange(enrolment=enrolled("d")))
    campaign = amended(*changes).opened(CAMPAIGN)
    assert campaign.opening.calendar == later
    assert not campaign.opening.template.council
    assert list(campaign.units) == ["a", "b", "c", "d"]


def test_a_change_of_what_is_not_open_changes_nothing() -> None:
    change = CampaignChanged(campaign=CAMPAIGN, amendment=extension("a", 3), reason=REASON)
    assert evolve(Campaign(), change) == Campaign()


def test_only_a_retrospective_campaign_takes_a_carried_time_and_it_needs_one() -> None:
    carried = replace(META, carried=True)
    past = HEARD.fold(opened(retrospective=True)).opened(CAMPAIGN)
    OPEN.admit(META)
    past.admit(carried)
    with pytest.raises(EffectiveTimeNotAllowed):
        OPEN.admit(carried)
    with pytest.raises(EffectiveTimeMissing):
        past.admit(META)


def test_the_same_facts_give_the_same_state_whoever_folds_them() -> None:
    assert isinstance(opened()[-1], CampaignStarted)
    assert HEARD.fold(opened()) == HEARD.fold(opened())

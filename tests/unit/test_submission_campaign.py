"""Opening a campaign and amending it, given when then."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.submission.campaign.domain import CAMPAIGN as CAMPAIGN_DECIDER
from services.submission.campaign.domain import (
    PART_CHARACTERS,
    AmendCampaign,
    BlockUnknown,
    BlockWithoutClasses,
    CalendarOutOfOrder,
    CampaignAlreadyOpen,
    DeadlineNotLater,
    RosterEmpty,
    SheetsCameAlready,
    StartCampaign,
    UnitRepeated,
    announce,
)
from services.submission.campaign.facts import CampaignListed
from services.submission.sheet.domain import IntakeOver
from services.submission.sheet.facts import IntakeClosed, SheetSubmitted, sheet_stream
from shared.campaign import Amendment, Block, CalendarChange, Extension, Override, RosterChange, TemplateChange
from shared.contracts import CampaignAmended, CampaignOpened, RulesetPart, UnitEnrolled
from shared.errors import IctIndexError
from shared.opening import (
    HEARD,
    OPENING_CONSUMERS,
    CampaignChanged,
    CampaignUnknown,
    EffectiveTimeMissing,
    EffectiveTimeNotAllowed,
    RulesetAdopted,
    UnitUnknown,
)
from shared.ruleset import NoSuchAppendix, OverrideDoesNotFit, RulesetInvalid, digest, parse
from shared.vocabulary import Closed, Localized, Meta
from tests.kit.campaigns import CALENDAR, CAMPAIGN, RULESET, TEMPLATE, UNITS, appendix, enrolled, leaf, opened
from tests.kit.given import given
from tests.kit.world import META

REASON = Closed(closed="1" * 64)
BLOCKS = (Block(code="thuoc", title=Localized(vi="Thuộc")), Block(code="truc_thuoc", title=Localized(vi="TT")))
MISFIT = enrolled("a").model_copy(update={"overrides": {"g9": Override(appendix="II", ground="QĐ 1")}})
START = StartCampaign(
    CAMPAIGN, Localized(vi="Đánh giá", en="Assessment"), "2020", TEMPLATE, CALENDAR, BLOCKS, None,
    retrospective=False, ruleset=RULESET, enrolments=UNITS,
)  # fmt: skip


def test_a_campaign_is_opened_in_one_breath_its_name_listed_last() -> None:
    listed = CampaignListed(campaign=CAMPAIGN, title=START.title, period="2020", retrospective=False)
    given(CAMPAIGN_DECIDER).when(START).then(*opened(), listed)


def test_whoever_hears_what_is_said_holds_the_same_campaign() -> None:
    state = HEARD.initial
    for fact in given(CAMPAIGN_DECIDER).when(START).decided():
        said = announce(fact)
        if isinstance(said, RulesetPart | UnitEnrolled | CampaignOpened | CampaignAmended):
            act = OPENING_CONSUMERS[said.type](said)
            for heard in HEARD.decide(act.command, state, META):
                state = HEARD.evolve(state, heard)
    assert state == CAMPAIGN_DECIDER.fold(given(CAMPAIGN_DECIDER).when(START).decided()).campaign
    assert state.opened(CAMPAIGN).ruleset == parse(RULESET)


def test_a_long_ruleset_is_said_in_pieces_that_fit_a_message() -> None:
    title = {"vi": "Đánh giá " * 800}
    long = {**RULESET, "appendices": [appendix("I", *(leaf(f"g{n}", title=title) for n in range(30)))]}
    units = (enrolled("a"),)
    facts = given(CAMPAIGN_DECIDER).when(replace(START, ruleset=long, enrolments=units)).decided()
    parts = [fact for fact in facts if isinstance(fact, RulesetAdopted)]
    assert len(parts) > 1
    assert [(part.number, part.count) for part in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert all(len(part.text) <= PART_CHARACTERS for part in parts)
    campaign = CAMPAIGN_DECIDER.fold(facts).campaign.opened(CAMPAIGN)
    assert digest(campaign.ruleset) == campaign.opening.ruleset_digest


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ruleset": {**RULESET, "policies": {}}}, RulesetInvalid),
        ({"enrolments": ()}, RosterEmpty),
        ({"enrolments": (*UNITS, enrolled("a"))}, UnitRepeated),
        ({"enrolments": (enrolled("a", "khac"),)}, BlockUnknown),
        ({"blocks": (*BLOCKS, Block(code="khac", title=Localized(vi="Khác")))}, BlockWithoutClasses),
        ({"enrolments": (enrolled("a", "thuoc", "IX"),)}, NoSuchAppendix),
        ({"enrolments": (MISFIT,)}, OverrideDoesNotFit),
        ({"calendar": CALENDAR.model_copy(update={"opens_at": CALENDAR.submission_deadline_at})}, CalendarOutOfOrder),
        ({"calendar": CALENDAR.model_copy(update={"confirmation_deadline_at": None})}, CalendarOutOfOrder),
        (
            {"calendar": CALENDAR.model_copy(update={"confirmation_deadline_at": CALENDAR.opens_at})},
            CalendarOutOfOrder,
        ),
    ],
)  # fmt: skip
def test_a_campaign_that_could_not_be_carried_through_is_not_opened(
    change: dict[str, Any], error: type[IctIndexError]
) -> None:
    with pytest.raises(error):
        given(CAMPAIGN_DECIDER).when(replace(START, **change)).decided()


def test_only_a_retrospective_campaign_has_dates_that_somebody_says_and_it_has_no_others() -> None:
    said = replace(META, carried=True)
    given(CAMPAIGN_DECIDER).when(START, meta=said).refused(EffectiveTimeNotAllowed)
    retrospective = replace(START, retrospective=True)
    given(CAMPAIGN_DECIDER).when(retrospective).refused(EffectiveTimeMissing)
    *_, listed = given(CAMPAIGN_DECIDER).when(retrospective, meta=said).decided()
    assert listed == CampaignListed(campaign=CAMPAIGN, title=START.title, period="2020", retrospective=True)


def test_what_is_amended_rests_on_every_sheet_that_may_have_come() -> None:
    desk = CAMPAIGN_DECIDER.fold(opened())
    assert CAMPAIGN_DECIDER.more(amend(extension(1)), desk) == [sheet_stream(CAMPAIGN, unit) for unit in "abc"]


def test_a_campaign_is_opened_once() -> None:
    given(CAMPAIGN_DECIDER, *opened()).when(START).refused(CampaignAlreadyOpen)


def amend(amendment: Amendment) -> AmendCampaign:
    return AmendCampaign(CAMPAIGN, amendment, REASON)


def until(days: int) -> datetime:
    return CALENDAR.submission_deadline_at + timedelta(days=days)


def extension(days: int, unit: str | None = None) -> Extension:
    return Extension(unit=unit, submission_deadline_at=until(days))


CAME = SheetSubmitted(campaign=CAMPAIGN, unit="a", version=1, lines={}, late=False, certified="0" * 64)
CLOSED = IntakeClosed(campaign=CAMPAIGN, handed_in=(), missing=("a", "b", "c"))
ALLOWED: list[Amendment] = [
    extension(1),
    extension(1, "a"),
    CalendarChange(calendar=CALENDAR.model_copy(update={"submission_deadline_at": until(1)})),
    TemplateChange(template=TEMPLATE.model_copy(update={"council": False})),
    RosterChange(enrolment=enrolled("d")),
]


@pytest.mark.parametrize("amendment", ALLOWED, ids=lambda each: each.kind)
def test_an_open_campaign_is_amended_with_a_reason(amendment: Amendment) -> None:
    changed = CampaignChanged(campaign=CAMPAIGN, amendment=amendment, reason=REASON)
    given(CAMPAIGN_DECIDER, *opened()).when(amend(amendment)).then(changed)
    given(CAMPAIGN_DECIDER).when(amend(amendment)).refused(CampaignUnknown)


def test_a_deadline_only_moves_later() -> None:
    stands = CampaignChanged(campaign=CAMPAIGN, amendment=extension(3, "a"), reason=REASON)
    for sooner in (extension(0), extension(-1), extension(0, "a")):
        given(CAMPAIGN_DECIDER, *opened()).when(amend(sooner)).refused(DeadlineNotLater)
    given(CAMPAIGN_DECIDER, *opened(), stands).when(amend(extension(2, "a"))).refused(DeadlineNotLater)
    calendar = CalendarChange(calendar=CALENDAR.model_copy(update={"submission_deadline_at": until(-1)}))
    given(CAMPAIGN_DECIDER, *opened()).when(amend(calendar)).refused(DeadlineNotLater)
    confirmation = CalendarChange(calendar=CALENDAR.model_copy(update={"confirmation_deadline_at": until(1)}))
    given(CAMPAIGN_DECIDER, *opened()).when(amend(confirmation)).refused(DeadlineNotLater)


def test_where_nobody_confirms_only_the_submission_deadline_is_looked_at() -> None:
    short, bare = TEMPLATE.model_copy(update={"confirmation": False}), {"confirmation_deadline_at": None}
    history = opened(template=short, calendar=CALENDAR.model_copy(update=bare))
    later = CalendarChange(calendar=CALENDAR.model_copy(update={**bare, "submission_deadline_at": until(1)}))
    changed = CampaignChanged(campaign=CAMPAIGN, amendment=later, reason=REASON)
    given(CAMPAIGN_DECIDER, *history).when(amend(later)).then(changed)


def test_an_extension_is_for_somebody_on_the_roster() -> None:
    given(CAMPAIGN_DECIDER, *opened()).when(amend(extension(1, "z"))).refused(UnitUnknown)


def test_after_closing_no_deadline_of_submission_moves() -> None:
    given(CAMPAIGN_DECIDER, *opened(), CLOSED).when(amend(extension(1))).refused(IntakeOver)
    later = CalendarChange(calendar=CALENDAR.model_copy(update={"submission_deadline_at": until(1)}))
    given(CAMPAIGN_DECIDER, *opened(), CLOSED).when(amend(later)).refused(IntakeOver)


COURSES: list[Amendment] = [
    TemplateChange(template=TEMPLATE.model_copy(update={name: not getattr(TEMPLATE, name)}))
    for name in ("self_score", "confirmation", "council")
]


def test_what_a_sheet_was_filled_in_by_does_not_change_under_it() -> None:
    for amendment in (*COURSES, RosterChange(enrolment=enrolled("d"))):
        given(CAMPAIGN_DECIDER, *opened(), CAME).when(amend(amendment)).refused(SheetsCameAlready)
        given(CAMPAIGN_DECIDER, *opened(), CLOSED).when(amend(amendment)).refused(SheetsCameAlready)
    titled = TemplateChange(template=TEMPLATE.model_copy(update={"title": Localized(vi="Tên khác")}))
    changed = CampaignChanged(campaign=CAMPAIGN, amendment=titled, reason=REASON)
    given(CAMPAIGN_DECIDER, *opened(), CAME).when(amend(titled)).then(changed)


def test_who_joins_the_roster_fits_the_campaign() -> None:
    roster = RosterChange(enrolment=enrolled("d", "khac"))
    given(CAMPAIGN_DECIDER, *opened()).when(amend(roster)).refused(BlockUnknown)


def test_a_retrospective_campaign_is_opened_at_its_own_time() -> None:
    carried = Meta("operator", CALENDAR.opens_at, "story", carried=True)
    facts = given(CAMPAIGN_DECIDER).when(replace(START, retrospective=True), meta=carried).decided()
    assert CAMPAIGN_DECIDER.fold(facts).campaign.opened(CAMPAIGN).opening.retrospective

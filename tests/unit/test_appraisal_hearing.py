"""What appraisal keeps of what others say: figures that were measured, and what became of a run."""

from typing import TypeVar

from services.appraisal.dossier.domain import HEARD as DOSSIER_HEARD
from services.appraisal.dossier.facts import AnswerTaken, SheetTaken, SheetTakenBack
from services.appraisal.round.domain import HEARD as INTAKE_HEARD
from services.appraisal.round.facts import IntakeEnded
from services.appraisal.run.domain import HEARD as RUN_HEARD
from services.appraisal.run.facts import DraftTaken, PublicationTaken, RefusalTaken
from services.appraisal.usage.domain import HEARD as USAGE_HEARD
from services.appraisal.usage.domain import Figure, Part
from services.appraisal.usage.facts import SourceListed, UsageTaken
from shared.campaign import UsageRow
from shared.contracts import (
    Contract,
    FiguresConfirmed,
    PublicationRefused,
    ResultsPublished,
    StandingsDrafted,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    UsageReported,
)
from tests.contract.goldens.said import SAID
from tests.kit.campaigns import CAMPAIGN
from tests.kit.given import given

Said = TypeVar("Said", bound=Contract)
MEASURED = (UsageRow(unit="a", metric="closed_rate", value="92.8"), UsageRow(unit="b", metric="closed_rate", value="1"))


def reported(source: str = "eoffice", period: str = "2020-10", revision: int = 1, *rows: UsageRow) -> UsageReported:
    return UsageReported(campaign=CAMPAIGN, source=source, period=period, revision=revision, rows=rows or MEASURED)


def one(kind: type[Said]) -> Said:
    """The sample of that contract."""
    [said] = (each for each in SAID.values() if isinstance(each, kind))
    return said


def taken(said: UsageReported) -> UsageTaken:
    return UsageTaken.model_validate(said.model_dump())


def test_a_source_is_listed_once_so_that_readers_find_what_it_said() -> None:
    listed = SourceListed(campaign=CAMPAIGN, source="eoffice")
    given(USAGE_HEARD).when(reported()).then(listed, taken(reported()))
    given(USAGE_HEARD, listed, taken(reported())).when(reported(period="2020-11")).then(
        taken(reported(period="2020-11"))
    )
    other = reported("mail")
    given(USAGE_HEARD, listed).when(other).then(SourceListed(campaign=CAMPAIGN, source="mail"), taken(other))


def test_a_month_that_is_reported_again_takes_the_place_of_what_was_said_of_it() -> None:
    anew = reported("eoffice", "2020-10", 2, UsageRow(unit="a", metric="closed_rate", value="9.28"))
    usage = USAGE_HEARD.fold([taken(reported()), taken(reported(period="2020-09")), taken(anew)])
    assert usage.figures("a", "closed_rate") == (
        Figure(source="eoffice", period="2020-09", revision=1, value="92.8"),
        Figure(source="eoffice", period="2020-10", revision=2, value="9.28"),
    )
    assert usage.figures("b", "closed_rate") == (Figure(source="eoffice", period="2020-09", revision=1, value="1"),)
    assert usage.figures("a", "mail_rate") == ()


def test_what_parts_have_is_one_figure_which_says_of_how_many_and_of_which() -> None:
    rows = (
        UsageRow(unit="a", metric="outgoing", part="xa-002", value="0.5"),
        UsageRow(unit="b", metric="outgoing", part="xa-001", value="9"),
        UsageRow(unit="a", metric="outgoing", part="xa-001", value="12"),
    )
    (figure,) = USAGE_HEARD.fold([taken(reported("eoffice", "2020-10", 1, *rows))]).figures("a", "outgoing")
    where = {"source": "eoffice", "period": "2020-10", "revision": 1, "value": "12.5", "part_count": 2}
    parts = (Part(part="xa-001", value="12"), Part(part="xa-002", value="0.5"))
    assert figure == Figure.model_validate({**where, "parts": parts})
    assert figure.counted.model_dump(mode="json") == where


def test_what_became_of_an_approved_run_is_kept() -> None:
    published, refused = one(ResultsPublished), one(PublicationRefused)
    given(RUN_HEARD).when(published).then(
        PublicationTaken(campaign=published.campaign, run=published.run, release=published.release)
    )
    given(RUN_HEARD).when(refused).then(RefusalTaken.model_validate(refused.model_dump()))


def test_of_a_draft_the_council_is_shown_what_differs_from_printed_figures() -> None:
    drafted = one(StandingsDrafted)
    [printed] = drafted.summary.findings
    refusing = printed.model_copy(update={"id": "total.vu-a", "severity": "refuse"})
    both = drafted.model_copy(update={"summary": drafted.summary.model_copy(update={"findings": (refusing, printed)})})
    [kept] = given(RUN_HEARD).when(both).decided()
    assert isinstance(kept, DraftTaken)
    assert (kept.run, kept.draft, kept.findings) == (drafted.run, drafted.draft, (printed.id,))


def test_a_sheet_and_an_answer_are_kept_as_they_were_said() -> None:
    came, taken_back, answered = one(SubmissionReceived), one(SubmissionWithdrawn), one(FiguresConfirmed)
    sheet = SheetTaken.model_validate(came.model_dump(include=set(SheetTaken.model_fields)))
    given(DOSSIER_HEARD).when(came).then(sheet)
    given(DOSSIER_HEARD, sheet).when(taken_back).then(SheetTakenBack.model_validate(taken_back.model_dump()))
    given(DOSSIER_HEARD, sheet).when(answered).then(AnswerTaken.model_validate(answered.model_dump()))


def test_who_handed_in_is_known_from_the_end_of_the_intake() -> None:
    ended = one(SubmissionsClosed)
    given(INTAKE_HEARD).when(ended).then(IntakeEnded.model_validate(ended.model_dump()))

"""A value of every stored fact, by the name of its file: whose log it lies in, its stored name, perhaps a variant."""

from services.appraisal.approval.facts import ResultsSigned
from services.appraisal.body.facts import BodyFormed
from services.appraisal.council.facts import ChangeMinuted, DraftReviewed
from services.appraisal.dossier.facts import AnswerTaken, SheetTaken, SheetTakenBack, VerdictGiven
from services.appraisal.round.facts import IntakeEnded, RoundEnded
from services.appraisal.run.facts import DraftTaken, PublicationTaken, RefusalTaken
from services.appraisal.usage.facts import SourceListed, UsageTaken
from services.scoring.reference.facts import ReferenceDropped, ReferenceKept
from services.scoring.release.facts import PublicationFailed, RunPublished, StandingPublished
from services.scoring.run.facts import RunDrafted, RunRefused, StandingComputed
from services.scoring.score.facts import ScoreGiven, ScoreMoved, SheetKept
from services.submission.campaign.facts import CampaignListed
from services.submission.confirmation.facts import RoundAnswered, VerdictHeard
from services.submission.confirmation.facts import RoundEnded as RoundEndedHere
from services.submission.reference.facts import FiguresNoted, FiguresStruck
from services.submission.sheet.facts import IntakeClosed, SheetSubmitted, SheetWithdrawn
from services.submission.text.facts import TextsErased
from services.submission.usage.facts import UsagePushed
from shared.campaign import Recusal
from shared.edge.restoring import NumberSpent, WentBack
from shared.edge.rewinding import RewindOrdered
from shared.edge.stops import MessageRefused, MessageSkipped, MessagesLost, PublisherRetried, PublisherStopped
from shared.execute import RequestAnswered
from shared.facts import Fact
from shared.opening import CampaignChanged, CampaignStarted, RulesetAdopted, UnitJoined
from shared.vocabulary import Missing, NotApplicable
from tests.contract.goldens import pieces as p

KERNEL: tuple[Fact, ...] = (
    RulesetAdopted(campaign=p.CAMPAIGN, digest=p.SHA256, number=1, count=1, text='{"edition":"2020"}'),
    UnitJoined(campaign=p.CAMPAIGN, enrolment=p.ENROLMENT),
    CampaignStarted(campaign=p.CAMPAIGN, opening=p.OPENING),
    RequestAnswered(key=p.SHA256, request=p.SHA256),
    MessageRefused(message=f"appraisal/bnv@7#{p.CHAIN}", code="dossier.sheet_unknown"),
    PublisherStopped(
        publisher="appraisal", message="appraisal/bnv@7", sequence=4, chain=p.CHAIN, code="campaign.unknown"
    ),
    PublisherRetried(publisher="appraisal"),
    MessageSkipped(publisher="appraisal", message="appraisal/bnv@7", reason=p.REASON),
    RewindOrdered(sequence=3, reason=p.REASON),
    NumberSpent(number=7),
    WentBack(first=7, last=9, reason=p.REASON),
    MessagesLost(publisher="appraisal", first=7, last=8, until=10, reason=p.REASON),
)  # fmt: skip

SUBMISSION: tuple[Fact, ...] = (
    CampaignListed(campaign=p.CAMPAIGN, title=p.TITLE, period="2020", retrospective=True),
    SheetSubmitted(campaign=p.CAMPAIGN, unit=p.UNIT, version=2, lines=p.LINES, late=True, certified=p.SHA256),
    SheetWithdrawn(campaign=p.CAMPAIGN, unit=p.UNIT, version=1, reason=p.REASON),
    IntakeClosed(campaign=p.CAMPAIGN, handed_in=(p.UNIT,), missing=("vu-tl",)),
    VerdictHeard(
        campaign=p.CAMPAIGN,
        unit=p.UNIT,
        criterion=p.CRITERION,
        stage="round1",
        before=p.INPUTS,
        after=p.STATE,
        reason_code="no_evidence",
        reason=p.REASON,
        evidence=(p.EVIDENCE,),
    ),
    RoundEndedHere(campaign=p.CAMPAIGN, stage="round1"),
    RoundAnswered(campaign=p.CAMPAIGN, unit=p.UNIT, accepted=("1.1",), contested={"1.2": p.CONTEST}),
    FiguresNoted(campaign=p.CAMPAIGN, reference="report-1101", title=p.TITLE, document=p.DECISION, figures=(p.FIGURE,)),
    FiguresStruck(campaign=p.CAMPAIGN, reference="report-1101"),
    UsagePushed(
        campaign=p.CAMPAIGN, source="e-office", period="2020-10", revision=2, rows=p.ROWS, machine="e-office-feed"
    ),
    TextsErased(campaign=p.CAMPAIGN, closed=(p.REASON.closed,), decision=p.DECISION, elsewhere=(p.REASON.closed,)),
)

APPRAISAL: tuple[Fact, ...] = (
    BodyFormed(campaign=p.CAMPAIGN, body="council", number=1, decision=p.DECISION, members=p.MEMBERS),
    SheetTaken(campaign=p.CAMPAIGN, unit=p.UNIT, version=2, lines=p.LINES, late=True),
    SheetTakenBack(campaign=p.CAMPAIGN, unit=p.UNIT, version=1, reason=p.REASON),
    AnswerTaken(campaign=p.CAMPAIGN, unit=p.UNIT, accepted=("1.1",), contested={"1.2": p.CONTEST}),
    VerdictGiven(
        campaign=p.CAMPAIGN,
        unit=p.UNIT,
        criterion=p.CRITERION,
        stage="round1",
        sheet=2,
        before=p.INPUTS,
        after=p.STATE,
        stands=True,
        reason_code="no_evidence",
        reason=p.REASON,
        evidence=(p.EVIDENCE,),
    ),
    IntakeEnded(campaign=p.CAMPAIGN, handed_in=(p.UNIT,), missing=("vu-tl",)),
    RoundEnded(campaign=p.CAMPAIGN, stage="round2", count=138, digest=p.SHA256),
    DraftTaken(campaign=p.CAMPAIGN, run=p.RUN, stage="council", draft=2, findings=(p.FINDING.id,), changes=1),
    PublicationTaken(campaign=p.CAMPAIGN, run=p.RUN, release=1),
    RefusalTaken(campaign=p.CAMPAIGN, approved=p.RUN, standing=p.SHA256, reason="digest_differs"),
    ChangeMinuted(campaign=p.CAMPAIGN, unit=p.UNIT, criterion=p.CRITERION, draft=2),
    DraftReviewed(
        campaign=p.CAMPAIGN,
        meeting=2,
        run=p.RUN,
        draft=3,
        outcome="accepted",
        comments=p.REASON,
        acknowledged=(p.FINDING.id,),
        present=("p-07",),
        recused=(Recusal(actor="p-07", unit=p.UNIT),),
    ),
    ResultsSigned(campaign=p.CAMPAIGN, run=p.RUN, decision=p.DECISION, signer="Nguyễn Văn A", file_sha256=p.SHA256),
    SourceListed(campaign=p.CAMPAIGN, source="e-office"),
    UsageTaken(campaign=p.CAMPAIGN, source="e-office", period="2020-10", revision=2, rows=p.ROWS),
)

CHANGE = {
    "campaign": p.CAMPAIGN,
    "unit": p.UNIT,
    "criterion": p.CRITERION,
    "stage": "round1",
    "before": Missing(),
    "after": p.SCORED,
    "group": "1",
    "group_before": NotApplicable(),
    "group_after": p.SCORED,
    "total_before": "60.00",
    "total_after": "61.72",
}
SCORING: tuple[Fact, ...] = (
    ScoreGiven.model_validate(
        CHANGE | {"sheet": 2, "word": p.INPUTS, "given": p.SCORED, "reason_code": "no_evidence", "reason": p.REASON}
    ),
    ScoreMoved.model_validate(CHANGE | {"cohort": "vu-tl"}),
    SheetKept(campaign=p.CAMPAIGN, unit=p.UNIT, version=2, words={"1.2": p.INPUTS}),
    StandingComputed(campaign=p.CAMPAIGN, run=p.RUN, number=1, standing=p.STANDING),
    RunDrafted(
        campaign=p.CAMPAIGN,
        run=p.RUN,
        stage="council",
        draft=3,
        count=1,
        digest=p.SHA256,
        summary=p.SUMMARY,
        changes=1,
    ),
    RunRefused(campaign=p.CAMPAIGN, stage="round1", findings=(p.FINDING,)),
    StandingPublished(campaign=p.CAMPAIGN, run=p.RUN, number=1, standing=p.STANDING),
    RunPublished(
        campaign=p.CAMPAIGN,
        run=p.RUN,
        release=2,
        supersedes=1,
        stage="council",
        decision=p.DECISION,
        signer="Nguyễn Văn A",
        file_sha256=p.SHA256,
        count=1,
        digest=p.SHA256,
        summary=p.SUMMARY,
        rests_on=p.RESTS_ON,
    ),
    PublicationFailed(campaign=p.CAMPAIGN, approved=p.RUN, standing=p.SHA256, reason="digest_differs"),
    ReferenceKept(
        campaign=p.CAMPAIGN, reference="report-1101", title=p.TITLE, document=p.DECISION, figures=(p.FIGURE,)
    ),
    ReferenceDropped(campaign=p.CAMPAIGN, reference="report-1101"),
)  # fmt: skip

LOGS = {"kernel": KERNEL, "submission": SUBMISSION, "appraisal": APPRAISAL, "scoring": SCORING}
BY_PARTS: dict[str, Fact] = {
    "submission": UsagePushed(
        campaign=p.CAMPAIGN, source="e-office", period="2020-10", revision=2, rows=p.PARTS, machine="e-office-feed"
    ),
    "appraisal": UsageTaken(campaign=p.CAMPAIGN, source="e-office", period="2020-10", revision=2, rows=p.PARTS),
}
HAPPENED: dict[str, Fact] = (
    {f"{log}.{fact.type}": fact for log, facts in LOGS.items() for fact in facts}
    | {
        f"kernel.{CampaignChanged.type}.{kind}": CampaignChanged(
            campaign=p.CAMPAIGN, amendment=amendment, reason=p.REASON
        )
        for kind, amendment in p.AMENDMENTS.items()
    }
    | {f"{log}.{fact.type}.parts": fact for log, fact in BY_PARTS.items()}
)

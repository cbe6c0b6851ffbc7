"""A value of every contract, by the name of its file: the contract's type, and a variant where there are several."""

from shared.campaign import Recusal
from shared.contracts import (
    AnnouncementLost,
    BodyEstablished,
    CampaignAmended,
    CampaignOpened,
    Contract,
    CouncilDecided,
    FiguresConfirmed,
    LogRestored,
    PublicationRefused,
    ReferenceEntered,
    ReferenceRemoved,
    ResultsApproved,
    ResultsPublished,
    RoundClosed,
    RulesetPart,
    ScoreAppraised,
    StandingsDrafted,
    SubmissionReceived,
    SubmissionsClosed,
    SubmissionWithdrawn,
    TextDestroyed,
    UnitEnrolled,
    UnitStanding,
    UsageReported,
)
from tests.contract.goldens import pieces as p

_SAID: tuple[Contract, ...] = (
    RulesetPart(campaign=p.CAMPAIGN, digest=p.SHA256, number=1, count=1, text='{"edition":"2020"}'),
    UnitEnrolled(campaign=p.CAMPAIGN, enrolment=p.ENROLMENT),
    CampaignOpened(campaign=p.CAMPAIGN, opening=p.OPENING),
    ReferenceEntered(
        campaign=p.CAMPAIGN, reference="report-1101", title=p.TITLE, document=p.DECISION, figures=(p.FIGURE,)
    ),
    ReferenceRemoved(campaign=p.CAMPAIGN, reference="report-1101"),
    SubmissionReceived(
        campaign=p.CAMPAIGN, unit=p.UNIT, version=2, lines=p.LINES, late=True, certified=p.SHA256
    ),
    SubmissionWithdrawn(campaign=p.CAMPAIGN, unit=p.UNIT, version=1, reason=p.REASON),
    SubmissionsClosed(campaign=p.CAMPAIGN, handed_in=(p.UNIT,), missing=("vu-tl",)),
    FiguresConfirmed(campaign=p.CAMPAIGN, unit=p.UNIT, accepted=("1.1",), contested={"1.2": p.CONTEST}),
    UsageReported(campaign=p.CAMPAIGN, source="e-office", period="2020-10", revision=2, rows=p.ROWS),
    TextDestroyed(campaign=p.CAMPAIGN, closed=(p.REASON.closed,), decision=p.DECISION),
    BodyEstablished(campaign=p.CAMPAIGN, body="team", decision=p.DECISION, members=p.MEMBERS),
    ScoreAppraised(
        campaign=p.CAMPAIGN,
        unit=p.UNIT,
        criterion=p.CRITERION,
        stage="round1",
        sheet=2,
        before=p.INPUTS,
        after=p.STATE,
        reason_code="no_evidence",
        reason=p.REASON,
        evidence=(p.EVIDENCE,),
    ),
    RoundClosed(campaign=p.CAMPAIGN, stage="round2", count=138, digest=p.SHA256),
    CouncilDecided(
        campaign=p.CAMPAIGN,
        meeting=2,
        run=p.RUN,
        outcome="accepted",
        comments=p.REASON,
        acknowledged=(p.FINDING.id,),
        present=("p-07",),
        recused=(Recusal(actor="p-07", unit=p.UNIT),),
    ),
    ResultsApproved(
        campaign=p.CAMPAIGN, run=p.RUN, decision=p.DECISION, signer="Nguyễn Văn A", file_sha256=p.SHA256
    ),
    UnitStanding(campaign=p.CAMPAIGN, run=p.RUN, unit=p.UNIT, number=1, standing=p.STANDING),
    StandingsDrafted(
        campaign=p.CAMPAIGN,
        run=p.RUN,
        stage="council",
        draft=3,
        count=1,
        digest=p.SHA256,
        summary=p.SUMMARY,
        changes=1,
    ),
    ResultsPublished(
        campaign=p.CAMPAIGN,
        run=p.RUN,
        release=2,
        supersedes=1,
        decision=p.DECISION,
        signer="Nguyễn Văn A",
        file_sha256=p.SHA256,
        count=1,
        digest=p.SHA256,
        summary=p.SUMMARY,
        rests_on=p.RESTS_ON,
    ),
    PublicationRefused(campaign=p.CAMPAIGN, approved=p.RUN, standing=p.SHA256, reason="digest_differs"),
    AnnouncementLost(),
    LogRestored(first=7, last=9, reason=p.REASON),
)  # fmt: skip

BY_PARTS = UsageReported(campaign=p.CAMPAIGN, source="e-office", period="2020-10", revision=2, rows=p.PARTS)

SAID: dict[str, Contract] = (
    {said.type: said for said in _SAID}
    | {f"{BY_PARTS.type}.parts": BY_PARTS}
    | {
        f"{CampaignAmended.type}.{kind}": CampaignAmended(campaign=p.CAMPAIGN, amendment=amendment, reason=p.REASON)
        for kind, amendment in p.AMENDMENTS.items()
    }
)

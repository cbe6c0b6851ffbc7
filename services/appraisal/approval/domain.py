"""Which run may be approved: the draft that stands, accepted by the council where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from services.appraisal.approval.facts import ResultsSigned, approval_stream
from services.appraisal.council.domain import CHAMBER_FACTS, Chamber, ChamberFact, chamber_streams
from services.appraisal.council.domain import evolve as evolve_chamber
from services.appraisal.run.domain import RunUnknown
from shared.campaign import Document, Template
from shared.contracts import Contract, ResultsApproved
from shared.errors import Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.vocabulary import Meta


class NotAccepted(Rejected, code="approval.not_accepted"):
    """The council has not accepted this run."""


class FindingsUnseen(Rejected, code="approval.findings_unseen"):
    """Printed figures came after the council accepted the run: it reviews the newest draft of it once more."""


class AlreadyApproved(Rejected, code="approval.already_approved"):
    """This run is approved; what is published is corrected by another release, never again."""


ApprovalFact: TypeAlias = ChamberFact | ResultsSigned


@dataclass(frozen=True, slots=True)
class Office:
    """All that an approval rests on; ``signed`` in order."""

    chamber: Chamber = field(default_factory=Chamber)
    signed: tuple[ResultsSigned, ...] = ()

    def approved(self, run: str) -> bool:
        """Whether *run* is approved, and scoring has not refused to publish it since."""
        refused = sum(refusal.approved == run for refusal in self.chamber.runs.refusals)
        return sum(signed.run == run for signed in self.signed) > refused

    def must_be_approvable(self, run: str, template: Template) -> None:
        """Refuse to approve anything but the draft that stands, accepted where there is a council.

        Raises:
            RunUnknown, NotAccepted, StaleDraft, RoundsOpen, AlreadyApproved, FindingsUnseen: See there.
        """
        if all(draft.run != run for draft in self.chamber.runs.drafts):
            raise RunUnknown(run=run)
        if self.approved(run):
            raise AlreadyApproved(run=run)
        self.chamber.must_have_closed(template.last_round)
        accepted = self.chamber.accepted
        if template.council and (accepted is None or accepted.run != run):
            raise NotAccepted(run=run)
        draft = self.chamber.must_be_current(run, template.last_round)
        # A reference changes no digest, so the draft that was accepted may have had fewer findings than this one.
        seen = accepted.acknowledged if accepted else ()
        unseen = [finding for finding in draft.findings if finding not in seen]
        if template.council and unseen:
            raise FindingsUnseen(run=run, count=len(unseen), findings=", ".join(unseen))


@dataclass(frozen=True, slots=True)
class ApproveResults:
    """Sign a run: *run* is the digest that was seen."""

    campaign: str
    run: str
    decision: Document
    signer: str
    file_sha256: str


def evolve(office: Office, fact: ApprovalFact) -> Office:
    if isinstance(fact, ResultsSigned):
        return replace(office, signed=(*office.signed, fact))
    return replace(office, chamber=evolve_chamber(office.chamber, fact))


def decide(command: ApproveResults, office: Office, meta: Meta) -> Sequence[ApprovalFact]:
    """The approval. Scoring compares the digest with what stands there once more before it publishes.

    Raises:
        RunUnknown, NotAccepted, StaleDraft, RoundsOpen, AlreadyApproved, FindingsUnseen: See there.
    """
    campaign = office.chamber.bench.bodies.campaign.opened(command.campaign)
    campaign.admit(meta)
    office.must_be_approvable(command.run, campaign.opening.template)
    return [
        ResultsSigned(
            campaign=command.campaign,
            run=command.run,
            decision=command.decision,
            signer=command.signer,
            file_sha256=command.file_sha256,
        )
    ]


def announce(fact: ApprovalFact) -> Contract | None:
    return ResultsApproved.model_validate(fact.model_dump()) if isinstance(fact, ResultsSigned) else None


def approval_streams(campaign: str) -> list[str]:
    """What an approval rests on."""
    return [*chamber_streams(campaign), approval_stream(campaign)]


APPROVAL: Decider[ApproveResults, Office, ApprovalFact] = Decider(
    initial=Office(),
    book=FactBook((*CHAMBER_FACTS, ResultsSigned)),
    streams=lambda command: approval_streams(command.campaign),
    decide=decide,
    evolve=evolve,
    announce=announce,
)

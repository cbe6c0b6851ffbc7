"""Printed figures: entered, replaced and struck by the operator; nothing is computed from them. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.submission.reference.facts import FiguresNoted, FiguresStruck, reference_stream
from shared.campaign import Document
from shared.contracts import Contract, ReferenceEntered, ReferenceRemoved
from shared.errors import Invalid, NotFound
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import OPENING_FACTS, Campaign, OpenCampaign, OpeningFact, campaign_stream
from shared.opening import evolve as evolve_campaign
from shared.standing import PrintedFigure
from shared.vocabulary import Localized, Meta


class ReferenceUnknown(NotFound, code="reference.unknown"):
    """No such reference was entered, or it was struck."""


class FigureRepeated(Invalid, code="reference.figure_repeated"):
    """Two figures have one id."""


class FigureOfNobody(Invalid, code="reference.figure_of_nobody"):
    """A figure names a unit or block that the campaign does not have."""


ReferenceFact: TypeAlias = OpeningFact | FiguresNoted | FiguresStruck


@dataclass(frozen=True, slots=True)
class Notes:
    """``noted`` is None before the figures are entered, and after they are struck."""

    campaign: Campaign = field(default_factory=Campaign)
    noted: FiguresNoted | None = None


@dataclass(frozen=True, slots=True)
class EnterReference:
    campaign: str
    reference: str
    title: Localized
    document: Document
    figures: tuple[PrintedFigure, ...]


@dataclass(frozen=True, slots=True)
class RemoveReference:
    campaign: str
    reference: str


ReferenceCommand: TypeAlias = EnterReference | RemoveReference


def evolve(notes: Notes, fact: ReferenceFact) -> Notes:
    """Notes after *fact*. Total: it never raises, whatever the history."""
    match fact:
        case FiguresNoted():
            return replace(notes, noted=fact)
        case FiguresStruck():
            return replace(notes, noted=None)
        case _:
            return replace(notes, campaign=evolve_campaign(notes.campaign, fact))


def decide(command: ReferenceCommand, notes: Notes, meta: Meta) -> Sequence[ReferenceFact]:
    """Facts that follow from *command*.

    Raises:
        CampaignUnknown, FigureRepeated, FigureOfNobody, ReferenceUnknown: See there.
    """
    campaign = notes.campaign.opened(command.campaign)
    campaign.admit(meta)
    match command:
        case EnterReference():
            _check(command.figures, campaign)
            return [FiguresNoted(**{name: getattr(command, name) for name in FiguresNoted.model_fields})]
        case RemoveReference():
            if notes.noted is None:
                raise ReferenceUnknown(reference=command.reference)
            return [FiguresStruck(campaign=command.campaign, reference=command.reference)]
        case _:
            assert_never(command)


def _check(figures: Sequence[PrintedFigure], campaign: OpenCampaign) -> None:
    for name, count in Counter(figure.id for figure in figures).items():
        if count > 1:
            raise FigureRepeated(figure=name)
    blocks = {block.code for block in campaign.opening.blocks}
    for figure in figures:
        if (figure.unit and figure.unit not in campaign.units) or (figure.block and figure.block not in blocks):
            raise FigureOfNobody(figure=figure.id)


def announce(fact: ReferenceFact) -> Contract | None:
    """What the other services are told."""
    match fact:
        case FiguresNoted():
            return ReferenceEntered(**dict(fact))
        case FiguresStruck():
            return ReferenceRemoved(**dict(fact))
        case _:
            return None


REFERENCE: Decider[ReferenceCommand, Notes, ReferenceFact] = Decider(
    initial=Notes(),
    book=FactBook((*OPENING_FACTS, FiguresNoted, FiguresStruck)),
    streams=lambda command: [campaign_stream(command.campaign), reference_stream(command.campaign, command.reference)],
    decide=decide,
    evolve=evolve,
    announce=announce,
)

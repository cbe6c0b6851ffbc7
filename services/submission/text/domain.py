"""Destroying closed texts by a decision. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from services.submission.text.facts import TextsErased, texts_stream
from shared.campaign import Document
from shared.contracts import Contract, TextDestroyed
from shared.errors import Rejected
from shared.execute import Decider
from shared.facts import FactBook
from shared.opening import OPENING_FACTS, Campaign, OpeningFact, campaign_stream
from shared.opening import evolve as evolve_campaign
from shared.vocabulary import Meta


class TextDestroyedAlready(Rejected, code="text.destroyed_already"):
    """An earlier decision destroyed it."""


TextFact: TypeAlias = OpeningFact | TextsErased


@dataclass(frozen=True, slots=True)
class Erased:
    campaign: Campaign = field(default_factory=Campaign)
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DestroyText:
    """*kept* are those of *closed* whose text is here, *gone* those that a decision destroyed.

    The others may be kept by another service only: names of members, comments of the council, reasons of an operator.
    """

    campaign: str
    closed: tuple[str, ...]
    decision: Document
    kept: frozenset[str]
    gone: frozenset[str]


def evolve(erased: Erased, fact: TextFact) -> Erased:
    """Erased after *fact*. Total: it never raises, whatever the history."""
    if isinstance(fact, TextsErased):
        return replace(erased, closed=erased.closed.union(fact.closed))
    return replace(erased, campaign=evolve_campaign(erased.campaign, fact))


def decide(command: DestroyText, erased: Erased, meta: Meta) -> Sequence[TextFact]:
    """The fact that the texts are destroyed.

    Raises:
        CampaignUnknown, TextDestroyedAlready: See there.
    """
    erased.campaign.opened(command.campaign).admit(meta)
    for name in command.closed:
        if name in erased.closed | command.gone:
            raise TextDestroyedAlready(closed=name)
    elsewhere = tuple(name for name in command.closed if name not in command.kept)
    erased_texts = TextsErased(
        campaign=command.campaign, closed=command.closed, decision=command.decision, elsewhere=elsewhere
    )
    return [erased_texts]


def announce(fact: TextFact) -> Contract | None:
    """What the other services are told: everybody who keeps a copy destroys it."""
    return TextDestroyed.model_validate(fact.model_dump()) if isinstance(fact, TextsErased) else None


TEXT: Decider[DestroyText, Erased, TextFact] = Decider(
    initial=Erased(),
    book=FactBook((*OPENING_FACTS, TextsErased)),
    streams=lambda command: [campaign_stream(command.campaign), texts_stream(command.campaign)],
    decide=decide,
    evolve=evolve,
    announce=announce,
)

"""What the JSON answers hold, for whoever writes a program against them."""

import datetime as dt
from typing import Literal

from shared.campaign import Document, Override
from shared.standing import Cell, RunSummary
from shared.vocabulary import Id, Instant, Localized, Points, Score, Sha256, Stage, Text, Value, Word


class _OfCampaign(Value):
    agency: Id
    agency_name: Localized
    campaign: Id
    title: Localized
    period: Text
    retrospective: bool


class EarlierEdition(Value):
    """What the earlier scores and ranks were made by, and whether they mean the same."""

    edition: Text
    comparable: bool
    note: Localized | None


class _OfRelease(_OfCampaign):
    """A release of it.

    Attributes:
        run: The digest that was approved.
        position: Of the publication in scoring's log.
    """

    release: int
    supersedes: int | None
    newest_release: int
    earlier_edition: EarlierEdition | None
    run: Sha256
    decision: Document
    signer: Text
    file_sha256: Sha256
    position: str
    published_at: Instant


class ProcessStep(Value):
    """A step, and the position that proves it."""

    number: int
    title: Localized
    actor: Localized | None
    document: Text | None
    date: dt.date | None
    reconstructed: bool
    done: bool
    at: Instant | None
    position: str | None


class HandedIn(Value):
    """A sheet."""

    unit: Id
    version: int
    late: bool
    documents: int
    position: str
    at: Instant
    withdrawn_at: Instant | None


class RoundDone(Value):
    """A round that was closed."""

    stage: Stage
    verdicts: int
    position: str
    at: Instant


class MeetingHeld(Value):
    """A meeting of the council."""

    meeting: int
    outcome: str
    position: str
    at: Instant


class AcknowledgingMeeting(MeetingHeld):
    """A meeting, and the findings that the council took note of, by their ids in the summary."""

    acknowledged: tuple[str, ...]


class _Stopped(Value):
    """How complete the rest is.

    Attributes:
        stopped: Publishers that are not answered until an operator acts.
    """

    steps: tuple[ProcessStep, ...]
    stopped: tuple[str, ...]


class _Done(_Stopped):
    sheets: tuple[HandedIn, ...]
    rounds: tuple[RoundDone, ...]


class _Standing(Value):
    unit: Id
    name: Localized
    block: Id
    block_title: Localized
    appendix: Id
    groups: dict[Id, Score]
    groups_by_stage: dict[Stage, dict[Id, Score]]
    totals: dict[Stage, Points | None]
    total: Points | None
    unrounded: str | None
    applicable_groups: int
    rank_overall: int | None
    rank_block: int | None
    class_code: str | None
    class_label: Localized | None
    earlier: Points | None
    earlier_label: Text | None
    earlier_rank_overall: int | None
    earlier_rank_block: int | None
    change_overall: int | None
    change_block: int | None
    late: bool
    unranked: Text | None


class RankedUnit(_Standing):
    """A unit in the ranking."""


class ComparedReference(Value):
    """A report whose *figures* printed figures were compared."""

    reference: Id
    title: Localized
    document: Document
    figures: int


class Results(_OfRelease, _Done):
    """What was published of a campaign, and how it came about.

    Attributes:
        max: What scores are out of.
        enrolled: How many units are on the roster.
    """

    max: Points
    enrolled: int
    blocks: dict[Id, Localized]
    groups: dict[Id, Localized]
    classes: dict[str, Localized]
    units: tuple[RankedUnit, ...]
    summary: RunSummary
    references: tuple[ComparedReference, ...]
    meetings: tuple[AcknowledgingMeeting, ...]


class NamedEvidence(Value):
    """A document behind a figure, without the name of its file."""

    document: Document
    shows: Id | None
    sha256: Sha256 | None
    media_type: Text | None
    size_bytes: int | None


class CriterionAct(Value):
    """One thing said on a criterion.

    Attributes:
        score: Only of the stage's last word.
        destroyed_by: The decision by which the reason was destroyed.
    """

    stage: Stage | Literal["reply"]
    sheet: int | None
    word: Word | None
    before: Word | None
    answer: str | None
    score: Score | None
    by: str
    at: Instant
    reason_code: str | None
    reason: str | None
    destroyed_by: str | None
    evidence: tuple[NamedEvidence, ...]
    position: str


class CriterionHistory(Value):
    """From the first word to what was published.

    Attributes:
        path: Titles of the groups it lies in, from the outermost.
        inputs: What the inputs of its words are called.
        moved: Another score was published than the last word came to: other units' words, or one on a register, moved
            it since.
    """

    criterion: Id
    title: Localized
    path: tuple[Localized, ...]
    inputs: dict[Id, Localized]
    max: Points
    acts: tuple[CriterionAct, ...]
    published: Score | None
    moved: bool


class SheetGroup(Value):
    """A group of the unit's sheet; its score stands in ``groups``."""

    group: Id
    title: Localized
    max: Points
    override: Override | None


class UnitResults(_OfRelease, _Standing, _Stopped):
    """What was published of one unit."""

    sheet_groups: tuple[SheetGroup, ...]
    cells: dict[Id, Cell]
    criteria: tuple[CriterionHistory, ...]


class EnrolledUnit(Value):
    unit: Id
    name: Localized
    block: Id


class IntakeClosed(Value):
    handed_in: tuple[Id, ...]
    missing: tuple[Id, ...]


class CampaignProgress(_OfCampaign, _Done):
    """How far a campaign has come; no score stands here, and no id of a finding, which would tell of one."""

    units: tuple[EnrolledUnit, ...]
    closed: IntakeClosed | None
    meetings: tuple[MeetingHeld, ...]

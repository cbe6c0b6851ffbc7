"""What a campaign is made of: template, calendar, blocks, roster, documents. Data, because agencies differ. Pure."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from typing import Annotated, Literal, Protocol

from pydantic import Field, model_validator

from shared.vocabulary import Closed, Id, Instant, Localized, Points, Sha256, Text, Value, Word

RoundStage = Literal["round1", "round2"]


class Document(Value):
    """An official document; its key is issuer, number with notation, and date, since numbers repeat.

    Attributes:
        number: Number and notation, e.g. ``950/QĐ-BNV``.
        reconstructed: True where no source prints this document or its date.
    """

    number: Text
    date: dt.date
    issuer: Text
    abstract: Text = ""
    reconstructed: bool = False


class File(Protocol):
    """What is known of a file, beside the digest that names it."""

    @property
    def name(self) -> str | None: ...

    @property
    def media_type(self) -> str | None: ...

    @property
    def size_bytes(self) -> int | None: ...


class Evidence(Value):
    """One document behind a figure; the file, where there is one, lies with submission under its SHA-256.

    Attributes:
        shows: Which of the documents that the criterion wants it is, by code.
    """

    document: Document
    shows: Id | None = None
    sha256: Sha256 | None = None
    name: Text | None = None
    media_type: Text | None = None
    size_bytes: Annotated[int, Field(ge=0)] | None = None

    def attested(self, known: Mapping[str, File]) -> "Evidence":
        """This, with what is *known* of its file instead of what somebody says of it.

        Raises:
            KeyError: Nothing is known of its file.
        """
        of = known[self.sha256] if self.sha256 else None
        return self.model_copy(update={name: getattr(of, name, None) for name in ("name", "media_type", "size_bytes")})


def unknown_file(evidence: Iterable[Evidence], known: Container[str]) -> str | None:
    """SHA-256 of the first file in *evidence* that nothing is *known* of; None where all are known."""
    return next((each.sha256 for each in evidence if each.sha256 and each.sha256 not in known), None)


class Proof(Value):
    """What shows that a step was done: the last message of *contract* whose fields, as text, are those of *where*."""

    contract: Id
    where: dict[Id, str] = {}


class Step(Value):
    """One step of the process as people know it.

    Attributes:
        date: The date the source prints, or a reconstructed one; None where it stays open.
    """

    number: Annotated[int, Field(ge=1)]
    title: Localized
    actor: Localized | None = None
    document: Text | None = None
    date: dt.date | None = None
    reconstructed: bool = False
    proof: Proof | None = None


class Template(Value):
    """Which stages and bodies a campaign has.

    Attributes:
        self_score: Units claim points themselves; without it their sheets carry inputs and evidence only, unscored.
        rounds: Appraisal rounds, in order.
        confirmation: Units accept or contest each criterion after the first round.
        council: A council reviews drafts and accepts one before approval.
    """

    id: Id
    title: Localized
    self_score: bool = True
    rounds: Annotated[tuple[RoundStage, ...], Field(min_length=1)]
    confirmation: bool = False
    council: bool = False
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _rounds_in_order(self) -> "Template":
        if self.rounds not in (("round1",), ("round1", "round2")):
            msg = "rounds are round1, or round1 and round2"
            raise ValueError(msg)
        return self

    @property
    def last_round(self) -> RoundStage:
        """After it the council, or the approver, decides."""
        return self.rounds[-1]


class Calendar(Value):
    """When a campaign's windows close; effective time is compared with these.

    Attributes:
        submission_deadline_at: Until then a sheet may be withdrawn and replaced; after it, a first sheet is late.
        confirmation_deadline_at: Until then a unit may contest; None where there is no confirmation.
        reconstructed: Names of the fields that no source prints.
    """

    opens_at: Instant
    submission_deadline_at: Instant
    confirmation_deadline_at: Instant | None = None
    data_cutoff: dt.date | None = None
    reconstructed: tuple[str, ...] = ()


class Block(Value):
    """Units ranked among themselves (khối)."""

    code: Id
    title: Localized


class Override(Value):
    """A node of a unit's sheet taken from another appendix, and why.

    Attributes:
        node: Its code there; None where it is the same.
        approver: Who allowed it, and by which document; None where no source says.
    """

    appendix: Id
    node: Id | None = None
    ground: Annotated[Text, Field(min_length=1)]
    approver: Text | None = None

    @property
    def taken_from(self) -> str:
        """``appendix``, or ``appendix/node``: as ``tree_of`` reads it."""
        return f"{self.appendix}/{self.node}" if self.node else self.appendix


class Earlier(Value):
    """A unit's published score of an earlier campaign."""

    label: Text
    score: Points


class Enrolment(Value):
    """A unit on a campaign's roster.

    Attributes:
        overrides: By the code of a group or criterion.
        unranked: The ground on which it is appraised and not compared: it has no rank and no class, and is in no mean.
            Stored only where there is one. Source: BC 78/BC-UBND, Lâm Đồng (reasons of security).
    """

    unit: Id
    name: Localized
    block: Id
    appendix: Id
    overrides: dict[Id, Override] = {}
    earlier: Earlier | None = None
    organ_id: Text | None = None
    unranked: Annotated[Text | None, Field(exclude_if=lambda value: value is None)] = None

    @property
    def taken(self) -> Mapping[str, str]:
        """Where each overridden node is taken from instead, by its code."""
        return {node: override.taken_from for node, override in self.overrides.items()}


class Opening(Value):
    """What opens a campaign, beside its ruleset and roster, which are said before it in pieces.

    Attributes:
        agency: What the agency is called; where nobody said it, its code stands on pages.
        retrospective: Commands carry their own effective time; shown on every page.
    """

    agency: Localized | None = None
    title: Localized
    period: Text
    template: Template
    calendar: Calendar
    blocks: tuple[Block, ...]
    letter: Document | None = None
    retrospective: bool = False
    ruleset_digest: Sha256
    ruleset_parts: int
    roster_digest: Sha256
    roster_count: int


class Extension(Value):
    """A later submission deadline, for one unit or (None) for all."""

    kind: Literal["extension"] = "extension"
    unit: Id | None = None
    submission_deadline_at: Instant


class CalendarChange(Value):
    """Another calendar."""

    kind: Literal["calendar"] = "calendar"
    calendar: Calendar


class TemplateChange(Value):
    """Another process template."""

    kind: Literal["template"] = "template"
    template: Template


class RosterChange(Value):
    """A unit joins the roster, or its entry is corrected, before any sheet came."""

    kind: Literal["roster"] = "roster"
    enrolment: Enrolment


Amendment = Annotated[Extension | CalendarChange | TemplateChange | RosterChange, Field(discriminator="kind")]


class SheetLine(Value):
    """One criterion of a sheet: what the unit says, the documents behind it, and its explanation."""

    word: Word
    evidence: tuple[Evidence, ...] = ()
    explanation: Closed | None = None


class Contest(Value):
    """A unit does not agree with a verdict of the first round."""

    explanation: Closed
    evidence: tuple[Evidence, ...] = ()


class Member(Value):
    """Somebody in a team or council; *home_unit* is assessed too, so its member never judges it."""

    actor: Id
    role: Literal["chair", "vice_chair", "lead", "deputy_lead", "member", "member_secretary"]
    home_unit: Id | None = None
    name: Closed | None = None


class Recusal(Value):
    """A member of a council who was present at a review, and took no part in it for *unit*, their own."""

    actor: Id
    unit: Id


PartCode = Annotated[Id, Field(max_length=32)]
"""Of a part of a unit, by the unit's own list; short, so that a month of parts fits one message."""


class UsageRow(Value):
    """One measured figure of one unit, or of one part of it; a count or a share, exact.

    Attributes:
        part: A commune or a department of the unit, e.g. ``xa-001``, whose figure is added to those of the other parts.
            Stored only where there is one: without it the figure is the whole unit's.
    """

    unit: Id
    metric: Id
    part: Annotated[PartCode | None, Field(exclude_if=lambda value: value is None)] = None
    value: Annotated[str, Field(pattern=r"^-?\d{1,12}(\.\d{1,6})?$")]

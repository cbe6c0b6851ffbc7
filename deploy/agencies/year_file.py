"""The format of a year: who did what when and what was said on every criterion, to be played through the public API."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from deploy.agencies.agency_file import Agency, Entry, read_agency
from deploy.agencies.ruleset_file import read_ruleset_document
from shared.campaign import Block, Calendar, Document, Enrolment, Template, UsageRow
from shared.edge.yaml_file import read_yaml
from shared.ruleset import Ruleset, parse
from shared.standing import PrintedFigure
from shared.vocabulary import Id, Instant, Json, Localized, Stage, Text
from shared.vocabulary import Word as SaidWord


def _word(short: object) -> object:
    """Short spellings of a word: ``-``, ``95.00``, ``{not_scored: no_evidence}``, ``{machines: 9, staff: 12}``."""
    if short == "-":
        return {"kind": "state", "score": {"state": "not_applicable"}}
    if isinstance(short, str):
        return {"kind": "points", "points": short}
    if isinstance(short, dict) and "kind" not in short:
        reason = short.get("not_scored")
        if reason is not None:
            return {"kind": "state", "score": {"state": "not_scored", "reason": reason}}
        return {"kind": "inputs", "inputs": short}
    return short


Word = Annotated[SaidWord, BeforeValidator(_word)]


class Person(Entry):
    """Somebody who acts.

    Attributes:
        unit: Home unit; None for people from outside the roster.
    """

    id: Id
    name: Text
    position: Text
    roles: tuple[
        Literal["operator", "unit", "unit_head", "appraiser", "council", "approver", "auditor", "machine"], ...
    ]
    unit: Id | None = None


class BodyMember(Entry):
    """A person in a body; the home unit is the person's."""

    person: Id
    role: Literal["chair", "vice_chair", "lead", "deputy_lead", "member", "member_secretary"]


class Body(Entry):
    """A team or council, and the decision that established it."""

    decision: Document
    members: tuple[BodyMember, ...]


class Paper(Entry):
    """A document behind a figure; in these files always reconstructed, since no source lists them.

    Attributes:
        file: Text of a file to upload with it; without it the document is only named.
    """

    number: Text
    date: dt.date
    issuer: Text
    abstract: Text
    file: Text | None = None


class Verdict(Entry):
    """Another word than the one before, with its reason.

    Attributes:
        cites: Numbers of documents of the unit that the reason rests on.
    """

    word: Word
    code: Id
    reason: Text
    cites: tuple[Text, ...] = ()


class Objection(Entry):
    """A unit contests a verdict of round 1."""

    explanation: Text
    evidence: tuple[Paper, ...] = ()


class UnitYear(Entry):
    """One unit's year; a criterion that a round does not name stands as it was.

    Attributes:
        self: What the unit says in the sheet that counts.
        withdrawn: What it said otherwise in a first sheet, taken back before the deadline; empty: there was none.
        final: What must come out; to be checked, never sent.
    """

    self: dict[Id, Word]
    explanations: dict[Id, Text] = {}
    evidence: dict[Id, tuple[Paper, ...]] = {}
    withdrawn: dict[Id, Word] = {}
    round1: dict[Id, Verdict] = {}
    contests: dict[Id, Objection] = {}
    round2: dict[Id, Verdict] = {}
    council: dict[Id, Verdict] = {}
    final: dict[Id, Text] = {}

    @property
    def papers(self) -> dict[str, Paper]:
        """Every document that the unit hands in, by its number."""
        answers = (each.evidence for each in self.contests.values())
        return {paper.number: paper for papers in (*self.evidence.values(), *answers) for paper in papers}

    @model_validator(mode="after")
    def _cited_papers_are_there(self) -> "UnitYear":
        verdicts = (*self.round1.values(), *self.round2.values(), *self.council.values())
        strange = {number for verdict in verdicts for number in verdict.cites} - self.papers.keys()
        if strange:
            msg = f"the unit hands in no document {', '.join(sorted(strange))}"
            raise ValueError(msg)
        return self


class Act(Entry):
    """Something somebody does.

    Attributes:
        at: Effective time.
        by: A person's id; for acts of many units, each unit's own people act.
        step: The step of the process it belongs to.
        reconstructed: True where no source prints the day; none prints a time of day.
        refusal: Code of the error with which the system must not let it happen; None where it happens.
    """

    at: Instant
    by: Id | None = None
    step: int | None = None
    reconstructed: bool = False
    refusal: Text | None = None


class OpenCampaign(Act):
    do: Literal["open_campaign"]


class EnterReference(Act):
    do: Literal["enter_reference"]


class PushUsage(Act):
    """Push one month of figures; a dry run stores nothing and names the rows that are wrong."""

    do: Literal["push_usage"]
    push: Id
    dry_run: bool = False


class EstablishBody(Act):
    do: Literal["establish_body"]
    body: Literal["team", "council"]


class SubmitSheets(Act):
    """Each unit's clerk drafts, its head certifies and submits."""

    do: Literal["submit_sheets"]
    units: tuple[Id, ...]


class WithdrawSheet(Act):
    do: Literal["withdraw_sheet"]
    unit: Id
    reason: Text


class CloseSubmissions(Act):
    do: Literal["close_submissions"]


class Appraise(Act):
    """Verdicts of a round on every unit: those the unit's year names, "stands" for all others.

    Attributes:
        instead: By unit, who speaks where *by* may not, because it is *by*'s own.
    """

    do: Literal["appraise"]
    stage: Literal["round1", "round2"]
    instead: dict[Id, Id] = {}


class AppraiseOne(Act):
    """One verdict by itself, e.g. one that must be refused."""

    do: Literal["appraise_one"]
    stage: Literal["round1", "round2", "council"]
    unit: Id
    criterion: Id
    verdict: Verdict


class CloseRound(Act):
    do: Literal["close_round"]
    stage: Literal["round1", "round2"]


class ConfirmFigures(Act):
    """Each unit accepts round 1, but for what its year contests."""

    do: Literal["confirm_figures"]
    units: tuple[Id, ...]


class ChangeByCouncil(Act):
    """The council's own changes of one unit, as its year names them."""

    do: Literal["change_by_council"]
    unit: Id


class Review(Act):
    """The council reviews the latest draft by its digest.

    Attributes:
        acknowledge: Whether it takes note of every reference finding by id.
    """

    do: Literal["review"]
    meeting: int
    outcome: Literal["sent_back", "accepted"]
    comments: Text
    present: tuple[Id, ...]
    acknowledge: bool = False


class Approve(Act):
    """The head of the agency approves a run.

    Attributes:
        run: ``accepted`` is the digest the council accepted (or the latest draft); ``wrong`` another one.
        file: Text of the signed file, whose SHA-256 is named.
    """

    do: Literal["approve"]
    run: Literal["accepted", "wrong"]
    decision: Document
    signer: Text
    file: Text


AnyAct = Annotated[
    OpenCampaign | EnterReference | PushUsage | EstablishBody | SubmitSheets | WithdrawSheet | CloseSubmissions
    | Appraise | AppraiseOne | CloseRound | ConfirmFigures | ChangeByCouncil | Review | Approve,
    Field(discriminator="do"),
]  # fmt: skip


class Roster(Entry):
    blocks: tuple[Block, ...]
    units: tuple[Enrolment, ...]


class Push(Entry):
    """One month of measured figures from one source.

    Attributes:
        reconstructed: By unit and metric (``unit metric``), rows that no source prints.
    """

    source: Id
    period: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    note: Text = ""
    rows: tuple[Json, ...]

    @property
    def figures(self) -> tuple[UsageRow, ...]:
        """The rows, where all of them are well formed."""
        return tuple(UsageRow.model_validate(row) for row in self.rows)

    @property
    def said(self) -> list[Json]:
        """The rows as they are pushed, those that must be refused too; remarks of the file stay in the file."""
        return [{name: row[name] for name in UsageRow.model_fields if name in row} for row in self.rows]


class Usage(Entry):
    metrics: dict[Id, Localized]
    pushes: dict[Id, Push]


class Reference(Entry):
    id: Id
    title: Localized
    document: Document
    note: Text = ""
    figures: tuple[Json, ...]

    @property
    def printed(self) -> tuple[PrintedFigure, ...]:
        """The figures; remarks of the file stay in the file."""
        return tuple(PrintedFigure.model_validate(figure) for figure in self.figures)


class Files(Entry):
    """The files a year rests on, beside it."""

    roster: str
    ruleset: str
    template: str
    reference: str | None = None
    usage: str | None = None


class Year(Entry):
    """A campaign from its opening to the published ranking.

    Attributes:
        reconstructed: In words, what no source prints.
    """

    format: Literal["year.v1"]
    agency: Id
    campaign: Id
    title: Localized
    period: Text
    retrospective: bool = False
    reconstructed: tuple[Text, ...] = ()
    files: Files
    letter: Document | None = None
    calendar: Calendar
    persons: tuple[Person, ...]
    bodies: dict[Literal["team", "council"], Body] = {}
    units: dict[Id, UnitYear]
    acts: tuple[AnyAct, ...]

    def person(self, unit: str, role: str) -> Person:
        """The first person of *unit* who has *role*."""
        return next(person for person in self.persons if person.unit == unit and role in person.roles)

    def words(self, unit: str, stage: Stage) -> dict[str, SaidWord]:
        """What was said on *unit* at *stage*, where it says anything new."""
        year = self.units[unit]
        if stage == "self":
            return dict(year.self)
        verdicts = {"round1": year.round1, "round2": year.round2, "council": year.council}[stage]
        return {criterion: verdict.word for criterion, verdict in verdicts.items()}


class Script(Entry):
    """A year with the files it names, and the agency's own, read and checked."""

    agency: Agency
    year: Year
    roster: Roster
    ruleset: Ruleset
    template: Template
    reference: Reference | None = None
    usage: Usage | None = None


def read_year(path: Path) -> Script:
    """The year in *path*, with the files it names and the agency's from the same directory.

    Raises:
        ValidationError: A file does not have this format.
        RulesetInvalid: The ruleset cannot be applied.
        YamlUnreadable: A file is not YAML.
    """
    year = Year.model_validate(read_yaml(path))

    def beside(name: str | None) -> Any:  # noqa: ANN401 - a document of any shape
        return None if name is None else read_yaml(path.parent / name)

    files = year.files
    return Script(
        agency=read_agency(path.parent),
        year=year,
        roster=Roster.model_validate(beside(files.roster)),
        ruleset=parse(read_ruleset_document(path.parent / files.ruleset)[0]),
        template=Template.model_validate(beside(files.template)),
        reference=None if files.reference is None else Reference.model_validate(beside(files.reference)),
        usage=None if files.usage is None else Usage.model_validate(beside(files.usage)),
    )

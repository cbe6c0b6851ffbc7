"""Words every service uses: ids, exact points, words on a criterion, closed text, who and when. Pure."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Protocol, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

Json: TypeAlias = dict[str, Any]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
"""Of an agency, campaign, unit, criterion or actor. No slash, so that a stream's name has one reading."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in lower-case hex."""


SALT = r"^[0-9a-f]{32}$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _composed(text: str) -> str:
    if _CONTROL.search(text):
        msg = "control characters are no text"
        raise ValueError(msg)
    return unicodedata.normalize("NFC", text)


Text = Annotated[str, AfterValidator(_composed), Field(max_length=8000)]
"""What people write, in Unicode's composed form (NFC), so that equal texts have equal bytes."""


def _exact(value: object) -> object:
    if isinstance(value, float):
        msg = "write numbers as strings: a float is not exact"
        raise ValueError(msg)  # noqa: TRY004 - pydantic turns a ValueError into a finding
    return value


# Bounds stand inside, where the compiled validator checks them: a history is folded from many thousand figures. What is
# published of them would be lost there, so it is said once more.
Number = Annotated[
    Annotated[Decimal, Field(allow_inf_nan=False, max_digits=18, decimal_places=6)],
    BeforeValidator(_exact),
    Field(json_schema_extra={"max_digits": 18, "decimal_places": 6}),
]
"""An exact input, e.g. a count or a share; a string in JSON."""


def _day(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    msg = "write days as YYYY-MM-DD"
    raise ValueError(msg)


Day = Annotated[date, BeforeValidator(_day)]
"""A day, ``YYYY-MM-DD`` in JSON."""
Answer = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]*$", max_length=64)]
"""``yes``, ``no``, or the code of an option; begins with a letter, so that it is no number."""
Records = Annotated[tuple[Number, ...], Field(max_length=10_000)]
InputValue: TypeAlias = Annotated[Number | Day | Records | Answer, Field(union_mode="left_to_right")]
"""What may be said of one input; its form tells which it is, its declaration which it must be."""
LEAST_POINTS, MOST_POINTS = -100_000, 100_000
Points = Annotated[
    Annotated[Decimal, Field(ge=LEAST_POINTS, le=MOST_POINTS, decimal_places=2, allow_inf_nan=False)],
    BeforeValidator(_exact),
    AfterValidator(lambda points: points.quantize(Decimal("0.01"))),
    Field(json_schema_extra={"ge": LEAST_POINTS, "le": MOST_POINTS, "decimal_places": 2}),
]
"""Points as published: two decimals always, so that equal points have equal bytes. The ruleset says the maximum."""


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as beyond:
        msg = "before the first year, or after the last"
        raise ValueError(msg) from beyond


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A moment with its zone, kept in UTC."""


class Value(BaseModel):
    """Frozen; a reader ignores fields it does not know yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Scored(Value):
    """Points were given; 0.00 is a score.

    Attributes:
        points: As published.
        exact: Before they were rounded, e.g. ``20/3``; absent where nothing was.
    """

    state: Literal["scored"] = "scored"
    points: Points
    exact: Annotated[str, Field(pattern=r"^-?\d+(/[1-9]\d*)?$")] | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, handler: SerializerFunctionWrapHandler) -> Json:
        said: Json = handler(self)
        if self.exact is None:
            said.pop("exact", None)
        return said


class NotApplicable(Value):
    """Left out of every mean; not zero."""

    state: Literal["not_applicable"] = "not_applicable"


class NotScored(Value):
    """Counts as zero, for one of the four legal reasons.

    Source: report 1101/QĐ-BNV, part I.IV.2.c.
    """

    state: Literal["not_scored"] = "not_scored"
    reason: Literal["insufficient_data", "contradicts_reality", "no_evidence", "late"]


class Missing(Value):
    """Nobody has said anything yet; a total that needs it does not exist."""

    state: Literal["missing"] = "missing"


Score = Annotated[Scored | NotApplicable | NotScored | Missing, Field(discriminator="state")]
"""What a criterion, a group or a unit came to: four states, never confused."""


class GivenPoints(Value):
    """Points said outright, for a criterion that is appraised as a whole."""

    kind: Literal["points"] = "points"
    points: Points


class GivenInputs(Value):
    """Declared or measured inputs, by name; the ruleset turns them into points."""

    kind: Literal["inputs"] = "inputs"
    inputs: dict[Id, InputValue]


class GivenState(Value):
    """Instead of points: it does not apply, or it is not scored for a legal reason."""

    kind: Literal["state"] = "state"
    score: Annotated[NotApplicable | NotScored, Field(discriminator="state")]


Word = Annotated[GivenPoints | GivenInputs | GivenState, Field(discriminator="kind")]
"""What somebody says on one criterion: the unit in its sheet, a round or the council in a verdict. Not yet a score."""

Stage: TypeAlias = Literal["self", "round1", "round2", "council"]
STAGES: tuple[Stage, ...] = ("self", "round1", "round2", "council")
"""In order of precedence: the latest stage that spoke on a criterion stands."""


class Closed(Value):
    """A text that stands elsewhere: here is only its salted digest, so that the text can be destroyed by a decision."""

    closed: Sha256


class ClosedText(Value):
    """The text itself with its salt; kept in a side table, never in a fact.

    A salt has one length and no line break: otherwise a text's first line could be moved into it, under one digest.
    """

    salt: Annotated[str, Field(pattern=SALT)]
    text: Text

    @property
    def closed(self) -> Closed:
        """What facts and announcements carry."""
        return Closed(closed=hashlib.sha256(f"{self.salt}\n{self.text}".encode()).hexdigest())


class Localized(Value):
    """A text people see: Vietnamese, and English where somebody wrote it."""

    vi: Text
    en: Text | None = None

    def to(self, language: str) -> str:
        """The text in *language* (``vi`` or ``en``), else in Vietnamese."""
        return self.en if language == "en" and self.en else self.vi


@dataclass(frozen=True, slots=True)
class Meta:
    """Who acts, when (effective time), in which story, and because of which act of which log.

    Attributes:
        actor: Id of a person or a machine.
        at: Effective time: the server's own, except in a retrospective campaign.
        correlation: The story: one for all that follows from one request.
        causation: The message behind it, as ``service/agency@position#chain``.
        carried: True where the caller said the effective time (a retrospective campaign), False where it is now.
    """

    actor: str
    at: datetime
    correlation: str
    causation: str | None = None
    traceparent: str | None = None
    carried: bool = False


class Clock(Protocol):
    """The only source of time; tests hand in their own."""

    def __call__(self) -> datetime:
        """Now, in UTC."""
        ...


def stream(campaign: str, kind: str, key: str) -> str:
    """Name of the stream of one thing, e.g. ``2020/sheet/vu-cchc``; the agency is the log it lies in."""
    return f"{campaign}/{kind}/{key}"


def canonical(value: object) -> bytes:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8; what is hashed and stored."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()

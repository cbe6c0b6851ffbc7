"""One message on the wire: CloudEvents 1.0 attributes in Kafka headers (binary mode) and a JSON body.

Source: CloudEvents 1.0 with its Kafka protocol binding, section 3.2. Extensions are lower case without separators, as
CloudEvents asks; ``traceparent`` is W3C Trace Context.
"""

import json
import re
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field

from shared.contracts import CONTRACTS, Contract
from shared.errors import Unreadable
from shared.vocabulary import ClosedText, Id, Instant, Json, Text, Value, canonical

CLOSED_TEXTS = "closed_texts"  # beside a contract's own fields, so that an announcement never holds a text
Headers = tuple[tuple[str, bytes], ...]
DIGEST = re.compile(r"[0-9a-f]{64}")


class EnvelopeUnreadable(Unreadable, code="envelope.unreadable"):
    """Headers without which a message has no place in any order; it counts as lost."""


class BodyUnreadable(Unreadable, code="envelope.body_unreadable"):
    """The body does not fit the contract its type names."""


class DestroyedText(Value):
    """Stands in place of a closed text that was destroyed: the decision that ordered it."""

    decision: Text


class Envelope(Value):
    """One message.

    Attributes:
        id: ``publisher/agency@position``.
        agency: Also the Kafka key, so that all a publisher says about an agency is in one order.
        sequence: Number among the publisher's announcements about this agency, gap-free from 1.
        chain, previouschain: Chain values of its row and of the row of the announcement before it.
        after: How far the publisher had answered the others when it said this.
    """

    id: Annotated[str, Field(pattern=r"^[^\s/@]+/[^\s/@]+@\d+$", max_length=160)]
    source: Id
    type: Annotated[str, Field(max_length=80)]
    subject: str
    time: Instant
    agency: Id
    sequence: Annotated[int, Field(ge=1)]
    chain: str
    previouschain: str
    after: dict[str, int]
    actor: str
    causationid: str | None = None
    correlationid: str
    traceparent: str | None = None
    body: bytes

    @property
    def position(self) -> int:
        """Position of its row in the publisher's log."""
        return int(self.id.rpartition("@")[2])

    @property
    def cause(self) -> str:
        """This message as the cause of what follows: log, position and chain."""
        return f"{self.id}#{self.chain}"

    def headers(self) -> Headers:
        """Kafka headers; absent attributes are left out."""
        attributes = self.model_dump(mode="json", exclude={"body", "after", "traceparent"}, exclude_none=True)
        said = {"specversion": "1.0", **attributes, "after": canonical(self.after).decode()}
        headers = [(f"ce_{name}", str(value).encode()) for name, value in said.items()]
        headers.append(("content-type", b"application/json; charset=utf-8"))
        if self.traceparent:
            headers.append(("traceparent", self.traceparent.encode()))
        return tuple(headers)

    @classmethod
    def read(cls, headers: Iterable[tuple[str, bytes]], body: bytes) -> Self:
        """From the wire; headers it does not know are ignored.

        Raises:
            EnvelopeUnreadable: An attribute is missing or malformed.
        """
        try:
            attributes = {name.removeprefix("ce_"): value.decode() for name, value in headers}
            return cls.model_validate({**attributes, "after": json.loads(attributes["after"]), "body": body or b""})
        except (ValueError, KeyError, TypeError, AttributeError) as found:
            raise EnvelopeUnreadable from found

    def contract(self) -> Contract:
        """What was said.

        Raises:
            BodyUnreadable: The type is unknown, or the body does not fit it.
        """
        try:
            return CONTRACTS[self.type].model_validate(self._json())
        except (KeyError, ValueError) as found:
            raise BodyUnreadable(id=self.id, type=self.type) from found

    def closed_texts(self) -> tuple[ClosedText, ...]:
        """The closed texts said with it, to be kept as closed text; destroyed ones are left out.

        Raises:
            BodyUnreadable: A text does not have the digest it is said under.
        """
        try:
            said = self._json().get(CLOSED_TEXTS, {})
            texts = {name: ClosedText.model_validate(each) for name, each in said.items() if "decision" not in each}
        except (ValueError, AttributeError, TypeError) as found:
            raise BodyUnreadable(id=self.id, type=self.type) from found
        if any(text.closed.closed != name for name, text in texts.items()):
            raise BodyUnreadable(id=self.id, type=self.type)
        return tuple(texts.values())

    def _json(self) -> Json:
        found = json.loads(self.body)
        if not isinstance(found, dict):
            msg = "a message's body is a JSON object"
            raise ValueError(msg)  # noqa: TRY004 - told apart by its caller as any other unreadable body
        return found


def spoken(data: Json, texts: dict[str, ClosedText | DestroyedText]) -> bytes:
    """Body of a message: a contract's fields, and the closed texts they name."""
    said = {name: text.model_dump(mode="json") for name, text in texts.items()}
    return canonical({**data, CLOSED_TEXTS: said} if said else data)


def closed_names(value: object) -> set[str]:
    """Digests of all closed texts that a contract's or fact's JSON names, at any depth."""
    match value:
        case {"closed": str(name), **rest} if not rest and DIGEST.fullmatch(name):  # an input may be named so too
            return {name}
        case dict():
            return {name for each in value.values() for name in closed_names(each)}
        case list():
            return {name for each in value for name in closed_names(each)}
        case _:
            return set()

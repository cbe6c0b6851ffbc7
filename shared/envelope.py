"""One message on the wire: CloudEvents 1.0 attributes in Kafka headers (binary mode) and a JSON body.

Source: CloudEvents 1.0 with its Kafka protocol binding, section 3.2. Extensions are lower case without separators, as
CloudEvents asks; ``traceparent`` is W3C Trace Context.
"""

import json
import re
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field

from shared.contracts import CONTRACTS, OF_LOGS, PUBLISHED, Contract
from shared.errors import Unreadable
from shared.vocabulary import ClosedText, Id, Instant, Json, Sha256, Text, Value, canonical

CLOSED_TEXTS = "closed_texts"  # beside a contract's own fields, so that an announcement never holds a text
Headers = tuple[tuple[str, bytes], ...]
DIGEST = re.compile(r"[0-9a-f]{64}")
Plain = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*$")]
"""What stands in one line of a log or a page; PostgreSQL keeps no NUL, and who hears one could not even stop."""


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

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+@[0-9]{1,18}$", max_length=160)]
    source: Id
    type: Annotated[Plain, Field(max_length=80)]
    subject: Plain
    time: Instant
    agency: Id
    sequence: Annotated[int, Field(ge=1)]
    chain: Sha256
    previouschain: Sha256
    after: dict[Id, Annotated[int, Field(ge=0)]]
    actor: Plain
    causationid: Plain | None = None
    correlationid: Plain
    traceparent: Plain | None = None
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
            EnvelopeUnreadable: An attribute is missing, malformed, or said twice; or its id is not of its log.
        """
        try:
            attributes = _attributes(headers)
            said = cls.model_validate({**attributes, "after": json.loads(attributes["after"]), "body": body or b""})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as found:
            raise EnvelopeUnreadable from found
        if said.id != f"{said.source}/{said.agency}@{said.position}":
            raise EnvelopeUnreadable
        return said

    def contract(self) -> Contract:
        """What was said.

        Raises:
            BodyUnreadable: Its publisher has no such type to say, or the body does not fit it.
        """
        try:
            contract = CONTRACTS[self.type]
            if contract not in (*PUBLISHED[self.source], *OF_LOGS):
                raise BodyUnreadable(id=self.id, type=self.type)
            return contract.model_validate(self._json())
        except (KeyError, ValueError, RecursionError) as found:
            raise BodyUnreadable(id=self.id, type=self.type) from found

    def closed_texts(self) -> tuple[ClosedText, ...]:
        """The closed texts said with it, to be kept as closed text; destroyed ones are left out.

        Raises:
            BodyUnreadable: A text does not have the digest it is said under.
        """
        try:
            said = self._json().get(CLOSED_TEXTS, {})
            texts = {name: ClosedText.model_validate(each) for name, each in said.items() if "decision" not in each}
        except (ValueError, AttributeError, TypeError, RecursionError) as found:
            raise BodyUnreadable(id=self.id, type=self.type) from found
        if any(text.closed.closed != name for name, text in texts.items()):
            raise BodyUnreadable(id=self.id, type=self.type)
        return tuple(texts.values())

    def data(self) -> Json:
        """The body as it was said, fields included that this release does not know; without its closed texts.

        Raises:
            BodyUnreadable: It is no JSON object.
        """
        try:
            return {name: each for name, each in self._json().items() if name != CLOSED_TEXTS}
        except (ValueError, RecursionError) as found:
            raise BodyUnreadable(id=self.id, type=self.type) from found

    def _json(self) -> Json:
        found = json.loads(self.body)
        if not isinstance(found, dict):
            msg = "a message's body is a JSON object"
            raise ValueError(msg)  # noqa: TRY004 - told apart by its caller as any other unreadable body
        return found


def _attributes(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """What our headers say, by attribute.

    Raises:
        ValueError: One is there twice, or is not UTF-8.
    """
    said: dict[str, str] = {}
    for name, value in headers:
        attribute = name.removeprefix("ce_")
        if name != "traceparent" and attribute == name:
            continue
        if attribute in said:
            msg = f"{name} is said twice"
            raise ValueError(msg)
        said[attribute] = value.decode()
    return said


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

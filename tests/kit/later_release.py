"""The release after this one: ``later_release SERVICE`` runs a service of it, ``later_release ictindex …`` its command.

It is this release with what one that comes after it may change. Each contract has a field more, ``comment``, and each
message a header more; two facts have that field too, from which it is said, so that what was recorded before is said
without one. A person may note something in any stream of a campaign: a fact of a type that was not there before, which
changes nothing, and which the others are told by a contract that was not there either.
"""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic.fields import FieldInfo

from services.appraisal.dossier.facts import VerdictGiven
from services.submission.sheet.facts import SheetSubmitted
from shared.contracts import CONTRACTS, PUBLISHED, OfCampaign
from shared.edge.asgi import carry_out
from shared.edge.asking import Command
from shared.edge.service import Room, Service
from shared.envelope import Envelope, Headers
from shared.execute import Act, Decider
from shared.facts import Fact, FactBook
from shared.vocabulary import Id, Meta, Value
from tests.kit.later import later
from tests.kit.world import Noted

SPEAKING = ("submission", "appraisal")
"""Services in which people may note something; nobody commands the others."""
COMMENTED: tuple[type[Fact], ...] = (SheetSubmitted, VerdictGiven)
COMMENT = "of the later release"
FIELD = "comment"
HEADER = "ce_laterrelease"
AnyDecider = Decider[Any, Any, Any]


class StreamNoted(OfCampaign):
    """Somebody noted something in a stream."""

    type = "StreamNoted.v1"
    on: str


class ToNote(Value):
    on: str


class Done(Value):
    on: str


def release(name: str) -> Service:
    """Service *name* of the later release; this process holds that release from now on, and no other."""
    _reach_contracts()
    service: Service = importlib.import_module(f"services.{name}.main").SERVICE
    noting = _reach_deciders(name)
    if noting is None:
        return service

    def routers(room: Room) -> Sequence[APIRouter]:
        return [*service.routers(room), _routes(name, room, noting)]

    return replace(service, routers=routers)


def _gains(kind: type[Value]) -> None:
    kind.model_fields[FIELD] = FieldInfo(annotation=str | None, default=None)
    kind.model_rebuild(force=True)


def _reach_contracts() -> None:
    """What is said, and how. Done once: whoever is reached again says the same."""
    if StreamNoted.type in CONTRACTS:
        return
    for kind in (*CONTRACTS.values(), *COMMENTED):
        _gains(kind)
    CONTRACTS[StreamNoted.type] = StreamNoted
    for service in SPEAKING:
        PUBLISHED[service] = (*PUBLISHED[service], StreamNoted)
    headers = Envelope.headers

    def with_one_more(message: Envelope) -> Headers:
        return (*headers(message), (HEADER, b"1"))

    Envelope.headers = with_one_more  # type: ignore[method-assign, assignment]


def _reach_deciders(service: str) -> AnyDecider | None:
    """Every decider and every book of *service*, wherever a name stands for it; the decider that is new."""
    package = f"services.{service}."
    new: dict[int, tuple[object, AnyDecider | FactBook[Any]]] = {}  # by what it replaces, which stays
    books: list[FactBook[Any]] = []
    for module in [module for name, module in list(sys.modules.items()) if name.startswith(package)]:
        for name, there in list(vars(module).items()):
            if isinstance(there, Decider | FactBook):
                setattr(module, name, new.setdefault(id(there), (there, _reached(there)))[1])
                books.append(there.book if isinstance(there, Decider) else there)
    if service not in SPEAKING:
        return None
    noting = _noting(books)
    vars(importlib.import_module(f"services.{service}.main"))["NOTING"] = noting  # where the auditor finds it
    return noting


def _reached(there: AnyDecider | FactBook[Any]) -> AnyDecider | FactBook[Any]:
    if isinstance(there, FactBook):
        return replace(there, types=(*there.types, Noted))

    def decide(command: Any, state: Any, meta: Meta) -> Sequence[Fact]:
        facts = there.decide(command, state, meta)
        return [fact.model_copy(update={FIELD: COMMENT}) if isinstance(fact, COMMENTED) else fact for fact in facts]

    def announce(fact: Fact) -> Any:
        said = None if isinstance(fact, Noted) else there.announce(fact)
        return said and said.model_copy(update={FIELD: getattr(fact, FIELD, None)})

    return replace(later(there), decide=decide, announce=announce)


def _noting(books: Sequence[FactBook[Any]]) -> AnyDecider:
    """A note stands in any stream, beside whatever facts there are."""
    types = dict.fromkeys(kind for book in books for kind in book.types)
    upcasters = {name: way for book in books for name, way in book.upcasters.items()}

    def announce(fact: Fact) -> StreamNoted | None:
        return StreamNoted(campaign=fact.on.partition("/")[0], on=fact.on) if isinstance(fact, Noted) else None

    return Decider(
        initial=None,
        book=FactBook((*types, Noted), upcasters),
        streams=lambda on: [on],
        decide=lambda on, _state, _meta: [Noted(on=on)],
        evolve=lambda state, _fact: state,
        announce=announce,
    )


def _routes(service: str, room: Room, noting: AnyDecider) -> APIRouter:
    route = APIRouter(prefix=f"/{service}/v1/agencies/{{agency}}/campaigns/{{campaign}}", tags=["note"])

    @route.post("/notes", status_code=201)
    async def note(campaign: Id, body: ToNote, ask: Command, request: Request, response: Response) -> Done:
        ask.caller.must_be("operator")
        on = f"{campaign}/{body.on}"
        await carry_out(ask, Act(on, noting), log=room.own_log, request=request, response=response)
        return Done(on=on)

    return route


def main(what: str, *arguments: str) -> None:
    """Be that process."""
    if what != "ictindex":
        importlib.import_module("shared.edge.service").run(release(what))
        return
    for service in ("submission", "appraisal", "scoring", "reporting"):
        release(service)
    sys.argv = [what, *arguments]
    importlib.import_module("deploy.cli.main").main()


if __name__ == "__main__":
    main(*sys.argv[1:])

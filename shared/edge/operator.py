"""What an operator does about the bus, in every service: see what is stopped, retry, skip, have it said again."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from shared.contracts import PUBLISHED, RewindRequested
from shared.edge.asgi import carry_out
from shared.edge.asking import Command, Question
from shared.edge.bus import Bus
from shared.edge.readers import Relay
from shared.edge.rewinding import REWINDING, OrderRewind
from shared.edge.sentences import SENTENCES
from shared.edge.stops import Resume, Retry, Skip
from shared.execute import Act
from shared.vocabulary import ClosedText, Id, Text, Value


class Stopped(Value):
    """One publisher that waits for an operator; when it stops at the same message again, *version* is a later one."""

    publisher: Id
    version: int
    message: str
    sequence: int
    chain: str
    code: str
    title: str


class Stops(Value):
    """All that is stopped for an agency at one service."""

    stops: tuple[Stopped, ...]


class Reason(Value):
    """Why an operator does it; kept as closed text."""

    reason: Annotated[Text, Field(min_length=3)]


class Rewind(Reason):
    """From which announcement on, and why."""

    sequence: Annotated[int, Field(ge=0)] = 0


def routes(service: str, bus: Bus, relay: Relay | None) -> APIRouter:
    """The routes of *service*; without a relay there is nothing to say again."""
    router = APIRouter(prefix=f"/{service}/v1/agencies/{{agency}}", tags=["operator"])
    publishers = [name for name, contracts in PUBLISHED.items() if contracts and name != service]

    @router.get("/stops", summary="Nguồn đang bị dừng · What is stopped")
    async def list_stops(agency: Id, ask: Question) -> Stops:
        ask.caller.must_be("operator", "auditor")
        gates = [await bus.answers.gate(agency, publisher) for publisher in publishers]
        found = []
        for gate in gates:
            if gate.stop:
                title = SENTENCES.get(gate.stop.code, (gate.stop.code,) * 2)[ask.language == "en"]
                found.append(Stopped(**gate.stop.model_dump(), version=gate.version, title=title))
        return Stops(stops=tuple(found))

    @router.post("/stops/{publisher}/retry", status_code=202, summary="Thử lại · Retry the message")
    async def retry(agency: Id, publisher: Id, ask: Command, response: Response) -> None:
        await resume(agency, Retry(publisher), ask, response)

    @router.post("/stops/{publisher}/skip", status_code=202, summary="Bỏ qua · Go on without the message")
    async def skip(agency: Id, publisher: Id, body: Reason, ask: Command, response: Response) -> None:
        closed = ask.close(body.reason)
        await resume(agency, Skip(publisher, closed.closed), ask, response, closed)

    async def resume(agency: str, command: Resume, ask: Command, response: Response, *texts: ClosedText) -> None:
        ask.caller.must_be("operator")
        answer = await bus.inbox.resume(agency, command, ask.meta, ask.once, texts)
        if answer.position:
            response.headers["ict-position"] = f"{service}/{agency}@{answer.position};sequence=0"

    if relay is not None:

        @router.post("/rewind", status_code=202, summary="Phát lại · Say again")
        async def rewind(agency: Id, body: Rewind, ask: Command, request: Request, response: Response) -> None:
            ask.caller.must_be("operator")
            reason = ask.close(body.reason)
            act = Act(OrderRewind(body.sequence, reason.closed), REWINDING)
            await carry_out(ask, act, log=relay.log, request=request, response=response, texts=[reason])
            wanted = RewindRequested(publisher=service, agency=agency, sequence=body.sequence)
            relay.rewind(wanted, insist=True)
            await bus.ask(wanted)  # the relay may be held by another process

    return router

"""What an integrator has to know of every route and no signature says: the token, the headers, how a refusal looks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from shared.vocabulary import Json

SCHEME = "token"
PROBLEM_TYPE = "application/problem+json"
PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `type` is `urn:ictindex:<code>`, and codes do not change; `title` is for people.",
    "required": ["type", "title", "status", "facts"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "facts": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
"""Source: ``shared.edge.asgi.problem``; tests/contract/test_openapi.py holds one against the other."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The dependencies that tell what a route is."""

    question: Callable[..., Any]
    command: Callable[..., Any]
    edits: Sequence[Callable[..., Any]]
    anybody: Callable[..., Any]


def _header(name: str, description: str, *, required: bool = False, **schema: str) -> Json:
    said = {"name": name, "in": "header", "required": required, "description": description}
    return {**said, "schema": {"type": "string", **schema}}


KEY = _header("Idempotency-Key", "Chosen by the caller; the same request again is answered as before.", required=True)
AT = _header("ICT-Effective-At", "In retrospective campaigns: when it was done.", format="date-time")
AFTER = _header("ICT-After", "Positions as `ICT-Position` says them, by commas: the answer waits until they are known.")
POSITION: Json = {
    "description": "Where the change shows: `<service>/<agency>@<position>;sequence=<announcement>`. For `ICT-After`.",
    "schema": {"type": "string"},
}


def describe(openapi: Json, routes: Sequence[BaseRoute], kinds: Kinds) -> None:
    """Complete the document that the signatures gave. Doing so again changes nothing."""
    components = openapi.setdefault("components", {})
    components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for route in iter_route_contexts(routes):
        for method in route.methods or ():
            operation = openapi["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                calls = {each.call for each in route.dependant.dependencies}
                says_nothing = route.endpoint is not None and route.endpoint.__annotations__.get("return", ...) is None
                _describe(operation, calls, kinds, says_nothing=says_nothing)


def _describe(operation: Json, calls: set[object], kinds: Kinds, *, says_nothing: bool) -> None:
    changes, edits = kinds.command in calls, not calls.isdisjoint(kinds.edits)
    closed = changes or edits or kinds.question in calls
    if closed:
        operation["security"] = [{SCHEME: []}]
    headers = [KEY] if changes or edits else []
    headers += [AT] if changes else []
    if closed or kinds.anybody in calls:
        headers.append(AFTER)
    parameters = operation.get("parameters", [])
    there = {each["name"] for each in parameters}
    operation["parameters"] = [*parameters, *(each for each in headers if each["name"] not in there)]
    answers = operation["responses"]
    answers.pop("422", None)
    answers["default"] = _refusal()
    for status, answer in answers.items():
        if status.startswith("2"):
            _complete(answer, changes=changes, says_nothing=says_nothing)


def _complete(answer: Json, *, changes: bool, says_nothing: bool) -> None:
    if changes:
        answer.setdefault("headers", {})["ICT-Position"] = POSITION
    if says_nothing and "content" in answer:
        answer["content"]["application/json"]["schema"] = {"type": "null"}


def _refusal() -> Json:
    content: Mapping[str, Json] = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": "Refused; `status` says how.", "content": content}

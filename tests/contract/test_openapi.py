"""What the document of each service tells somebody who writes a program against it."""

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from shared.edge.asking import command, edit, piece, question
from shared.edge.openapi import PROBLEM, PROBLEM_TYPE, SCHEME
from shared.edge.service import Service, app_of, wired
from shared.edge.settings import Settings
from shared.vocabulary import Json
from tests.kit.house import SERVICES
from tests.kit.world import tokens

READING = {("post", "/previews")}
"""A question that is too long for an address; nothing is written."""
IN_NO_LOG = {
    ("put", "/sheets/{unit}/draft/{criterion}"),
    ("delete", "/sheets/{unit}/draft/{criterion}"),
    ("post", "/sheets/{unit}/files"),
    ("patch", "/sheets/{unit}/files/{sha256}/upload"),
}
"""Drafts and uploads are rows: there is no position where they show."""


@pytest.fixture(scope="module", params=SERVICES, ids=lambda service: str(service.name))
async def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    """As a process serves it; nothing is reached, so there need be neither database nor broker."""
    service: Service = request.param
    place = tmp_path_factory.mktemp(service.name)
    settings = Settings(
        database_url=f"postgresql://{service.name}@127.0.0.1:9/none",
        kafka="127.0.0.1:9",
        jwks_file=place / "jwks.json",
        evidence_dir=place,
    )
    async with wired(service, settings) as process:
        yield app_of(process, tokens(place))


@pytest.fixture(scope="module")
async def document(app: FastAPI) -> Json:
    """As it is served, to everybody."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://ict") as client:
        first, again = [await client.get(f"/{app.title}/v1/openapi.json") for _ in range(2)]
        assert first.status_code == 200
        assert again.content == first.content
        return dict(first.json())


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def required(operation: Json) -> dict[str, bool]:
    headers = [each for each in operation.get("parameters", ()) if each["in"] == "header"]
    assert len({each["name"].lower() for each in headers}) == len(headers)
    return {each["name"]: each["required"] for each in headers}


def test_every_route_says_what_its_dependencies_demand(app: FastAPI, document: Json) -> None:
    looked = 0
    for route in iter_route_contexts(app.routes):
        calls = {each.call for each in route.dependant.dependencies} if hasattr(route, "dependant") else set()
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is None:
                continue
            headers = required(operation)
            changes, keyed = command in calls, bool(calls & {command, edit, piece})
            closed = keyed or question in calls
            assert headers.get("Idempotency-Key") == (True if keyed else None), route.path
            assert headers.get("ICT-Effective-At") == (False if changes else None), route.path
            assert headers["ICT-After"] is False
            assert operation.get("security") == ([{SCHEME: []}] if closed else None), route.path
            looked += 1
    assert looked == len(list(operations(document)))
    assert document["components"]["securitySchemes"][SCHEME]["scheme"] == "bearer"


def test_every_change_needs_a_key_and_says_where_it_shows(document: Json) -> None:
    for method, path, operation in operations(document):
        if method in ("get", "head"):
            continue
        place = (method, path.partition("/campaigns/{campaign}")[2])
        if place in READING:
            assert "Idempotency-Key" not in required(operation), place
            continue
        assert required(operation)["Idempotency-Key"], (method, path)
        if place in IN_NO_LOG:
            continue
        done = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        assert all("ICT-Position" in answer["headers"] for answer in done), (method, path)


def test_only_published_results_are_open(document: Json) -> None:
    opened = {path for _, path, operation in operations(document) if "security" not in operation}
    prefix = "/reporting/v1/agencies/{agency}/campaigns/{campaign}"
    assert opened <= {f"{prefix}/results", f"{prefix}/units/{{unit}}"}


def test_every_route_answers_with_a_schema_and_refuses_with_a_problem(document: Json) -> None:
    for method, path, operation in operations(document):
        answers = operation["responses"]
        assert answers["default"]["content"][PROBLEM_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert "422" not in answers, (method, path)
        good = {status: answer for status, answer in answers.items() if status.startswith("2")}
        assert good, (method, path)
        for status, answer in good.items():
            if status != "204" and method != "head":
                assert all(said_more(content["schema"]) for content in answer["content"].values()), (method, path)
                assert answer["content"], (method, path)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def said_more(schema: Json) -> bool:
    """More than that it is JSON."""
    return bool(schema) and (schema.get("type") != "object" or "properties" in schema)


def test_nothing_is_named_that_is_not_there(document: Json) -> None:
    """Every ``$ref`` leads to a schema."""

    def names(value: object) -> Iterator[str]:
        match value:
            case {"$ref": str(name)}:
                yield name
            case dict():
                for each in value.values():
                    yield from names(each)
            case list():
                for each in value:
                    yield from names(each)
            case _:
                pass

    there = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(names(document)) <= there


async def test_a_refusal_looks_as_the_document_says(app: FastAPI) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://ict") as client:
        answer = await client.post(f"/{app.title}/v1/agencies/bnv/stops/submission/retry")
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith(PROBLEM_TYPE)
    assert sorted(answer.json()) == sorted(PROBLEM["properties"]) == sorted(PROBLEM["required"])

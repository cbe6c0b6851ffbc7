"""What was written once is read for ever: the stored bytes of every contract and fact, and the value they mean."""

import importlib
import json
import pkgutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import services
import shared
from shared import campaign, contracts, standing, vocabulary
from shared.contracts import CONTRACTS, Contract, OfCampaign, RewindRequested
from shared.eventlog import Announcement, Record
from shared.execute import Decider
from shared.facts import Fact, FactBook
from shared.vocabulary import ClosedText, Value, canonical
from tests.contract.goldens import GOLDENS, PLACE, Said, text, written

NEVER_STORED = {Value, Contract, OfCampaign, ClosedText}  # bases, and a text that stands beside the log
MODULES = [
    importlib.import_module(module.name)
    for package in (services, shared)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".migrations" not in module.name and not module.name.endswith("__main__")
]
golden = pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)


def kinds(base: type[Value]) -> Iterator[type[Value]]:
    for kind in base.__subclasses__():
        yield from kinds(kind)
        if "type" in vars(kind) and kind.__module__.startswith(("services.", "shared.")):
            yield kind


def owner(kind: type[Value]) -> str:
    """In whose logs it lies; the kernel's facts lie in everybody's."""
    room, service, *_ = kind.__module__.split(".")
    return service if room == "services" else "kernel"


def books(log: str) -> list[FactBook[Any]]:
    """Every book that reads the logs of a service."""
    found = [each for module in MODULES for each in vars(module).values() if isinstance(each, Decider | FactBook)]
    mine = [each.book if isinstance(each, Decider) else each for each in found]
    return [book for book in mine if all(owner(fact) in {"kernel", log} for fact in book.types)]


def meanings(path: Path, stored: Mapping[str, Any]) -> list[Said | Fact]:
    """What *stored* means to each of its readers."""
    value = GOLDENS[path]
    match value:
        case RewindRequested():
            return [RewindRequested.model_validate(stored)]
        case Contract():
            said = Announcement.model_validate(stored["announcement"])
            return [CONTRACTS[said.type].model_validate(said.data)]
        case _:
            name, data = stored["type"], Record.model_validate(stored["record"]).data
            readers = [*books(owner(type(value))), FactBook((type(value),))]
            return [
                book.read(name, data)
                for book in readers
                if name in book.upcasters or name in {fact.type for fact in book.types}
            ]


def grown(value: object, stored: Any) -> Any:
    """*stored* as a later release may write it: every object that *value* knows has a field more."""
    if isinstance(value, BaseModel):
        known = {name: grown(getattr(value, name), each) for name, each in stored.items()}
        return {**known, "field_of_a_later_release": {"x": 1}}
    if isinstance(value, Mapping):
        return {name: grown(value[name], each) for name, each in stored.items()}
    if isinstance(value, tuple):
        return [grown(one, each) for one, each in zip(value, stored, strict=True)]
    return stored


def parts(value: object) -> Iterator[Value]:
    """*value* and everything in it, at any depth."""
    if isinstance(value, Value):
        yield value
        for name in type(value).model_fields:
            yield from parts(getattr(value, name))
    elif isinstance(value, Mapping | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from parts(each)


@golden
def test_what_is_stored_means_what_it_meant(path: Path) -> None:
    found = meanings(path, json.loads(path.read_bytes()))
    assert found
    assert all(each == GOLDENS[path] for each in found)


@golden
def test_what_a_later_release_adds_is_passed_over(path: Path) -> None:
    value, stored = GOLDENS[path], json.loads(path.read_bytes())
    match value:
        case RewindRequested():
            stored = grown(value, stored)
        case Contract():
            stored["announcement"] = {**stored["announcement"], "data": grown(value, stored["announcement"]["data"])}
        case _:
            record = stored["record"]
            stored["record"] = {**record, "data": grown(value, record["data"]), "field_of_a_later_release": 1}
    assert all(each == value for each in meanings(path, stored))


@golden
def test_what_is_written_today_has_the_bytes_of_the_golden(path: Path) -> None:
    value = GOLDENS[path]
    of_an_older_version = not isinstance(value, RewindRequested) and value.type not in path.stem
    if not of_an_older_version:
        assert canonical(written(value)) == canonical(json.loads(path.read_bytes()))
        assert text(written(value)) == path.read_text(), "indented, sorted, nothing else"


def test_every_contract_and_every_fact_has_a_golden() -> None:
    stored = [json.loads(path.read_bytes()) for path in GOLDENS]
    assert set(PLACE.glob("*/*.json")) == set(GOLDENS)
    assert {each["announcement"]["type"] for each in stored if "announcement" in each} == set(CONTRACTS)
    assert {type(value) for value in GOLDENS.values()} >= {*kinds(Fact), *kinds(Contract)}
    assert {fact for log in contracts.SERVICES for book in books(log) for fact in book.types} <= {*kinds(Fact)}


def test_every_field_of_every_value_is_filled_in_some_golden() -> None:
    modules = {module.__name__ for module in (vocabulary, campaign, standing, contracts)}
    fields: dict[type[Value], set[str]] = defaultdict(set)
    for value in GOLDENS.values():
        for part in parts(value):
            shown = {name for name in type(part).model_fields if getattr(part, name) not in (None, (), {}, "")}
            fields[type(part)] |= shown
    known = {each for module in MODULES for each in vars(module).values() if isinstance(each, type)}
    values = {each for each in known if issubclass(each, Value) and each.__module__ in modules} - NEVER_STORED
    assert values - set(fields) == set()
    assert {
        kind: set(kind.model_fields) - shown for kind, shown in fields.items() if set(kind.model_fields) - shown
    } == {}

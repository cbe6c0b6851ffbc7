"""What each service says about its facts, and does about messages, asked of its own deciders and consumers."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from services.appraisal.main import CONSUMERS as APPRAISAL
from services.scoring.main import CONSUMERS as SCORING
from services.submission.main import CONSUMERS as SUBMISSION
from shared.audit.deeds import Consumers
from shared.contracts import Contract
from shared.edge import stops
from shared.edge.restoring import RESTORING
from shared.edge.rewinding import RewindOrdered
from shared.eventlog import Row
from shared.execute import Decider, RequestAnswered
from shared.facts import Fact, LogNewer

CONSUMERS: Mapping[str, Consumers] = {"submission": SUBMISSION, "appraisal": APPRAISAL, "scoring": SCORING}
"""What messages lead to, in every service with a log."""
LISTENERS = frozenset({"scoring"})
"""Services that nobody commands."""
SILENT = {
    RequestAnswered.type,
    RewindOrdered.type,
    *(
        fact.type
        for fact in vars(stops).values()
        if isinstance(fact, type) and issubclass(fact, Fact) and hasattr(fact, "type")
    ),
}
"""Facts of the kernel, which no service announces."""


def announce(service: str, row: Row) -> Contract | None:
    """What *service* says about the fact in *row*: its deciders know, and all but the fact's own say nothing.

    Raises:
        LogNewer: No decider of the service knows it.
        FactUnreadable: It is not what its name promises.
    """
    if row.type in SILENT:
        return None
    readers = _readers(service).get(row.type)
    if readers is None:
        raise LogNewer(type=row.type, row=f"{row.agency}@{row.position}")
    data = row.content().data
    said = (decider.announce(decider.book.of(row, data)) for decider in readers)
    return next((each for each in said if each is not None), None)


@cache
def _readers(service: str) -> dict[str, list[Decider[Any, Any, Any]]]:
    """Deciders by the names of the facts they read."""
    readers: dict[str, list[Decider[Any, Any, Any]]] = {}
    for decider in _deciders(service):
        for name in {*(fact.type for fact in decider.book.types), *decider.book.upcasters}:
            readers.setdefault(name, []).append(decider)
    return readers


def _deciders(service: str) -> Iterator[Decider[Any, Any, Any]]:
    """Every decider of the service: those in its things' ``domain`` modules, and those it shares with the others."""
    package = importlib.import_module(f"services.{service}")
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if found.name.endswith((".domain", ".main")):
            yield from (
                each for each in vars(importlib.import_module(found.name)).values() if isinstance(each, Decider)
            )
    yield importlib.import_module("shared.opening").HEARD
    yield RESTORING

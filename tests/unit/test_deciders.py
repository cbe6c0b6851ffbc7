"""What holds for every decider: it folds whatever it reads, and says no more than its service may.

The auditor asks each decider about every fact it reads, also about those that others write (`deploy.auditor.spoken`).
"""

import importlib
import pkgutil
from typing import Any

import pytest

import services
from deploy.auditor.spoken import announce
from shared.contracts import OF_LOGS, PUBLISHED
from shared.edge.memory_log import MemoryLog
from shared.eventlog import Append
from shared.execute import Decider, entry
from shared.facts import Fact
from tests.contract.goldens.happened import HAPPENED
from tests.kit.world import AGENCY, META, clock

DOMAINS = [
    module.name for module in pkgutil.walk_packages(services.__path__, "services.") if module.name.endswith(".domain")
]
DECIDERS = {
    f"{domain.removesuffix('.domain')}.{name}": (domain.split(".")[1], decider)
    for domain in DOMAINS
    for name, decider in vars(importlib.import_module(domain)).items()
    if isinstance(decider, Decider)
}


def read_by(decider: Decider[Any, Any, Any]) -> list[Fact]:
    """A sample of every fact that *decider* reads, all of one campaign and unit."""
    return [fact for fact in HAPPENED.values() if type(fact) in decider.book.types]


@pytest.mark.parametrize("decider", [decider for _, decider in DECIDERS.values()], ids=DECIDERS)
def test_it_folds_every_fact_it_reads_in_any_order_between_streams(decider: Any) -> None:
    facts = read_by(decider)
    assert {type(fact) for fact in facts} == set(decider.book.types)
    streams = sorted({fact.stream for fact in facts})
    ordered = [fact for stream in streams for fact in facts if fact.stream == stream]
    turned = [fact for stream in reversed(streams) for fact in facts if fact.stream == stream]
    assert decider.fold(ordered) == decider.fold(turned)


@pytest.mark.parametrize(("service", "decider"), DECIDERS.values(), ids=DECIDERS)
def test_it_says_only_what_its_service_publishes(service: str, decider: Any) -> None:
    for fact in read_by(decider):
        said = decider.announce(fact)
        assert said is None or type(said) in PUBLISHED[service]


@pytest.mark.parametrize("service", ["submission", "appraisal", "scoring"])
async def test_a_service_says_everything_it_publishes_and_nothing_twice(service: str) -> None:
    log = MemoryLog(clock)
    told = []
    for name, fact in HAPPENED.items():
        if name.startswith((service, "kernel")):
            [row] = await log.append(Append(AGENCY, entries=(entry(fact, META),)))
            told.append(announce(service, row))
    assert {type(said) for said in told if said} == {*PUBLISHED[service], *OF_LOGS}

"""The broker and its topics: whether each is there as it was declared, and no other that is called like ours."""

from collections.abc import AsyncIterator, Iterator, Mapping

from deploy.doctor.findings import Finding
from shared.edge.kafka_client import BrokerUnavailable
from shared.edge.kafka_login import Login
from shared.edge.topics import Held, Topic, held_topics, topics

SECONDS = 5


async def examine_topics(bootstrap: str, login: Login | None) -> AsyncIterator[Finding]:
    """A line for each thing that is not as declared; one for all where nothing is."""
    try:
        held = await held_topics(bootstrap, SECONDS, login=login)
    except BrokerUnavailable as lost:
        reason = str(lost.__cause__) or type(lost.__cause__).__name__
        yield Finding("broker", well=False, facts={"broker": bootstrap, "reason": reason})
        return
    ill = list(_deviations(topics(), held))
    for finding in ill or [Finding("topics", well=True, facts={"count": len(held), "broker": bootstrap})]:
        yield finding


def _deviations(declared: tuple[Topic, ...], held: Mapping[str, Held]) -> Iterator[Finding]:
    for each in declared:
        if each.name not in held:
            yield Finding("topic_missing", well=False, facts={"topic": each.name})
            continue
        found = held[each.name]
        if found.partitions < each.partitions:  # more were given by somebody who needs them
            yield _deviation(each.name, "partitions", found.partitions, each.partitions)
        for setting, wanted in each.settings.items():
            if found.settings.get(setting) != wanted:
                yield _deviation(each.name, setting, found.settings.get(setting, "–"), wanted)
    for name in sorted(held.keys() - {each.name for each in declared}):
        yield Finding("topic_foreign", well=False, facts={"topic": name})


def _deviation(topic: str, setting: str, found: object, wanted: object) -> Finding:
    facts = {"topic": topic, "setting": setting, "found": found, "wanted": wanted}
    return Finding("topic", well=False, facts=facts)

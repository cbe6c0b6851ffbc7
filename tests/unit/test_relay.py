"""For whom a relay does not speak, whatever else lies in the partition."""

from collections.abc import Sequence
from typing import Any, cast

from shared.contracts import RewindRequested
from shared.edge.readers import Relay
from shared.edge.wire import Said
from shared.envelope import Envelope
from tests.kit.bus import Publisher, sheet


class Line:
    """One partition, looked at from behind what was said in it last."""

    def __init__(self, topic: Sequence[Envelope], last: Sequence[Said]) -> None:
        self._topic, self._last = topic, last

    async def newer(self) -> dict[str, Envelope]:
        since = max((said.offset + 1 for said in self._last), default=0)
        return {message.agency: message for message in self._topic[since:]}


async def test_a_restored_log_stays_refused_after_another_agency_spoke_until_an_operator_insists() -> None:
    before, restored = Publisher("submission"), Publisher("submission")
    lost = await before.say(sheet("a", "9.00"), agency="a-agency")  # then its log was restored to before it
    other = await restored.say(sheet("b", "1.00"), agency="b-agency")
    relay = Relay("submission", restored.log, cast("Any", None), "", "")
    for topic, last in (([lost], []), ([lost, other], [Said(0, 1, other.chain)])):
        await relay._compare(cast("Any", Line(topic, last)))  # noqa: SLF001 - its loop needs a broker
        assert relay.refused == {"a-agency"}
    relay.rewind(RewindRequested(publisher="submission", agency="a-agency", sequence=0), insist=True)
    await relay._compare(cast("Any", Line([lost, other], [])))  # noqa: SLF001
    assert relay.refused == set()

"""docs/asyncapi.json is what the contracts say, and what is said fits it."""

import json
from pathlib import Path

from shared.contracts import OF_LOGS, PUBLISHED
from shared.edge.asyncapi import document
from shared.vocabulary import ClosedText
from tests.kit.asyncapi import finds, wrong_with
from tests.kit.bus import Publisher, sheet, verdict

COMMITTED = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def test_the_committed_document_is_the_present_one() -> None:
    assert json.loads(COMMITTED.read_text()) == document(), "write it anew: ictindex asyncapi > docs/asyncapi.json"


def test_every_contract_is_on_the_channel_of_its_publisher() -> None:
    channels = document()["channels"]
    for publisher, contracts in PUBLISHED.items():
        said = set(channels[publisher]["messages"]) if contracts else set()
        assert said == {contract.type for contract in (*contracts, *OF_LOGS) if contracts}


async def test_what_is_said_fits_and_what_does_not_is_found() -> None:
    appraisal, reason = Publisher("appraisal"), ClosedText(salt="0" * 32, text="thiếu minh chứng")
    said = await appraisal.say(verdict("a", "i", "1", reason=reason), texts=[reason])
    assert wrong_with(said) == []
    assert wrong_with(await Publisher("submission").say(sheet("a", "1"))) == []
    assert wrong_with(said.model_copy(update={"body": b'{"campaign": "2020"}'}))
    assert finds("Headers", {"ce_id": "x"})

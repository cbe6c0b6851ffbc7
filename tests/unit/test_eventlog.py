"""What holds for every log, whoever keeps it: what it refuses before it is asked, and how it is checked afterwards."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.contracts import SubmissionReceived
from shared.edge.memory_log import MemoryLog
from shared.eventlog import MAX_MESSAGE_BYTES, AnnouncementTooLarge, Append, ChainBroken, verify
from shared.vocabulary import ClosedText, GivenPoints
from tests.kit.world import clock, noted


async def test_a_whole_log_is_checked_to_its_head_and_to_the_first_row_that_does_not_fit() -> None:
    log = MemoryLog(clock)
    rows = list(await log.append(Append("bnv", {"s": 0}, (noted("s"), noted("s"), noted("s")))))
    assert verify(rows) == await log.head("bnv")
    rows[1] = replace(rows[1], chain=rows[2].chain)
    with pytest.raises(ChainBroken) as broken:
        verify(rows)
    assert broken.value.facts["position"] == 2


def _told(*texts: ClosedText) -> SubmissionReceived:
    word = GivenPoints(points=Decimal("1.00"))
    lines = {f"c{number}": {"word": word, "explanation": text.closed} for number, text in enumerate(texts)}
    return SubmissionReceived.model_validate(
        {"campaign": "2020", "unit": "a", "version": 1, "lines": lines, "certified": "0" * 64}
    )


def test_a_message_that_would_block_the_relay_is_refused_with_its_closed_texts() -> None:
    texts = [ClosedText(salt=f"{number:032}", text="x" * 7_999) for number in range(MAX_MESSAGE_BYTES // 8_000 + 1)]
    named = [_told(text) for text in texts]
    Append("bnv", {"s": 0}, (noted("s", named[0]),), texts=tuple(texts[:10]))
    Append("bnv", {"s": 0}, (noted("s"),), texts=tuple(texts))
    Append("bnv", {"s": 0}, tuple(noted("s", each) for each in named), texts=tuple(texts))  # each in its own message
    with pytest.raises(AnnouncementTooLarge):
        Append("bnv", {"s": 0}, (noted("s", _told(*texts)),), texts=tuple(texts))

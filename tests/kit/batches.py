"""Kafka's log files, as far as they tell who wrote a batch.

Source: Apache Kafka documentation, "Record Batch".
"""

import struct
from collections.abc import Sequence

BATCH = struct.Struct(">qi 31x q")  # first offset, how many bytes follow; the producer's id
BATCH_START = 12  # bytes that are not among those that follow


def producers_of(kept: bytes) -> Sequence[int]:
    """The producer's id of each batch; -1 for one that asked for none."""
    found, at = [], 0
    while at < len(kept):
        _, length, producer = BATCH.unpack_from(kept, at)
        found.append(producer)
        at += BATCH_START + length
    return found

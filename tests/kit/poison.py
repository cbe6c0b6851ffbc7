"""What nobody should write into a topic, byte by byte."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

from shared.edge.topics import topic
from shared.envelope import Envelope

HUGE = 16 * 1024 * 1024
NO_CODEC, ZSTD = 0, 4
LENGTH_AT, CRC_AT, ATTRIBUTES_AT, RECORDS_AT = 8, 17, 21, 61  # in a batch of records, format 2
Headers = Sequence[tuple[str, bytes | None]]
Damage = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Raw:
    """One record as it shall lie in the topic.

    Attributes:
        damage: What is done to the bytes of its batch.
    """

    body: bytes | None
    key: bytes | None
    headers: Headers
    damage: Damage | None = None

    def but(self, name: str, value: bytes | None) -> "Raw":
        """With another value under *name*."""
        return replace(self, headers=[(each, value if each == name else old) for each, old in self.headers])

    def without(self, name: str) -> "Raw":
        return replace(self, headers=[each for each in self.headers if each[0] != name])

    def twice(self, name: str) -> "Raw":
        return replace(self, headers=[*self.headers, *(each for each in self.headers if each[0] == name)])


def raw(message: Envelope) -> Raw:
    """As its publisher says it."""
    return Raw(message.body, message.agency.encode(), list(message.headers()))


async def write(bootstrap: str, publisher: str, record: Raw) -> None:
    """Into the first part of the topic of *publisher*."""
    name = topic(publisher)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=HUGE) as producer:
        if record.damage is None:
            await producer.send_and_wait(name, record.body, record.key, partition=0, headers=record.headers)
            return
        batch = DamagedBatch(record.damage)
        batch.append(timestamp=None, key=record.key, value=record.body, headers=record.headers)
        await (await producer.send_batch(batch, name, partition=0))


class DamagedBatch(BatchBuilder):  # type: ignore[misc] # the library has no types
    """A batch whose bytes are not those the library would write."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(HUGE, NO_CODEC)
        self._damage = damage

    def _build(self) -> bytes:
        return _sealed(self._damage(bytes(super()._build())))


def _sealed(batch: bytes) -> bytes:
    """With the length and the checksum it now has: a broker takes no other."""
    crc = calc_crc32c(batch[ATTRIBUTES_AT:])
    parts = batch[:LENGTH_AT], struct.pack(">i", len(batch) - LENGTH_AT - 4), batch[LENGTH_AT + 4 : CRC_AT]
    return b"".join((*parts, struct.pack(">I", crc), batch[ATTRIBUTES_AT:]))


def misnamed(batch: bytes) -> bytes:
    """The name of a header is not UTF-8."""
    return batch.replace(b"ce_type", b"ce_\xff\xfe\xfd\xfc")


def zstd(batch: bytes) -> bytes:
    """Compressed as Kafka allows, and as no library here can read: one frame (RFC 8878) of one block, stored."""
    records = batch[RECORDS_AT:]
    size, block = struct.pack("<I", len(records)), struct.pack("<I", len(records) << 3 | 1)[:3]
    attributes = struct.pack(">h", ZSTD)
    head = batch[:ATTRIBUTES_AT] + attributes + batch[ATTRIBUTES_AT + 2 : RECORDS_AT]
    return head + b"\x28\xb5\x2f\xfd\xa0" + size + block + records

"""How measured times are summed up and printed."""

from collections.abc import Sequence
from dataclasses import dataclass


def at(share: float, times: Sequence[float]) -> float:
    """The time that *share* of all did not exceed."""
    ordered = sorted(times)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


@dataclass(frozen=True)
class Sample:
    """Times of one kind of thing, in seconds."""

    name: str
    times: Sequence[float]

    def __str__(self) -> str:
        return f"{self.name}: n={len(self.times)} p50 {ms(at(0.5, self.times))} p99 {ms(at(0.99, self.times))}"


def ratio(ours: Sequence[float], limit: Sequence[float], share: float) -> float:
    """How many times the limit we take, at that share."""
    return at(share, ours) / at(share, limit)


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - that is what it is for

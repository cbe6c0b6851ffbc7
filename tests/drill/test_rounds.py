"""Rounds of mishaps on real processes under several campaigns, each of which follows from its seed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random  # noqa: TID251 - a round is its seed

import pytest

from tests.kit.house import in_order
from tests.kit.kills import killing
from tests.kit.mishaps import drawn, drilled, told
from tests.kit.small_years import renamed, small_years

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]
YEARS = (*small_years(), *(renamed(script, "beside") for script in small_years()))


@contextmanager
def repeatable(seed: int, broker: str) -> Iterator[None]:
    """Whatever goes wrong says how to see it again."""
    try:
        yield
    except BaseException as wrong:
        wrong.add_note(f"again: make drill SEED={seed} ROUNDS=1 BROKER={broker}")
        raise


async def test_a_round(seed: int, broker_name: str, requests: Sequence[str], say: Callable[[str], None]) -> None:
    """No fact is lost, none is doubled, every caller could act, and each year comes to the run it always comes to."""
    chance = Random(seed)  # noqa: S311 - nothing is secret
    with repeatable(seed, broker_name):
        async with drilled(broker_name, chance) as drill:
            mishaps = drawn(chance, requests, disk=drill.disk is not None)
            for text in told(mishaps, disk=drill.disk is not None):
                say(text)
            async with killing(drill, drill.installation.client, mishaps):
                await drill.play(*YEARS)
            await in_order(drill.installation, *YEARS)
            before = await drill.installation.heads()
            await drill.play(*YEARS)
            assert await drill.installation.heads() == before
            assert drill.answers == []

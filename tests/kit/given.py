"""``given(DECIDER, *facts).when(command).then(*facts)``: a decider's specification in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic

import pytest

from shared.errors import IctIndexError
from shared.execute import C, Decider, F, S
from shared.vocabulary import Meta
from tests.kit.world import META


@dataclass(frozen=True)
class When(Generic[C, S, F]):
    decider: Decider[C, S, F]
    history: tuple[F, ...]
    command: C
    meta: Meta

    def then(self, *expected: F) -> None:
        assert tuple(self.decided()) == expected

    def refused(self, error: type[IctIndexError], **facts: object) -> IctIndexError:
        with pytest.raises(error) as caught:
            self.decided()
        assert caught.type is error
        assert {name: caught.value.facts.get(name) for name in facts} == facts
        return caught.value

    def decided(self) -> Sequence[F]:
        return self.decider.decide(self.command, self.decider.fold(self.history), self.meta)


@dataclass(frozen=True)
class Given(Generic[C, S, F]):
    decider: Decider[C, S, F]
    history: tuple[F, ...]

    def when(self, command: C, at: datetime | None = None, meta: Meta = META) -> When[C, S, F]:
        return When(self.decider, self.history, command, replace(meta, at=at) if at else meta)


def given(decider: Decider[C, S, F], *history: F) -> Given[C, S, F]:
    return Given(decider, history)

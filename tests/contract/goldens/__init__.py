"""Pairs of stored bytes and the value they mean: what was once written is read for ever.

A file holds canonical JSON, only indented. ``python -m tests.contract.goldens --write`` makes the files again from the
values beside them, which is allowed until the first release. After it a file stays: a changed meaning is a new version
with its own file, and the value of the old one is then what its upcasters make of it.
"""

import json
from pathlib import Path
from typing import TypeAlias

from shared.contracts import Contract, RewindRequested
from shared.execute import entry
from shared.facts import Fact
from shared.vocabulary import Json, Meta
from tests.contract.goldens.happened import HAPPENED
from tests.contract.goldens.pieces import AT, CHAIN
from tests.contract.goldens.said import SAID

PLACE = Path(__file__).parent
META = Meta(
    "p-07", AT, "story", f"submission/bnv@12#{CHAIN}", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
)


REWIND = RewindRequested(publisher="appraisal", agency="bnv", sequence=4)
Said: TypeAlias = Contract | RewindRequested


def written(value: Said | Fact) -> Json:
    """What is written of *value* today: a request as it is; a row's announcement; a fact's stream, type and record."""
    if isinstance(value, RewindRequested):
        return value.model_dump(mode="json")
    if isinstance(value, Contract):
        announcement = entry(HAPPENED["kernel.request_answered.v1"], META, value).announcement
        return {"announcement": json.loads(announcement or b"")}
    row = entry(value, META)
    return {"stream": row.stream, "type": row.type, "record": json.loads(row.record)}


def text(document: Json) -> str:
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


GOLDENS: dict[Path, Said | Fact] = {
    PLACE / "contracts" / "RewindRequested.json": REWIND,
    **{PLACE / "contracts" / f"{name}.json": said for name, said in SAID.items()},
    **{PLACE / "facts" / f"{name}.json": fact for name, fact in HAPPENED.items()},
}

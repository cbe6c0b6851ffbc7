"""Which evidence files do the facts name?"""

from collections.abc import Iterator, Mapping

from shared.audit.history import History


def evidence_named(history: History) -> Mapping[str, str]:
    """By SHA-256, the place of the first row that names the file."""
    named: dict[str, str] = {}
    for row in history.rows:
        for sha256 in _files(row.content().data):
            named.setdefault(sha256, history.place(row))
    return named


def _files(value: object) -> Iterator[str]:
    """SHA-256 of every ``shared.campaign.Evidence`` with a file in a fact's JSON, at any depth."""
    match value:
        case {"document": dict(), "sha256": str(sha256)}:
            yield sha256
        case dict():
            for each in value.values():
                yield from _files(each)
        case list():
            for each in value:
                yield from _files(each)
        case _:
            return

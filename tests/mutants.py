"""``mutmut results --all true | python -m tests.mutants``: how many of each file were caught, and which were not.

Ends with 1 where a room has less than it must, of those that were tried, or where none was.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

LEAST = 90  # per cent of a room
ROOMS = ("shared.ruleset", "services.scoring.engine.reference")
CAUGHT = ("killed", "timeout")
"""A mutant that never ends is one that somebody would notice."""
UNTRIED = "not checked"  # nobody asked for it, now or before


def by_file(lines: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """What became of each mutant that was tried, by file and name."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line in lines:
        name, _, status = line.strip().rpartition(": ")
        if status != UNTRIED:
            found[name.rpartition(".")[0]][name] = status
    return found


def within(files: Mapping[str, Mapping[str, str]], room: str) -> list[str]:
    """What became of the mutants of all files of *room*."""
    return [status for name, found in files.items() if name.startswith(f"{room}.") for status in found.values()]


def score(statuses: Iterable[str]) -> int:
    """In hundredths of a per cent."""
    count = Counter(statuses)
    return 10_000 * sum(count[each] for each in CAUGHT) // max(1, count.total())


def told(files: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Each file and each room in a line, then whatever was not caught."""
    for room in filter(lambda room: within(files, room), ROOMS):
        inside = {name: [*found.values()] for name, found in sorted(files.items()) if name.startswith(f"{room}.")}
        inside[f"{room} together"] = within(files, room)
        for name, statuses in inside.items():
            count, per_cent = Counter(statuses), f"{score(statuses) // 100}.{score(statuses) % 100:02} %"
            figures = f"{len(statuses):5} mutants {count['killed']:5} killed {count['timeout']:3} without end"
            yield f"{name:45} {figures} {per_cent:>9}"
    for found in files.values():
        yield from (f"{status}: {name}" for name, status in found.items() if status not in CAUGHT)


if __name__ == "__main__":
    became = by_file(sys.stdin)
    sys.stdout.writelines(f"{line}\n" for line in told(became))
    tried = [statuses for room in ROOMS if (statuses := within(became, room))]
    sys.exit(not tried or any(score(statuses) < 100 * LEAST for statuses in tried))

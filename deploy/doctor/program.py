"""The program itself: its release, its Python, and whether its packages are those that were pinned."""

import platform
import re
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from deploy.doctor.findings import Finding
from deploy.standalone.home import CLONE
from shared.edge.release import RELEASE

PIN = re.compile(r"^([\w.-]+)==([^\s;]+)( *;)?", re.MULTILINE)
"""A package, its version, and whether it is meant for some machines only."""


def installed_pins(prefix: Path = Path(sys.prefix)) -> Sequence[Path]:
    """What was installed from, here: the image keeps it, a clone keeps note of which it was."""
    noted = (CLONE / "requirements" / f"{done.stem}.txt" for done in sorted(prefix.glob("*.done")))
    return [path for path in (prefix / "requirements.txt", *noted) if path.exists()]


def examine_program(pins: Sequence[Path]) -> Finding:
    """Whether every package is there in a version that one of *pins* names."""
    pinned: dict[str, set[str]] = {}
    needed: set[str] = set()
    for name, number, some_machines in (pin for path in pins for pin in PIN.findall(path.read_text())):
        pinned.setdefault(name, set()).add(number)
        needed |= set() if some_machines else {name}
    found = {name: _version(name) for name in pinned}
    off = [
        f"{name} {found[name] or '–'} ≠ {' | '.join(sorted(pinned[name]))}"
        for name in sorted(pinned)
        if found[name] not in pinned[name] and (found[name] or name in needed)
    ]
    facts = {"release": RELEASE, "python": platform.python_version(), "packages": ", ".join(off)}
    return Finding("program", not off, {**facts, "count": sum(1 for each in found.values() if each)})


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

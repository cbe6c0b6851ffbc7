"""``python -m tests.contract.goldens``: name the golden files that differ; with ``--write``, make them again."""

import sys

from tests.contract.goldens import GOLDENS, PLACE, text, written


def main(write: bool) -> int:
    """Compare, or write; how many files differ."""
    new = {path: text(written(value)) for path, value in GOLDENS.items()}
    old = {path: path.read_text() for path in PLACE.glob("*/*.json")}
    differ = sorted(path for path in new.keys() | old.keys() if new.get(path) != old.get(path))
    for path in differ:
        sys.stdout.write(f"{path.relative_to(PLACE)}\n")
        if write and path in new:
            path.parent.mkdir(exist_ok=True)
            path.write_text(new[path])
        elif write:
            path.unlink()
    return 0 if write else len(differ)


sys.exit(main("--write" in sys.argv[1:]))

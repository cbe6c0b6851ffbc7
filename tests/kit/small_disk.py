"""A disk of a directory's own, which a ballast fills to the last byte; where this user may mount one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEBIBYTES = 512
BALLAST = "ballast"
KIBIBYTE = 1024


class SmallDisk:
    """One that is mounted at *place*."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._ballast = place / BALLAST

    def fill(self) -> None:
        """No room is left, however much is given back meanwhile."""
        with self._ballast.open("wb") as file:
            size = 0
            while free := shutil.disk_usage(self._place).free // KIBIBYTE * KIBIBYTE:
                try:
                    os.posix_fallocate(file.fileno(), size, free)
                except OSError:  # somebody else was quicker
                    continue
                size += free

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(place: Path) -> Iterator[SmallDisk | None]:
    """What lies at *place* lies on it; None where this user may not mount."""
    kept = place.with_name(place.name + ".kept")
    place.rename(kept)
    shutil.copytree(kept, place, ignore=lambda _where, names: names)  # its owner and mode
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={MEBIBYTES}m,mode=700", "tmpfs", str(place))
    if not mounted:
        place.rmdir()
        kept.rename(place)
        yield None
        return
    try:
        _run("cp", "-a", f"{kept}/.", str(place))
        shutil.rmtree(kept)
        yield SmallDisk(place)
    finally:
        _run("umount", "--lazy", str(place))


def _run(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0

"""Inner ports: each run has its own, although seconds pass before anybody listens there."""

import subprocess
import sys
from itertools import islice

from deploy.standalone.ports import FIRST, LAST, free_ports

SEED = 11_717
AROUND = LAST - FIRST
"""So much further the same place is chosen."""
OTHER = f"""
from deploy.standalone.ports import free_ports
print(next(free_ports({SEED})), flush=True)
input()
"""


def test_no_port_is_chosen_by_two_runs_and_one_that_ended_leaves_its_own() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        theirs = int(other.stdout.readline())
        assert theirs not in set(islice(free_ports(SEED), 3))
        other.communicate("\n")
    assert next(free_ports(SEED + AROUND)) == theirs  # as another installation, later


def test_a_run_finds_its_own_ports_again() -> None:
    first = list(islice(free_ports(SEED + 100), 3))
    assert list(islice(free_ports(SEED + 100), 3)) == first
    assert next(free_ports(SEED + 100 + AROUND)) not in first

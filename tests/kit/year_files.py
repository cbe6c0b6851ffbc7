"""The years of ``deploy/agencies``: each file is read once in a test run, for nobody changes what it says."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from deploy.agencies.leaf_file import Detail, read_detail
from deploy.agencies.leaf_year import LeafYear, leaf_year
from deploy.agencies.year_file import Script, read_year
from deploy.cli import demo

AGENCIES = Path(__file__).parents[2] / "deploy" / "agencies"


@cache
def full_year(name: str) -> Script:
    """The year in ``deploy/agencies/<name>.yaml``."""
    return read_year(AGENCIES / f"{name}.yaml")


@cache
def example_years() -> Sequence[Script]:
    """Those that `make run` plays."""
    return demo.years()


@cache
def leaf_detail() -> Detail:
    """What the year 2020 of bnv says at leaf level, and the year that it details."""
    return read_detail(AGENCIES / "bnv" / "leaves-2020.yaml")


@cache
def leaves_2020() -> LeafYear:
    """The year 2020 of bnv, criterion by criterion: the one that `ictindex demo --leaves` plays."""
    return leaf_year(leaf_detail())

"""Every module of the pure rooms is imported here, so that none escapes being measured; documents that tests alter."""

import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shared.edge.yaml_file import read_yaml
from tests.kit.year_files import AGENCIES

ROOT = Path(__file__).parents[2]
MEASURED = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["run"]["include"]

for pattern in MEASURED:
    for path in ROOT.glob(pattern):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


@pytest.fixture
def example() -> Any:
    """The document of a ruleset in which everything is calculated."""
    return read_yaml(AGENCIES / "ubdt" / "ruleset-2020.yaml")


@pytest.fixture
def published() -> Any:
    """The document of a ruleset whose groups are appraised as a whole."""
    return read_yaml(AGENCIES / "bnv" / "ruleset-2020-published.yaml")

"""Documents that tests alter."""

from typing import Any

import pytest

from shared.edge.yaml_file import read_yaml
from tests.kit.year_files import AGENCIES


@pytest.fixture
def example() -> Any:
    """The document of a ruleset in which everything is calculated."""
    return read_yaml(AGENCIES / "ubdt" / "ruleset-2020.yaml")


@pytest.fixture
def published() -> Any:
    """The document of a ruleset whose groups are appraised as a whole."""
    return read_yaml(AGENCIES / "bnv" / "ruleset-2020-published.yaml")

"""A plugin for ``--cov``: measuring doubles the time of whatever runs, so it runs where something can be learnt."""

import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["run"]["include"]


class _Measuring:
    tracer: Any = None


def pytest_load_initial_conftests() -> None:
    """pytest-cov has just begun: import every measured room, so that none escapes; what comes next is not measured."""
    for path in (path for pattern in ROOMS for path in ROOT.glob(pattern)):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    _Measuring.tracer = sys.gettrace()
    sys.settrace(None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Measure the test itself, and nothing that pytest does before and after it."""
    sys.settrace(_Measuring.tracer)
    try:
        return (yield)
    finally:
        sys.settrace(None)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """pytest-cov finds its tracer where it was."""
    sys.settrace(_Measuring.tracer)

"""Every module of the pure rooms is imported here, so that none escapes being measured."""

import importlib
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
MEASURED = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["run"]["include"]

for pattern in MEASURED:
    for path in ROOT.glob(pattern):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))

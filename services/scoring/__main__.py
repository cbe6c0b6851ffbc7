"""``python -m services.scoring``."""

from services.scoring.main import SERVICE
from shared.edge.service import run

run(SERVICE)

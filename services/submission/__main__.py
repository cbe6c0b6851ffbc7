"""``python -m services.submission``."""

from services.submission.main import SERVICE
from shared.edge.service import run

run(SERVICE)

"""``python -m services.appraisal``."""

from services.appraisal.main import SERVICE
from shared.edge.service import run

run(SERVICE)

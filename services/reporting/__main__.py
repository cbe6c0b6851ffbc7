"""``python -m services.reporting``."""

from services.reporting.main import SERVICE
from shared.edge.service import run

if __name__ == "__main__":
    run(SERVICE)

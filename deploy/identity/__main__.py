"""``python -m deploy.identity``."""

from deploy.identity.process import run

run()

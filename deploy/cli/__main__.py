"""``python -m deploy.cli`` is the `ictindex` command."""

from deploy.cli.main import main

main()

"""The `ictindex` command. A module of this room adds one sub-command: `register(app, say)`."""

"""What a server's end does not end: a backup of logs, tables and evidence, and the way back from it."""

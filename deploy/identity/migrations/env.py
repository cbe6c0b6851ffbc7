from shared.edge.migrations import run_env

run_env()

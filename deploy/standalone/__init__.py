"""Everything in one process tree on one machine: PostgreSQL, a Kafka-protocol broker and a proxy from wheels."""

"""Four services; none imports another, Kafka is the only door."""

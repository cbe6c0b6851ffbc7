"""What was published of a campaign; facts only, because scores rest on them and publication rests on scores."""

"""What was done by whom, when and why: append-only events, sealed into a chain by a job."""

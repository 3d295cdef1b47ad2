"""What must be held by whom, from when, for how long, and what evidence amounts to."""

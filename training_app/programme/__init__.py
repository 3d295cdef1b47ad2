"""Who needs training and why; what a person should do next."""

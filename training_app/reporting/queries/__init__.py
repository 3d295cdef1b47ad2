"""Reports and what they count."""

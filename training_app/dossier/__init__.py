"""One human being across all features: same person or two, and what anybody may ask of the data."""

"""Practice that teaches: questions with their reasons, branching disputes, spaced review."""

"""Reports, pure: forms, figures, checks, states."""

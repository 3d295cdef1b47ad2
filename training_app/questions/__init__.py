"""Question kinds: what they hold, how they are shown, answered, marked and drawn. Pure."""

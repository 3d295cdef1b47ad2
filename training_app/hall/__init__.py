"""Hall mode: a class answers a projected question together, and nobody is named."""

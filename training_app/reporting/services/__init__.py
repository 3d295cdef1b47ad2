"""Making reports: counting, changing numbers, deciding, locking."""

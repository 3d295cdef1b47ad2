"""Legal instruments and their articles by date, and how content cites them."""

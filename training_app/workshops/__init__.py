"""Face-to-face classes: what was taught where, by whom, and who was there."""

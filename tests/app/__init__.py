"""The application as a whole."""

"""Trainers write modules in the browser; another person reviews and publishes them."""

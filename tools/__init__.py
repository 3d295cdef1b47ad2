"""Commands for the people who build and look after the application; never imported by it."""

"""The record: lessons read, facts dated twice, and what a person holds from when to when."""

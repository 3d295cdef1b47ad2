"""Benchmarks: each figure is a ratio to the bare minimum measured in the same run."""

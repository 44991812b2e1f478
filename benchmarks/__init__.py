"""Measurements: `python -m benchmarks`, or `make bench`. Always against a floor measured in the same run."""

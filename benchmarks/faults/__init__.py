"""Fault trials: each fault is provoked many times with its protections on, and again with one of them switched off.

`python -m benchmarks.faults` runs them and writes `benchmarks/results/faults.{json,md}`; `tests/faults` runs a few of each.
"""

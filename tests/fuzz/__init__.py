"""Hostile input made by machine: targets, mutations of what they are given, and a command that runs them.

`docs/testing.md` tells how. `run` needs atheris; everything else works without it, and `test_fuzz_finds.py` uses it so.
"""

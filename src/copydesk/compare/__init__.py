"""The difference of two runs: what another version, setting, profile or memory does to the same dumps.

`changes` compares two records of one dump, `pairs` finds the records of one dump in two outputs, and `tally` adds up.
"""

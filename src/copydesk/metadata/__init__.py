"""Readers of facts: each module reads one kind of fact from a line, or says that it is not there.

The labeller asks them what a line is; the article asks them what it says.
"""

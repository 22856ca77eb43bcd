"""Parsers: each module reads one kind of fact from a line, or finds that the line has none.

Only `labelling.line_facts` calls them with a line.
"""

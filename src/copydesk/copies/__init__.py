"""Which records have the same story: exact and near copies, excerpts, and later versions.

`shingles` makes a set of numbers from a story, `pairs` finds records that share some of them, `relations` compares two
such records truly, `clusters` puts them together and chooses the canonical one, and `find` is all of it.  Only the text
of the story counts, so the frame of a page does not matter.  docs/copies.md explains the output.
"""

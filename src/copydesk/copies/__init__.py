"""Which records have the same story: exact and near copies, excerpts, and later versions.

`words` and `shingles` make numbers from a story, `pairs` finds stories that share some of them, `contents` prepares a
story for comparisons, `held` holds that in bounded memory, `relations` compares two such stories truly, `state`
remembers what was read and compared, `find` puts the copies together and chooses the canonical record, and `table`
writes them.  Only the text of the story counts, so the frame of a page does not matter.
docs/copies.md explains the output.
"""

"""What the other pages of a source say about a line of a page.

A site prints the same menus, notices and boxes on each of its pages, and a story on one page only.  `learn` reads raw
dumps without cleaning them, and counts for each source on how many pages each line is.  Copies of one story count as
one page.  `state` stores all that an update by new dumps needs, `frozen` what cleaning reads, and `evidence` says for
each line of a dump what the memory knows about it.  `revision` changes the shares of the labelling model accordingly.

docs/memory.md describes both files.
"""

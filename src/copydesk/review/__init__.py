"""The review desk: a page for a browser on this machine, where people correct records.

`index` makes a database of the records of an output, the doubtful ones first, and `queue` reads it.  `current` gives a
record as the next run would write it, `lines` what the page shows of it.  `choices` are the labels with their keys, and
`decide` makes a decision of what a form says.  `proposal` says what a line would do in the profile of its source.
`export` writes labels for training.  `guard` lets only the reviewer in, and `server` answers (Starlette, the extra
`review`).
"""

"""Where a space got lost, or a line was broken: places, what speaks for each, and how much.

`letters` finds words that may be two, `marks` the places at punctuation, brackets, quotation marks and figures,
`borders` line breaks that no writer made.  They describe each place in whole numbers (`Place.evidence`), and `trees`
makes one score of them.  What to do about a place is decided in `copydesk.stages.spacing` and `lines`.
"""

"""Where a space got lost: places, what speaks for each, and how much.

`letters` finds words that may be two, `marks` the places at punctuation, brackets, quotation marks and figures.
Both describe each place in whole numbers (`Place.evidence`), and `trees` makes one score of them.  What to do about
a place is decided in `copydesk.stages.spacing`.
"""

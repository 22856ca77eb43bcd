"""The card of an output: what is in it and how it was made, for people, for the Hugging Face hub and for Croissant.

`contents` counts the records, `features` names their fields and types, `page` and `croissant` write the two files.
"""

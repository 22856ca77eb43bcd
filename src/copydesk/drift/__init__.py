"""Whether the new dumps of a source differ from its own history beyond chance.

`figures` are what is stored of each dump, `chance` has the tests, `compare` says which figures have changed, and
`wording` says it in a sentence.  docs/drift.md explains it.
"""

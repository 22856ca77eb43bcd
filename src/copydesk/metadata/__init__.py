"""Chooses the metadata of a record.  For each field, a module decides from which line its value comes."""

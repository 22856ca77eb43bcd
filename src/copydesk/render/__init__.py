"""Records to what people and programs read: `record` to JSON, `markdown` to Markdown.  Pure functions."""

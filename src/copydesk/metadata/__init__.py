"""What the record says of the story: which line's fact it takes for each field, a file for each."""

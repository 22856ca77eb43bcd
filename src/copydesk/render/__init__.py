"""Records to JSON (`record`), Markdown (`markdown`) and tables (`table`).  Pure functions."""

"""Scripts that make parts of the project from its code."""

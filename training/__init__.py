"""How the shipped model is made: see README.md in this folder."""

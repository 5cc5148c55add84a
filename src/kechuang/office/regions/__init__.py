"""The tree of administrative divisions, and where this installation is rooted in it."""

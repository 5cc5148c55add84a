"""Claims of being the first, the only one, the leader: found in a text, each to be proved."""

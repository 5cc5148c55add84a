"""Finding firms again: names on a list against names in a register."""

"""佐证成册: pieces of evidence checked, put in order and bound as one PDF."""

"""申报台账: what was filed with whom, how far it got, and what it ended in."""

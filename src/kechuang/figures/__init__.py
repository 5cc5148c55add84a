"""Numbers, units, money and periods: the vocabulary that every engine shares."""

"""What the checks share: intervals of printed numbers, figures in context, relations, words."""

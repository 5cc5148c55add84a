"""Evaluation: indicators to normalised scores, ranks and classes, step by step and by a scheme."""

"""A rule compiled to whole numbers and three-valued truths: verdicts on one subject or on many."""

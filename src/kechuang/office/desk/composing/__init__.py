"""Briefs of firms: what is known, which sentences that is enough for, and the document."""

"""案头: lists compared, forms filled and collected, briefs, letters and what is due."""

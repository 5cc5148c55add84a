"""A narrative work report becomes checked figures, each with its place in the text."""

"""What is the same everywhere: the indicator catalogue and the administrative divisions."""

"""Settings, addresses, the access table, the look."""

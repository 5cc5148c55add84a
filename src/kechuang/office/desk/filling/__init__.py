"""How a blank form is read, matched with what the registry knows, and written."""

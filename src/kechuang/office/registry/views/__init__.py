"""The pages of the registry, a module for each kind of record."""

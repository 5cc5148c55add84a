"""The lists of the registry, a module for each part."""

"""Verbs of this room, a module for each part."""

"""Lists of this room, a module for each part."""

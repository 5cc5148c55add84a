"""Who anybody is: code, name, kind, region; nothing more."""

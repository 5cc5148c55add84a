"""The web application: one Django app a room; rooms import only downwards."""

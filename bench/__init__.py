"""Speed and memory beside the nearest peers: `python -m bench`, or `make bench`."""

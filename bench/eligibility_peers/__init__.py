"""The technology SME rule in other engines. Each runs in a process of its own."""

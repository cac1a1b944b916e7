"""Contribute: make new content files, import sources, curate, and check what people write."""

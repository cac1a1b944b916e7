"""Contribute: files of a hub made, checked and listed for the people who write it."""

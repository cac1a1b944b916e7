"""Listening and watching, in a real browser with real sounds."""

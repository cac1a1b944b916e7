"""Find the feeds of a web page."""

"""HTML that others write: taken apart, cleaned, laid out; players and captions in it. Pure."""

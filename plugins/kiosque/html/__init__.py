"""HTML that other people write: split into tags, cleaned, laid out; also players and captions. Pure."""

"""Facts about entries that feeds write in many ways: names of authors, files, elements of malformed feeds."""

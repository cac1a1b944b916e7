"""Parts that serve readers and programs: search, listening, following, contributing, open data."""

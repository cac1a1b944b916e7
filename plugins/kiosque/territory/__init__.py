"""The communes of France by code and name, and those of them that a hub covers."""

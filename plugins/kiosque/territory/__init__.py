"""The communes of France by code and name, and which of them a hub covers."""

"""What carries a built site to its readers: the only outgoing connections besides the harvest."""

"""How Kiosque itself is installed: its wheel, its origin, its requirements, and pip."""

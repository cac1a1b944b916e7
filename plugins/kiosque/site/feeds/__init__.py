"""The hub for other programs: Atom, RSS, JSON Feed, podcasts with their artwork, open data."""

"""What programs read of the hub: Atom, RSS, JSON Feed, podcasts with their artwork, open data."""

"""HTTP requests: which addresses are allowed, how they are fetched, and when a feed is due again."""

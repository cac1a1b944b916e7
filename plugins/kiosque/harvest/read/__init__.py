"""From the bytes of a feed to what it says: entries as they came, before the hub decides about them."""

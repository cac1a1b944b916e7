"""Read the bytes of a feed into raw entries, before the hub decides about them."""

"""What other site generators write into the head of a text, and what it means here."""

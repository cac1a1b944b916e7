"""What people write under ``content/``: files taken apart, and their heads made into records."""

"""The archive: the entries that feeds gave, kept as files, and a memory of past visits to feeds."""

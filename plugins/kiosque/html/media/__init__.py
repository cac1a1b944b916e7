"""Pictures, sounds and videos in markup: their addresses and their types."""

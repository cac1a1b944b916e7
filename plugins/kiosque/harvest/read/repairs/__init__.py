"""Repair what feeds write wrongly, before anything else reads it: letters, XML, JSON."""

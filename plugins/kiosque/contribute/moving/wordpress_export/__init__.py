"""Exports of WordPress: reading them, and turning their posts into texts of a hub."""

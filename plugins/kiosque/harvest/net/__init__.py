"""Asking servers: which addresses may be asked, when, and what they can answer."""

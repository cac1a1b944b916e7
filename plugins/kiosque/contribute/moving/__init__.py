"""Moving in: the texts, pages and pictures of a site that another tool made become those of a hub."""

"""The checks of heads, bodies, links, pictures, file names and data files, of similar and of stale texts."""

"""Parts that list publications: all of them, and by format, theme, tag, commune and author."""

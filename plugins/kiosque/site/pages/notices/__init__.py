"""Parts that say how the site is kept: accessibility, privacy, takedowns, health, style."""

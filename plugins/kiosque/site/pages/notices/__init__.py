"""Parts about the site itself: accessibility, privacy, takedowns, health, style."""

"""The feeds of a web page, found: by its links, and by what is known of the platform that serves it."""

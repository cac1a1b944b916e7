"""The rendering of pages, from values to bytes: the theme, Jinja and the filters of templates."""

"""From a page's values to its bytes: the theme, Jinja and the filters of templates."""

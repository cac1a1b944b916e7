"""The content of the style guide: the components of a theme with their examples, and its design tokens."""

"""What the style guide shows: the components of a theme with their examples, and its tokens."""

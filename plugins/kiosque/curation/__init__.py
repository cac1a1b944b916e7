"""Curation: the choices of the hub's editors, their themes, and the tags that carry no meaning.

Choices are in ``content/curation.yml``, themes in ``content/themes.yml``.
"""

from kiosque.curation.adding import add_choice
from kiosque.curation.choices import PATH, Choice, Chosen, load, merged, publication, read
from kiosque.curation.junk import is_junk
from kiosque.curation.matching import Files, Key, Match, key_of, key_of_file, match_addresses
from kiosque.curation.themes import ThemeItem, Themes, load_themes

__all__ = [
    "PATH",
    "Choice",
    "Chosen",
    "Files",
    "Key",
    "Match",
    "ThemeItem",
    "Themes",
    "add_choice",
    "is_junk",
    "key_of",
    "key_of_file",
    "load",
    "load_themes",
    "match_addresses",
    "merged",
    "publication",
    "read",
]

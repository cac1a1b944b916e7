"""What the hub's editors chose: ``content/curation.yml``, its themes: ``content/themes.yml``, and tags that say nothing."""

from kiosque.curation.choices import PATH, Choice, Chosen, load, merged, publication, read
from kiosque.curation.junk import is_junk
from kiosque.curation.matching import Files, Key, Named, key_of, key_of_file, name
from kiosque.curation.noting import note
from kiosque.curation.themes import ThemeItem, Themes, load_themes

__all__ = [
    "PATH",
    "Choice",
    "Chosen",
    "Files",
    "Key",
    "Named",
    "ThemeItem",
    "Themes",
    "is_junk",
    "key_of",
    "key_of_file",
    "load",
    "load_themes",
    "merged",
    "name",
    "note",
    "publication",
    "read",
]

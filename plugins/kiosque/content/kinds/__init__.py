"""The kinds of content file. A new kind is a module here, and a row in this table.

All other code works from these descriptions: reading, checks, forms, questions, guides, schemas, pages,
lists, feeds, search and open data.
"""

from kiosque.content.kinds.article import ARTICLE
from kiosque.content.kinds.dossier import DOSSIER
from kiosque.content.kinds.page import PAGE
from kiosque.content.kinds.source import SOURCE
from kiosque.content.schema.kind import Kind

KINDS: dict[str, Kind] = {kind.name: kind for kind in (ARTICLE, DOSSIER, PAGE, SOURCE)}

__all__ = ["KINDS", "Kind"]

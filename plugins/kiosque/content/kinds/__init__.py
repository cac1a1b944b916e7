"""The kinds of content file, each described once. A new kind is a module here, and a row in this table.

What reads files, what checks them, forms, questions, guides, schemas, pages, lists, feeds, search and open data go by
these descriptions.
"""

from kiosque.content.kinds.article import ARTICLE
from kiosque.content.kinds.dossier import DOSSIER
from kiosque.content.kinds.page import PAGE
from kiosque.content.kinds.source import SOURCE
from kiosque.content.schema.kind import Kind

KINDS: dict[str, Kind] = {kind.name: kind for kind in (ARTICLE, DOSSIER, PAGE, SOURCE)}

__all__ = ["KINDS", "Kind"]

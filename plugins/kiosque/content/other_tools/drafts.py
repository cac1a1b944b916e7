"""Tells from a head that its file isn't to be published, as other tools write that. Pure functions.

- Hugo, Zola, Eleventy: ``draft: true``; Hugo: ``headless: true``, ``build: {render: never}``.
- Jekyll, Decap, DocPad: ``published: false``; WordPress, Hexo, Ghost: ``visibility: private``, ``password:``.

Whatever such a key says, only a plain word for “public” publishes the file: what someone marked as not to be
published can't be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kiosque.content.frontmatter import Located
from kiosque.content.schema.fields import Field, plain_key
from kiosque.content.schema.values import FALSE, TRUE

# Keys, as ``plain_key`` gives them, that keep a file from being published unless their value is a no.
_KEEPS_BACK = frozenset({
    "brouillon", "draft", "en attente", "headless", "hidden", "isdraft", "is draft", "masqué", "masquée",
    "non publié", "non publiée", "private", "privé", "privée", "unlisted", "unpublished",
})  # fmt: skip
# Keys that keep a file from being published unless their value is a yes, a day or a word for “public”.
_LETS_OUT = frozenset({
    "ispublished", "is published", "public", "publier", "publish", "published", "publié", "publiée",
    "visible",
})  # fmt: skip
# Keys that keep a file from being published unless their value is a word for “public”.
_NAMES_READERS = frozenset({"post status", "poststatus", "publication status", "visibility", "visibilité"})
_NAMES_STATUS = frozenset({"etat", "state", "status", "statut", "état"})
_PASSWORDS = frozenset({"mot de passe", "password"})
_BUILD = "build"
_PUBLIC = TRUE | {
    "all", "everyone", "live", "public", "publique", "publish", "published", "publié", "publiée", "tous",
    "toutes", "visible",
}  # fmt: skip
_NO_BUILD = FALSE | {"link", "never"}
_EMPTY = frozenset({"", "~", "none", "null"})
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d).*", re.DOTALL)


def kept_back(values: Mapping[str, Located], own: Mapping[str, Field]) -> str:
    """Return the key of a head that says that its file isn't to be published; empty if none does.

    ``own`` are the fields of its kind by their keys: they say what they say here.
    """
    keys = (key for key in values if plain_key(key) not in own)
    return next((key for key in keys if _keeps_back(plain_key(key), values[key])), "")


def is_mark(key: str) -> bool:
    """Whether a key tells if its file is to be published."""
    plain = plain_key(key)
    return plain in _KEEPS_BACK | _LETS_OUT | _NAMES_READERS | _NAMES_STATUS | _PASSWORDS | {_BUILD}


def _keeps_back(plain: str, located: Located) -> bool:
    if plain == _BUILD:
        return isinstance(located.value, dict) and _is_not_built(located.value)
    word = str(located.words()).strip().lower()
    if word in _EMPTY:
        return False
    if plain in _KEEPS_BACK:
        return word not in FALSE
    if plain in _LETS_OUT:
        return word not in _PUBLIC and not _DAY.fullmatch(word)
    return plain in _PASSWORDS or (plain in _NAMES_READERS | _NAMES_STATUS and word not in _PUBLIC)


def _is_not_built(options: Mapping[str, Located]) -> bool:
    render = options.get("render")
    return render is not None and str(render.words()).strip().lower() in _NO_BUILD

"""Tags that tell nothing about a publication: software adds them where nobody chose a tag."""

from __future__ import annotations

# The slug of a tag, and why it tells nothing, in the order of the alphabet. A new tag is a row. WordPress and
# some other programs add “uncategorized” in the language of their site. “General” or “misc” gather what
# fitted nowhere else.
_JUNK = {
    "a-la-une": "a place on a site, in French",
    "allgemein": "“general” in German",
    "allgemeines": "“general” in German",
    "autre": "“other” in French",
    "autres": "“others” in French",
    "bez-kategorii": "“uncategorized” in Polish and Ukrainian",
    "bez-kategoriia": "“uncategorized” in Bulgarian",
    "bez-rubriki": "“uncategorized” in Russian",
    "divers": "“misc” in French",
    "egyeb": "“other” in Hungarian",
    "fara-categorie": "“uncategorized” in Romanian",
    "featured": "a place on a site",
    "geen-categorie": "“uncategorized” in Dutch",
    "genel": "“general” in Turkish",
    "general": "“general” in English, French, Spanish, Catalan",
    "gyr-msnf": "غير مصنف, “uncategorized” in Arabic",
    "ikke-kategoriseret": "“uncategorized” in Danish",
    "kategoriaton": "“uncategorized” in Finnish",
    "khlly": "כללי, “general” in Hebrew",
    "khoris-kategoria": "Χωρίς κατηγορία, “uncategorized” in Greek",
    "mibunryu": "미분류, “uncategorized” in Korean",
    "misc": "what fits nowhere else",
    "miscellaneous": "what fits nowhere else",
    "necategorizat": "“uncategorized” in Romanian",
    "nekategorizirano": "“uncategorized” in Croatian and Slovene",
    "nezaradene": "“uncategorized” in Slovak",
    "nezarazene": "“uncategorized” in Czech",
    "nicht-kategorisiert": "“uncategorized” in German",
    "niet-gecategoriseerd": "“uncategorized” in Dutch",
    "no-category": "“uncategorized” in other words",
    "non-categorise": "“uncategorized” in French",
    "non-categorizzato": "“uncategorized” in Italian",
    "non-class": "“uncategorized” in French, its accent lost",
    "non-classe": "“uncategorized” in French",
    "non-classe-e": "“uncategorized” in inclusive French",
    "non-classifie": "“uncategorized” in French",
    "okategoriserad": "“uncategorized” in Swedish",
    "okategoriserade": "“uncategorized” in Swedish",
    "other": "what fits nowhere else",
    "others": "what fits nowhere else",
    "sailkatu-gabea": "“uncategorized” in Basque",
    "sans-categorie": "“uncategorized” in French",
    "sans-rubrique": "“uncategorized” in French",
    "sem-categoria": "“uncategorized” in Portuguese",
    "sen-categoria": "“uncategorized” in Galician",
    "sense-categoria": "“uncategorized” in Catalan",
    "senza-categoria": "“uncategorized” in Italian",
    "sin-categoria": "“uncategorized” in Spanish",
    "sin-categorizar": "“uncategorized” in Spanish",
    "ukategorisert": "“uncategorized” in Norwegian",
    "uncategorised": "“uncategorized” in British English",
    "uncategorized": "“uncategorized” in American English",
    "unkategorisiert": "“uncategorized” in German",
    "varia": "“misc” in Latin, which many use",
    "wei-fen-lei": "未分類, “uncategorized” in Japanese and Chinese",
}


def is_junk(slug: str) -> bool:
    """Whether the tag with this slug tells nothing; a single letter tells nothing either."""
    return len(slug) < 2 or slug in _JUNK

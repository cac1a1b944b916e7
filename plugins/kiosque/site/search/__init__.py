"""The search index: lean documents, in shards by age, made by Pagefind after the pages are published.

Only a shard whose documents changed is made anew. The browser searches all shards together.
"""

from kiosque.site.search.indexing import FOLDER, SearchReport, index

__all__ = ["FOLDER", "SearchReport", "index"]

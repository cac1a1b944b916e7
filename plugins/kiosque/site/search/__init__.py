"""The search index, which Pagefind makes after the pages are published.

It indexes lean documents instead of pages, in several shards by age. Only a shard whose documents have
changed is made again. The browser searches all shards together.
"""

from kiosque.site.search.indexing import FOLDER, SearchReport, index

__all__ = ["FOLDER", "SearchReport", "index"]

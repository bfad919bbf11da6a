"""Search over trials, projects and datasets: a small language, compiled to SQL with bound values only."""

from mdjourney_store.search.files import search_files
from mdjourney_store.search.language import QueryError, from_json, parse
from mdjourney_store.search.run import facets, search
from mdjourney_store.search.saved import delete_search, save_search, saved_searches
from mdjourney_store.search.table import csv_pieces

__all__ = [
    "QueryError",
    "csv_pieces",
    "delete_search",
    "facets",
    "from_json",
    "parse",
    "save_search",
    "saved_searches",
    "search",
    "search_files",
]

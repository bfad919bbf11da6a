"""Many documents as one spreadsheet, out and in again: exactly the cells that were edited change."""

from mdjourney_backend.tables.reading import read_table
from mdjourney_backend.tables.sheet import Given, Sheet, edits_of, sheet_of
from mdjourney_backend.tables.writing import FORMATS, write_table

__all__ = ["FORMATS", "Given", "Sheet", "edits_of", "read_table", "sheet_of", "write_table"]

"""What a file's format tells: dimensions, records, columns, instrument; hostile files tell nothing."""

from mdjourney_backend.technical.extractors.protocol import FIELDS, Extractor, Found
from mdjourney_backend.technical.extractors.runner import Extractors

__all__ = ["FIELDS", "Extractor", "Extractors", "Found"]

"""What a file is: hashes, MIME type, encoding, base entry (dirmeta) and what its format tells (extractors)."""

from mdjourney_backend.technical.entry import describe, describe_link, owner_name
from mdjourney_backend.technical.extractors import Extractor, Extractors
from mdjourney_backend.technical.reading import NotAFile, Reading, Sink, read_file, read_open

__all__ = [
    "Extractor",
    "Extractors",
    "NotAFile",
    "Reading",
    "Sink",
    "describe",
    "describe_link",
    "owner_name",
    "read_file",
    "read_open",
]

"""What an extractor is: a module or object that opens one family of formats and tells what a file holds."""

from collections.abc import Collection
from typing import Any, BinaryIO, Protocol

Found = dict[str, Any]

#: Keys of a `file_technical` entry an extractor may fill.
FIELDS = frozenset(
    {
        "dimensions",
        "bit_depth",
        "channels",
        "number_of_records",
        "columns",
        "instrument_settings",
        "acquisition_software",
        "instrument_detected",
        "data_format_standard",
    }
)


class Extractor(Protocol):
    """Named by an entry point of the group `mdjourney.extractors` (a module will do).

    `extract` runs in a process of its own with a memory limit and a deadline; what it raises means "tells nothing".
    It imports its library inside, reads the open file it is given (never another path) and returns plain JSON
    values under the keys of `FIELDS` only; anything else is dropped.
    """

    @property
    def mime_types(self) -> Collection[str]: ...

    def extract(self, stream: BinaryIO, name: str, mime_type: str) -> Found:
        """`stream` stands at the first byte and is seekable; `name` is the file's base name."""
        ...

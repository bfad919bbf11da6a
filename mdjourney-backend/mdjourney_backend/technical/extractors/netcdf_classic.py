"""The header of a classic NetCDF file (CDF-1, CDF-2, CDF-5): dimensions, variables, attributes."""

import struct
from typing import Any, BinaryIO

from mdjourney_backend.technical.extractors.attributes import from_attributes
from mdjourney_backend.technical.extractors.protocol import Found

_TYPES = {
    1: ("int8", 1),
    2: ("char", 1),
    3: ("int16", 2),
    4: ("int32", 4),
    5: ("float32", 4),
    6: ("float64", 8),
    7: ("uint8", 1),
    8: ("uint16", 2),
    9: ("uint32", 4),
    10: ("int64", 8),
    11: ("uint64", 8),
}
_MAX_ITEMS, _MAX_BYTES = 10_000, 16 << 20


class _Header:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.version = self._take(4)[3]

    def _take(self, count: int) -> bytes:
        if not 0 <= count <= _MAX_BYTES:
            raise ValueError("a length that cannot be")
        data = self._stream.read(count)
        if len(data) != count:
            raise EOFError("the header ends early")
        return data

    def number(self) -> int:
        """A count or size: 8 bytes in CDF-5, else 4."""
        wide = self.version == 5
        value: int = struct.unpack(">q" if wide else ">i", self._take(8 if wide else 4))[0]
        return value

    def tag(self) -> int:
        value: int = struct.unpack(">i", self._take(4))[0]
        return value

    def offset(self) -> None:
        self._take(4 if self.version == 1 else 8)

    def name(self) -> str:
        length = self.number()
        return self._take(_padded(length))[:length].decode("utf-8", "replace")

    def count(self) -> int:
        """How many items the list that follows has."""
        self.tag()
        items = self.number()
        if not 0 <= items <= _MAX_ITEMS:
            raise ValueError("more items than a header can hold")
        return items

    def attributes(self) -> dict[str, str]:
        """Text attributes; numbers are passed over."""
        found = {}
        for _ in range(self.count()):
            name, kind, length = self.name(), self.tag(), self.number()
            raw = self._take(_padded(length * _TYPES[kind][1]))
            if kind == 2:
                found[name] = raw[:length].decode("utf-8", "replace").strip("\0 ")
        return found


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4


def extract(stream: BinaryIO) -> Found:
    """Dimension sizes in order of definition (records for the unlimited one), variables as columns."""
    header = _Header(stream)
    records = header.number()
    sizes = []
    for _ in range(header.count()):
        header.name()
        sizes.append(header.number())
    attributes = header.attributes()
    columns = [_variable(header) for _ in range(header.count())]
    found: dict[str, Any] = {
        "data_format_standard": "NetCDF-3",
        "dimensions": [size or max(records, 0) for size in sizes],
        "columns": columns,
    }
    return found | from_attributes(attributes)


def _variable(header: _Header) -> dict[str, str]:
    name = header.name()
    for _ in range(header.number()):
        header.number()
    header.attributes()
    kind = _TYPES[header.tag()][0]
    header.number()
    header.offset()
    return {"name": name, "type": kind}

"""NumPy array files: shape and type from the header."""

from typing import Any, BinaryIO

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("application/x-npy",)


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    from numpy.lib import format as npy

    version = npy.read_magic(stream)
    read: Any = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream)
    found: Found = {"dimensions": [int(size) for size in shape], "bit_depth": int(dtype.itemsize) * 8}
    if dtype.names:
        found["columns"] = [{"name": field, "type": str(dtype[field])} for field in dtype.names]
    return found

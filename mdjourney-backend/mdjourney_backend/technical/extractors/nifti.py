"""NIfTI-1 and NIfTI-2 headers by nibabel, plain or gzipped."""

import gzip
import io
from typing import BinaryIO, cast

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("application/x-nifti",)

_HEADER_BYTES = 540


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    import nibabel

    raw = _first_bytes(stream)
    second = raw[:4] in {b"\x1c\x02\0\0", b"\0\0\x02\x1c"}
    kind = nibabel.Nifti2Header if second else nibabel.Nifti1Header
    header = kind.from_fileobj(io.BytesIO(raw[: 540 if second else 348]), check=False)
    shape = [int(size) for size in header.get_data_shape()]
    space, time = header.get_xyzt_units()
    zooms = [round(float(size), 6) for size in header.get_zooms()]
    settings: Found = {"voxel_size": {"value": zooms[:3], "unit": space}}
    if len(zooms) > 3 and zooms[3] > 0:
        settings["repetition_time"] = {"value": zooms[3], "unit": time}
    return {
        "data_format_standard": "NIfTI-2" if second else "NIfTI-1",
        "dimensions": shape,
        "bit_depth": int(header["bitpix"]),
        "instrument_settings": settings,
    }


def _first_bytes(stream: BinaryIO) -> bytes:
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    if not packed:
        return stream.read(_HEADER_BYTES)
    with gzip.GzipFile(fileobj=stream) as unpacked:
        return cast(BinaryIO, unpacked).read(_HEADER_BYTES)

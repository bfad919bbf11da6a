"""Raster images by Pillow: size, depth, bands, and what EXIF says about the camera. Pixels are never decoded."""

from typing import Any, BinaryIO

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/jp2")

_BITS = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16, "I;16N": 16, "I": 32, "F": 32}
_BANDS = {"1": ["L"], "I;16": ["L"], "I;16B": ["L"], "I": ["L"], "F": ["L"]}
#: EXIF tags (by number) worth keeping; where a photograph was taken is not.
_SETTINGS = {
    0x829A: "exposure_time_seconds",
    0x829D: "f_number",
    0x8827: "iso_speed",
    0x9003: "date_time_original",
    0x920A: "focal_length_mm",
    0x9204: "exposure_bias_ev",
    0x9209: "flash",
    0xA403: "white_balance",
    0xA404: "digital_zoom_ratio",
}
_MAKE, _MODEL, _SOFTWARE, _EXIF_IFD = 0x010F, 0x0110, 0x0131, 0x8769
_BODY_SERIAL, _LENS_MAKE, _LENS_MODEL = 0xA431, 0xA433, 0xA434


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # only the header is read
    with Image.open(stream) as image:
        found: Found = {
            "dimensions": [image.width, image.height],
            "bit_depth": _BITS.get(image.mode, 8),
            "channels": _BANDS.get(image.mode, list(image.getbands())),
        }
        frames = getattr(image, "n_frames", 1) if mime_type in {"image/gif", "image/webp"} else 1
        if frames > 1:
            found["number_of_records"] = frames
        if (
            mime_type != "image/png" or "exif" in image.info
        ):  # else Pillow decodes a PNG to look behind its pixels
            found |= from_exif(image.getexif())
    if mime_type == "image/png":
        found["bit_depth"] = _png_depth(stream) or found["bit_depth"]
    return found


def _png_depth(stream: BinaryIO) -> int | None:
    """Pillow hands out 16-bit colour as 8: the header knows."""
    stream.seek(24)
    depth = stream.read(1)
    return depth[0] if depth else None


def from_exif(exif: Any) -> Found:
    """Instrument, settings and software from a Pillow EXIF mapping."""
    inner = exif.get_ifd(_EXIF_IFD)
    settings = {label: _number(inner[tag]) for tag, label in _SETTINGS.items() if tag in inner}
    lens = " ".join(str(inner[tag]).strip("\0 ") for tag in (_LENS_MAKE, _LENS_MODEL) if inner.get(tag))
    if lens:
        settings["lens"] = lens
    return {
        "instrument_settings": {key: value for key, value in settings.items() if value is not None},
        "instrument_detected": _texts(
            manufacturer=exif.get(_MAKE), model=exif.get(_MODEL), serial_number=inner.get(_BODY_SERIAL)
        ),
        "acquisition_software": _texts(name=exif.get(_SOFTWARE)),
    }


def _texts(**parts: Any) -> dict[str, str]:
    texts = {key: str(value).strip("\0 \t\r\n") for key, value in parts.items() if value is not None}
    return {key: value for key, value in texts.items() if value}


def _number(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return [_number(item) for item in value]
    try:
        return round(float(value), 9)
    except (TypeError, ValueError, ZeroDivisionError):
        return None

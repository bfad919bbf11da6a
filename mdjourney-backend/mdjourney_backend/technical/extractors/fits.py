"""FITS headers (Flexible Image Transport System): axes, depth, telescope and camera, read without a library."""

from typing import Any, BinaryIO

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("image/fits",)

_BLOCK, _CARD, _MAX_BLOCKS = 2880, 80, 400
_SETTINGS = {
    "EXPTIME": "exposure_time_seconds",
    "FILTER": "filter",
    "GAIN": "gain",
    "DATE-OBS": "date_observed",
    "XBINNING": "binning_x",
    "YBINNING": "binning_y",
    "CCD-TEMP": "detector_temperature_celsius",
}


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    cards = _cards(stream)
    axes = int(cards.get("NAXIS", 0))
    found: Found = {
        "dimensions": [int(cards[f"NAXIS{number}"]) for number in range(1, axes + 1)],
        "bit_depth": abs(int(cards["BITPIX"])),
        "instrument_settings": {
            label: cards[key] for key, label in _SETTINGS.items() if cards.get(key) is not None
        },
        "instrument_detected": {
            label: str(cards[key])
            for key, label in (("TELESCOP", "manufacturer"), ("INSTRUME", "model"))
            if cards.get(key)
        },
    }
    program = cards.get("SWCREATE") or cards.get("CREATOR")
    if program:
        found["acquisition_software"] = {"name": str(program)}
    return found


def _cards(stream: BinaryIO) -> dict[str, Any]:
    cards: dict[str, Any] = {}
    for _ in range(_MAX_BLOCKS):
        block = stream.read(_BLOCK)
        if len(block) < _BLOCK:
            raise ValueError("the FITS header has no end")
        for start in range(0, _BLOCK, _CARD):
            card = block[start : start + _CARD].decode("ascii")
            key = card[:8].strip()
            if key == "END":
                return cards
            if card[8:10] == "= ":
                cards.setdefault(key, _value(card[10:]))
    raise ValueError("the FITS header has no end")


def _value(text: str) -> Any:
    text = text.strip()
    if text.startswith("'"):
        return text[1:].partition("'")[0].strip()
    text = text.partition("/")[0].strip()
    if text in {"T", "F"}:
        return text == "T"
    try:
        return int(text)
    except ValueError:
        return float(text.replace("D", "E")) if text else None

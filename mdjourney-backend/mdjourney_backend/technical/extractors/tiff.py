"""TIFF and OME-TIFF by tifffile: axes, depth, channels, microscope. Pixels are never decoded."""

from typing import Any, BinaryIO
from xml.etree import ElementTree

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("image/tiff", "image/x-zeiss-lsm")

_TAGS = {271: "manufacturer", 272: "model"}
_SOFTWARE, _DATE_TIME, _BODY_SERIAL = 305, 306, 42033


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    import tifffile

    with tifffile.TiffFile(stream, name=name, _multifile=False) as tiff:
        page = tiff.pages[0]
        found = _shape(tiff, page)
        found |= _from_tags(page)
        if tiff.is_ome and tiff.ome_metadata:
            found |= _from_ome(tiff.ome_metadata)
        elif tiff.is_imagej:
            found["data_format_standard"] = "ImageJ TIFF"
        elif tiff.is_bigtiff:
            found["data_format_standard"] = "BigTIFF"
        return found


def _shape(tiff: Any, page: Any) -> Found:
    """Dimensions with x first: width, height, then the further axes from the fastest to the slowest."""
    series = tiff.series[0]
    sizes = dict(zip(series.axes, series.shape, strict=True))
    samples = sizes.pop("S", 1)
    rest = [size for axis, size in reversed(sizes.items()) if axis not in "YXC" and size > 1]
    bits = page.bitspersample
    return {
        "dimensions": [page.imagewidth, page.imagelength, *rest],
        "bit_depth": max(bits) if isinstance(bits, tuple) else bits,
        "channels": _bands(page, samples, sizes.get("C", 1)),
    }


def _bands(page: Any, samples: int, planes: int) -> list[str]:
    if samples >= 3 and page.photometric.name in {"RGB", "YCBCR"}:
        return ["R", "G", "B", "A"][:samples]
    if planes > 1:
        return [f"C{number}" for number in range(planes)]
    return ["L"] if samples == 1 else [f"S{number}" for number in range(samples)]


def _from_tags(page: Any) -> Found:
    texts = {tag.code: str(tag.value).strip("\0 ") for tag in page.tags if isinstance(tag.value, str)}
    instrument = {label: texts[code] for code, label in _TAGS.items() if texts.get(code)}
    if texts.get(_BODY_SERIAL):
        instrument["serial_number"] = texts[_BODY_SERIAL]
    return {
        "instrument_detected": instrument,
        "acquisition_software": {"name": texts[_SOFTWARE]} if texts.get(_SOFTWARE) else None,
        "instrument_settings": {"date_time": texts[_DATE_TIME]} if texts.get(_DATE_TIME) else None,
    }


def _from_ome(xml: str) -> Found:
    root = ElementTree.fromstring(xml)  # noqa: S314 - in a child with limits; expat bounds entity expansion
    space = {"o": root.tag.partition("}")[0].lstrip("{")}
    found: Found = {"data_format_standard": "OME-TIFF"}
    names = [
        channel.get("Name") or channel.get("ID")
        for channel in root.iterfind(".//o:Pixels[1]/o:Channel", space)
    ]
    if names:
        found["channels"] = [name or f"C{number}" for number, name in enumerate(names)]
    microscope = root.find(".//o:Instrument/o:Microscope", space)
    if microscope is not None:
        labels = {"manufacturer": "Manufacturer", "model": "Model", "serial_number": "SerialNumber"}
        found["instrument_detected"] = {k: microscope.get(v) for k, v in labels.items() if microscope.get(v)}
    settings = _ome_settings(root, space)
    if settings:
        found["instrument_settings"] = settings
    if root.get("Creator"):
        found["acquisition_software"] = {"name": root.get("Creator")}
    return found


def _ome_settings(root: ElementTree.Element, space: dict[str, str]) -> Found:
    settings: Found = {}
    pixels = root.find(".//o:Pixels", space)
    if pixels is not None:
        for axis in "XYZ":
            size = pixels.get(f"PhysicalSize{axis}")
            if size:
                unit = pixels.get(f"PhysicalSize{axis}Unit", "µm")
                settings[f"pixel_size_{axis.lower()}"] = {"value": float(size), "unit": unit}
    objective = root.find(".//o:Instrument/o:Objective", space)
    if objective is not None:
        for label, key in (("NominalMagnification", "objective_magnification"), ("LensNA", "objective_na")):
            if objective.get(label):
                settings[key] = float(str(objective.get(label)))
        if objective.get("Model"):
            settings["objective_model"] = objective.get("Model")
    acquired = root.find(".//o:Image/o:AcquisitionDate", space)
    if acquired is not None and acquired.text:
        settings["acquisition_date"] = acquired.text
    return settings

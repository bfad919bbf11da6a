"""DICOM by pydicom: matrix, depth, device and acquisition parameters. Nothing about the patient is taken."""

from typing import Any, BinaryIO

from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("application/dicom",)

_SETTINGS = {
    "Modality": "modality",
    "ProtocolName": "protocol_name",
    "BodyPartExamined": "body_part_examined",
    "SliceThickness": "slice_thickness_mm",
    "PixelSpacing": "pixel_spacing_mm",
    "KVP": "peak_kilovoltage_kv",
    "XRayTubeCurrent": "x_ray_tube_current_ma",
    "ExposureTime": "exposure_time_ms",
    "RepetitionTime": "repetition_time_ms",
    "EchoTime": "echo_time_ms",
    "FlipAngle": "flip_angle_degrees",
    "MagneticFieldStrength": "magnetic_field_strength_tesla",
    "ScanningSequence": "scanning_sequence",
    "ConvolutionKernel": "convolution_kernel",
}
_IMAGE = ("Rows", "Columns", "NumberOfFrames", "BitsStored", "SamplesPerPixel", "PhotometricInterpretation")
_DEVICE = {
    "Manufacturer": "manufacturer",
    "ManufacturerModelName": "model",
    "DeviceSerialNumber": "serial_number",
}
_RGB = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT")


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    import pydicom

    wanted = [*_SETTINGS, *_IMAGE, *_DEVICE, "SoftwareVersions"]
    header = pydicom.dcmread(stream, stop_before_pixels=True, specific_tags=list(wanted))
    found: Found = {"data_format_standard": "DICOM"}
    if "Rows" in header and "Columns" in header:
        frames = int(header.get("NumberOfFrames", 1) or 1)
        found["dimensions"] = [int(header.Columns), int(header.Rows)] + ([frames] if frames > 1 else [])
        found["bit_depth"] = int(header.BitsStored) if "BitsStored" in header else None
        found["channels"] = _channels(header)
    found["instrument_settings"] = {
        label: _plain(header[key].value)
        for key, label in _SETTINGS.items()
        if key in header and header[key].value
    }
    found["instrument_detected"] = {
        label: str(header[key].value) for key, label in _DEVICE.items() if key in header and header[key].value
    }
    versions = header.get("SoftwareVersions")
    if versions:
        maker = str(header.get("Manufacturer") or "") or "unknown"
        found["acquisition_software"] = {
            "name": f"{maker} acquisition software",
            "version": _joined(versions),
        }
    return found


def _channels(header: Any) -> list[str]:
    if header.get("PhotometricInterpretation") in _RGB:
        return ["R", "G", "B"]
    samples = int(header.get("SamplesPerPixel", 1) or 1)
    return ["L"] if samples == 1 else [f"S{number}" for number in range(samples)]


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(value)
    if hasattr(value, "__iter__"):
        return [_plain(item) for item in value]
    return str(value)


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(str(item) for item in value)

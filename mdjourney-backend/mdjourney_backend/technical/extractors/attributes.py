"""What the attribute conventions of array formats (CF, ACDD) say of instrument and software."""

from mdjourney_backend.technical.extractors.protocol import Found


def from_attributes(attributes: dict[str, str]) -> Found:
    """What the attribute conventions (CF, ACDD) say of instrument and software."""
    lowered = {key.lower(): value for key, value in attributes.items() if value}
    found: Found = {}
    if lowered.get("conventions"):
        found["data_format_standard"] = f"NetCDF ({lowered['conventions']})"
    device = {
        "manufacturer": lowered.get("instrument_manufacturer") or lowered.get("manufacturer"),
        "model": lowered.get("instrument_model") or lowered.get("instrument") or lowered.get("model"),
        "serial_number": lowered.get("instrument_serial_number") or lowered.get("serial_number"),
    }
    found["instrument_detected"] = {key: value for key, value in device.items() if value}
    software = {
        "name": lowered.get("acquisition_software") or lowered.get("software"),
        "version": lowered.get("software_version"),
    }
    if software["name"]:
        found["acquisition_software"] = {key: value for key, value in software.items() if value}
    return found

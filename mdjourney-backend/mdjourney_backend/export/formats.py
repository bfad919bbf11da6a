"""The formats by name, and what each gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mdjourney_backend.changes import Content
from mdjourney_backend.export import crate


@dataclass(frozen=True, slots=True)
class Exported:
    """One export: a file name, its bytes and its media type."""

    name: str
    content: bytes
    media_type: str


def export(record: Content, name: str) -> Exported:
    """A Complete Metadata File in the words of `name`."""
    return _FORMATS[name](record)


def _ro_crate(record: Content) -> Exported:
    return Exported(f"{_stem(record)}.ro-crate.zip", crate.zipped(record), "application/zip")


def _stem(record: Content) -> str:
    administrative = record["metadata_components"]["dataset_administrative"]["content"]
    return f"dataset-{administrative['dataset_identifier']}"


_FORMATS: Mapping[str, Callable[[Content], Exported]] = {"ro-crate": _ro_crate}

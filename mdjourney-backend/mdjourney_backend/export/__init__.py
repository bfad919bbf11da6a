"""Complete Metadata Files in the words of other communities: pure functions of one record."""

from mdjourney_backend.export.demands import Incomplete, Lacking, lacking
from mdjourney_backend.export.formats import FORMATS, Exported, export
from mdjourney_backend.export.typed import require_types

__all__ = ["FORMATS", "Exported", "Incomplete", "Lacking", "export", "lacking", "require_types"]

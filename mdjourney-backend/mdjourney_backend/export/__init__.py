"""Complete Metadata Files in the words of other communities: pure functions of one record."""

from mdjourney_backend.export.formats import Exported, export

__all__ = ["Exported", "export"]

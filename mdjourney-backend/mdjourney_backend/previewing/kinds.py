"""Which kind of preview a described file can have."""

from typing import Final

from mdjourney_backend.changes import Content

#: What is drawn; SVG is not among them: it is text here, and never drawn.
IMAGES: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff", "image/jp2"}
)
TABLES: Final = frozenset({"text/csv", "text/tab-separated-values"})


def kind_of(entry: Content) -> str | None:
    """`image`, `table`, `text`, or None for what cannot be looked into."""
    mime_type = entry.get("mime_type")
    if not entry.get("file_size_bytes"):
        return None
    if mime_type in IMAGES:
        return "image"
    if entry.get("encoding") is None:
        return None
    return "table" if mime_type in TABLES else "text"

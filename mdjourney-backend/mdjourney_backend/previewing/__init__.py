"""Looks into data files for people: small pictures, the first rows of tables, the beginning of texts."""

from mdjourney_backend.previewing.previews import Busy, Previews

__all__ = ["Busy", "Previews"]

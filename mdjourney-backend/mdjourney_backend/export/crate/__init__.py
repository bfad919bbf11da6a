"""RO-Crate of a complete record: 1.2 (default) and 1.1 as a Process Run Crate, each with a page to look at.

A crate describes the files where they lie: unpacked in the dataset's folder it is an attached crate.
"""

from mdjourney_backend.export.crate.graph import DESCRIPTOR, PREVIEW, V1_1, V1_2, Dialect
from mdjourney_backend.export.crate.metadata import contents, metadata

__all__ = ["DESCRIPTOR", "PREVIEW", "V1_1", "V1_2", "Dialect", "contents", "metadata"]

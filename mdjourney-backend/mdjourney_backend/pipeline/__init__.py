"""Order and failure: watch, reconcile, triggers, documents, journal, then history and store, each tried again alone."""

from mdjourney_backend.pipeline.checking import Finding, check
from mdjourney_backend.pipeline.moment import Led, Scanned, led, scan_once
from mdjourney_backend.pipeline.pipeline import Pipeline
from mdjourney_backend.pipeline.status import PipelineStatus, Progress

__all__ = [
    "Finding",
    "Led",
    "Pipeline",
    "PipelineStatus",
    "Progress",
    "Scanned",
    "check",
    "led",
    "scan_once",
]

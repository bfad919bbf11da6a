"""Order and failure: watch, reconcile, triggers, documents, journal, then history and store, each tried again alone."""

from mdjourney_backend.pipeline.pipeline import Pipeline
from mdjourney_backend.pipeline.station import Keepers, Station
from mdjourney_backend.pipeline.status import PipelineStatus, Progress

__all__ = ["Keepers", "Pipeline", "PipelineStatus", "Progress", "Station"]

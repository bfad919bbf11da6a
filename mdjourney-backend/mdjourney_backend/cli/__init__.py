"""The verbs of the command line that concern one tree."""

from mdjourney_backend.cli.cache import cache_app
from mdjourney_backend.cli.exports import export_app
from mdjourney_backend.cli.history import history_app
from mdjourney_backend.cli.schemas import schema_app
from mdjourney_backend.cli.serving import backend_app
from mdjourney_backend.cli.trees import check_app, scan_app, validate_app

__all__ = [
    "backend_app",
    "cache_app",
    "check_app",
    "export_app",
    "history_app",
    "scan_app",
    "schema_app",
    "validate_app",
]

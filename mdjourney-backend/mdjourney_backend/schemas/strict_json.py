"""Another way to `mdjourney_backend.strict_json`, for the verbs of the command line that still come this way."""

from mdjourney_backend.strict_json import loads

__all__ = ["loads"]

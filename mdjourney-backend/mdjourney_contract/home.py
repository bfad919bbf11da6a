"""The operator's home: secrets, journals, logs and the embedded database."""

import os
from pathlib import Path


def default_home() -> Path:
    """`$MDJOURNEY_HOME`, else `~/.mdjourney`."""
    named = os.environ.get("MDJOURNEY_HOME")
    return Path(named).absolute() if named else Path.home() / ".mdjourney"

"""Has every tree of a home sent to the metadata store again, by a process of its own that ends with the gateway."""

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from mdjourney_gateway.spawn.child import scrubbed_environment

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5


def refill(home: Path, stopping: threading.Event, program: Sequence[str] = ()) -> int:
    """Send the trees and wait for it, or until the gateway stops; the exit status.

    Needed once, when the embedded database was begun anew for another PostgreSQL: what no session serves would stay out.

    Args:
        program: what is run, `mdjourney db sync` when it is left out.
    """
    command = program or (sys.executable, "-m", "mdjourney", "db", "sync", "--home", str(home))
    quiet = subprocess.DEVNULL
    sender = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=scrubbed_environment())
    while sender.poll() is None and not stopping.wait(_LOOK_SECONDS):
        pass
    if sender.poll() is None:
        sender.terminate()
    status = sender.wait()
    log.info("trees were sent to the metadata store again: status %d", status)
    return status

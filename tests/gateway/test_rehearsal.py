"""What a fork server does once before the first fork: it leaves nothing behind, and saves every backend memory."""

import json
import os
import subprocess
import sys
import textwrap

import pytest
from benchmarks.sessions import start_backend

from mdjourney_gateway.spawn.fork import COMMAND, ForkSpawner

REHEARSED = """
    import json, os, signal, sys, threading
    from mdjourney_backend import forkserver
    from mdjourney_backend.rehearsal import rehearse
    def standing():
        return [sorted(os.listdir("/proc/self/fd")), threading.active_count(), os.listdir(os.environ["TMPDIR"]),
                str(signal.getsignal(signal.SIGTERM)), os.getcwd()]
    before = standing()
    rehearse()
    print(json.dumps([before, standing()]))
"""


def rehearsed(place, **environ):
    (place / "tmp").mkdir()
    program = [sys.executable, "-c", textwrap.dedent(REHEARSED)]
    known = {**os.environ, "TMPDIR": str(place / "tmp"), **environ}
    return subprocess.run(program, env=known, capture_output=True, text=True, timeout=60, check=True)


def test_a_rehearsal_serves_a_tree_and_leaves_nothing(place):
    done = rehearsed(place)
    before, after = json.loads(done.stdout)
    assert before == after
    assert "leading" in done.stderr
    assert "commit" in done.stderr


def test_a_rehearsal_that_cannot_be_held_is_no_harm(place):
    done = rehearsed(place, PATH="/nowhere")
    before, after = json.loads(done.stdout)
    assert before == after
    assert "Traceback" not in done.stderr


UNREHEARSED = """
    import sys
    from mdjourney_backend import forkserver, rehearsal
    rehearsal.rehearse = lambda: None
    sys.exit(forkserver.main())
"""


@pytest.mark.slow
def test_a_backend_forked_after_a_rehearsal_writes_to_fewer_pages(place):
    without = [sys.executable, "-P", "-c", textwrap.dedent(UNREHEARSED)]
    assert private_mib(place, COMMAND) < 0.9 * private_mib(place, without)


def private_mib(place, command):
    spawner = ForkSpawner(place / "home", command)
    try:
        return start_backend(spawner, place).private_mib
    finally:
        spawner.close()

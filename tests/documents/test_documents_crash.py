"""R1: an acknowledged save is on disk, whole, after kill -9; many writers lose nothing; a full disk harms nothing."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from documents.conftest import ADA, Remembering

from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Documents, parse
from mdjourney_contract.problems import DiskFull, Unavailable

_CHILD = """
import os, signal, sys
from pathlib import Path
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Documents
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import Identity

class Sink:
    def written(self, write): pass

root, path = Path(sys.argv[1]), sys.argv[2]
documents = Documents(root, SchemaManager(root), Sink())
ref = Ref("project_descriptive", path)
documents.assess(documents.read(ref))
armed = False
left = 0
def hook(event, args):
    global left, armed
    if armed and event.split(".")[0] in ("open", "os", "fcntl", "shutil"):
        left -= 1
        if left < 0:
            armed = False
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
edit = Edit(ref, lambda before: {**before, "project_title": "new", "project_description": "x" * 20000}, "s")
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        left, armed = int(line), True
        documents.apply(edit, actor=Identity(user_id="ada"))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


def test_a_save_killed_at_any_file_system_step_leaves_old_or_new(created: Ref, root: Path) -> None:
    path = root / created.path
    old = path.read_bytes()
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(root), created.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    seen: list[str] = []
    for step in range(200):
        path.write_bytes(old)
        child.stdin.write(f"{step}\n")
        child.stdin.flush()
        status = int(child.stdout.readline())
        raw = path.read_bytes()
        title = parse(raw).get("project_title", "old")
        assert raw == old or title == "new", f"torn at step {step}"
        seen.append(title)
        if status == 0:
            break
        assert status == -signal.SIGKILL
    child.stdin.close()
    assert child.wait(60) == 0
    child.stdout.close()
    assert len(seen) > 8
    assert seen == sorted(seen, key=["old", "new"].index)
    assert seen[-1] == "new"


_WRITER = """
import sys
from pathlib import Path
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Documents
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Stale

class Sink:
    def written(self, write): pass

root, path, me, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
documents = Documents(root, SchemaManager(root), Sink())
ref = Ref("project_descriptive", path)
ada = Identity(user_id=me)
saved = 0
for i in range(100):
    edit = Edit(ref, lambda b: {**b, "project_keywords": [*b.get("project_keywords", []), f"{me}-{i}"]}, "s")
    etag = documents.read(ref).etag if how == "match" else None
    try:
        documents.apply(edit, actor=ada, if_match=etag)
        saved += 1
        print(f"{me}-{i}")
    except Stale:
        pass
"""


@pytest.mark.parametrize("how", ["match", "free"])
def test_of_four_processes_saving_at_once_no_save_is_lost(created: Ref, root: Path, how: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(root), created.path, f"w{n}", how],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    told = [name for w in writers for name in w.communicate(timeout=120)[0].split()]
    assert [w.returncode for w in writers] == [0] * 4
    kept = json.loads((root / created.path).read_text())["project_keywords"]
    assert sorted(kept) == sorted(told)
    assert how == "match" or len(kept) == 400


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "problem"), [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EIO, Unavailable)]
)
def test_a_failing_disk_leaves_the_old_version_and_no_rest(
    documents: Documents,
    created: Ref,
    root: Path,
    sink: Remembering,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    problem: type[Exception],
) -> None:
    before = (root / created.path).read_bytes()

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    if call == "write":
        monkeypatch.setattr("mdjourney_backend.documents.folder.Folder._write_new", fail)
    else:
        monkeypatch.setattr(os, call, fail)
    with pytest.raises(problem):
        documents.apply(Edit(created, lambda b: {**(b or {}), "project_title": "T"}, "s"), actor=ADA)
    monkeypatch.undo()
    assert (root / created.path).read_bytes() == before
    assert os.listdir((root / created.path).parent) == ["project_descriptive.json"]
    assert len(sink.writes) == 1


def test_a_file_too_large_for_its_limit_is_a_full_disk(created: Ref, root: Path) -> None:
    script = """
import resource, signal, sys
from pathlib import Path
exec(sys.argv[3])
"""
    body = f"""
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Documents
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import DiskFull
class Sink:
    def written(self, write): pass
root = Path(sys.argv[1])
documents = Documents(root, SchemaManager(root), Sink())
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    documents.apply(Edit(Ref("project_descriptive", {created.path!r}), lambda b: {{**b, "project_title": "x" * 5000}}, "s"), actor=Identity(user_id="a"))
except DiskFull:
    sys.exit(7)
"""
    before = (root / created.path).read_bytes()
    done = subprocess.run([sys.executable, "-c", script, str(root), "", body], check=False, timeout=60)
    assert done.returncode == 7
    assert (root / created.path).read_bytes() == before


def test_a_dataset_folder_that_went_away_is_not_made_again(documents: Documents, root: Path) -> None:
    (root / "p_A/d").rmdir()
    with pytest.raises(Exception, match="not there"):
        documents.create(
            Ref("dataset_structural", "p_A/d/.metadata/dataset_structural.json"), {}, actor=ADA, subject="s"
        )
    assert not (root / "p_A/d").exists()

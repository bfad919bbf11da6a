"""Old versions of data files: told and removed by the leader, through a follower, by the command line, and by rights."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import BOB, Child, client, launch
from harness.waiting import until

from mdjourney_backend.assembly import Backend

Start = Callable[..., Child]
DATASET = "p_Heat/first set"


def objects(root: Path) -> int:
    return len(list((root / ".dvc/cache/files/md5").glob("??/*")))


def settled(child: Child) -> bool:
    child.http.post("/api/v1/rescan")
    health = child.http.get("/api/v1/health").json()
    return bool(health["in_step"]) and health["history"]["waiting"] == 0


def replace_a_file(child: Child, root: Path) -> None:
    """Give a file a second version; the first becomes as old as garbage has to be."""
    until(lambda: settled(child) and objects(root) == 2)
    (root / DATASET / "a.csv").write_text("x,y\n5,6\n7,8\n")
    until(lambda: settled(child) and objects(root) == 3)
    for path in (root / ".dvc/cache/files/md5").glob("??/*"):
        os.utime(path, (time.time() - 7200,) * 2)


def collect(child: Child, **body: Any) -> Any:
    answer = child.http.post("/api/v1/cache/collect", json={"keep_days": 0, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def by_command(root: Path, home: Path, *options: str) -> Any:
    command = [sys.executable, "-m", "mdjourney", "cache", str(root), "--home", str(home), "--json", *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)


def test_a_replaced_version_is_told_and_removed_from_wherever_one_asks(
    children: Start, root: Path, home: Path
) -> None:
    leader = children(launch(root, home))
    replace_a_file(leader, root)
    told = leader.http.get("/api/v1/cache").json()
    assert (told["keeping"] in {"copy", "reflink"}, told["objects"], told["limit_bytes"]) == (True, 3, None)
    assert collect(leader, keep_days=90)["removed_objects"] == 0
    follower = children(launch(root, home, owner=BOB))
    assert follower.http.get("/api/v1/cache").json()["objects"] == 3
    # git tells whole seconds: the commit that replaced it has to be one old
    until(lambda: collect(follower, dry_run=True)["removed_objects"] == 1)
    assert objects(root) == 3
    assert by_command(root, home, "--keep-days", "0")["removed_objects"] == 1
    assert objects(root) == 3
    assert by_command(root, home, "--keep-days", "0", "--collect")["removed_bytes"] == len("x,y\n1,2\n")
    assert objects(root) == 2
    assert (follower.end(), leader.end()) == (0, 0)
    assert by_command(root, home, "--keep-days", "0", "--collect")["objects"] == 2


@pytest.mark.anyio
async def test_only_admins_of_the_tree_remove_and_the_days_are_checked(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    async with client(backend, BOB) as bob:
        assert (await bob.post("/api/v1/cache/collect", json={})).status_code == 403
        assert (await bob.get("/api/v1/cache")).status_code == 200
    for wrong in (-1, "ninety", True, 1e9):
        answer = await ada.post("/api/v1/cache/collect", json={"keep_days": wrong})
        assert answer.status_code == 400
        assert "keep_days" in answer.json()["detail"]
    nothing = {"objects": 0, "bytes": 0, "removed_objects": 0, "removed_bytes": 0, "dry_run": False}
    assert (await ada.post("/api/v1/cache/collect")).json() == nothing  # this tree has no DVC

"""A monitor goes on capturing through sign-out, idle end, a backend's crash and a gateway's restart: a file dropped at each
of these moments is described, whoever serves the tree by then."""

import json
import os
import signal

import pytest
from gateway.served import Served, eventually, lives, ready

from mdjourney_gateway.sessions.session import Patience

PATIENCE = Patience(ready=60, drain=15)


class Tree:
    """One dataset, and what is dropped into it."""

    def __init__(self, root):
        self.folder = root / "data/p_Always/d"
        self.folder.mkdir(parents=True)
        self.dropped = set()

    def drop(self, moment):
        name = f"{moment}.txt"
        (self.folder / name).write_text(moment)
        self.dropped.add(name)

    def described(self):
        path = self.folder / ".metadata/dataset_structural.json"
        if not path.exists():
            return set()
        return {entry["file_path"] for entry in json.loads(path.read_text())["file_descriptions"]}

    def is_all_described(self):
        return self.described() >= self.dropped

    def drop_and_wait(self, moment):
        self.drop(moment)
        eventually(self.is_all_described, 90)


def backends(gateway):
    return [(view.resident, view.pid) for view in gateway.gateway.sessions.all() if view.pid]


@pytest.mark.slow
def test_files_dropped_at_every_moment_are_described(place):
    tree = Tree(place)
    with Served(place, kind="real", patience=PATIENCE, idle_minutes=0.1) as served:
        with served.person() as ada:
            ready(ada, place / "data", settle_seconds=0, store={"sync": False})
            tree.drop_and_wait("while somebody works")
            tree.drop("at the sign-out")
            assert ada.post("/api/auth/logout").status_code == 204
            tree.drop_and_wait("after the sign-out")
        # nobody asks any more: the session ends, and the config's own backend takes over
        eventually(lambda: all(view.resident for view in served.gateway.sessions.all()), 90)
        tree.drop("at the idle end")
        eventually(lambda: [resident for resident, _ in backends(served)] == [True], 90)
        tree.drop_and_wait("after the idle end")
        ((_, pid),) = backends(served)
        os.kill(pid, signal.SIGKILL)
        tree.drop("at the crash of the backend")
        eventually(lambda: any(other != pid for _, other in backends(served)), 60)
        tree.drop_and_wait("after the crash of the backend")
        ((_, pid),) = backends(served)
        tree.drop("at the end of the gateway")
    assert not lives(pid)
    tree.drop("while there is no gateway")
    with Served(place, kind="real", patience=PATIENCE) as served:
        tree.drop("while the gateway comes back")
        eventually(tree.is_all_described, 90)
        assert [resident for resident, _ in backends(served)] == [True]
        tree.drop_and_wait("after the gateway's restart")
        with served.person() as ada:
            ready(ada, place / "data", settle_seconds=0, store={"sync": False})
            tree.drop_and_wait("after the sign-in")
    assert len(tree.dropped) >= 10
    assert tree.is_all_described()

"""A commit whose answer is lost (F18): what was sent takes effect exactly once."""

import re
import select
import shutil
import socket
import tempfile
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_store import lifecycle
from mdjourney_store.connection import Store
from mdjourney_store.embedded import Urls
from mdjourney_store.problems import StoreAway
from mdjourney_store.viewer import Viewer

ALICE = Viewer("alice")


class CuttingProxy:
    """Stands before the server's socket; while armed it passes the next COMMIT on and then hangs up on the client."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        query = dict(urllib.parse.parse_qsl(parts.query))
        self._server = f"{query['host']}/.s.PGSQL.5432"
        self.folder = tempfile.mkdtemp(dir="/tmp", prefix="m")
        self.url = parts._replace(query=urllib.parse.urlencode({**query, "host": self.folder})).geturl()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{self.folder}/.s.PGSQL.5432")
        self._listener.listen()
        self._threads: list[threading.Thread] = []
        self.armed = False
        self.cuts = 0
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(10)
        for thread in self._threads:
            thread.join(10)
        shutil.rmtree(self.folder)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(client,))
            thread.start()
            self._threads.append(thread)

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._server)
            while True:
                ready, _, _ = select.select([client, server], [], [], 30)
                for side in ready:
                    data = side.recv(65536)
                    if not data:
                        return
                    (server if side is client else client).sendall(data)
                    if side is client and self.armed and re.search(rb"COMMIT\0", data):
                        self.armed = False
                        self.cuts += 1
                        # the server has answered when there is something to read: it took effect, and nobody hears of it
                        select.select([server], [], [], 10)
                        return


@pytest.fixture
def proxy(urls: Urls) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(urls.owner_url)
    yield proxy
    proxy.close()


@pytest.fixture
def behind(proxy: CuttingProxy) -> Iterator[Store]:
    store = Store(proxy.url)
    yield store
    store.close()


def test_a_birth_whose_answer_was_lost_is_one_trial(proxy: CuttingProxy, behind: Store, rows: Any) -> None:
    for number in range(10):
        proxy.armed = True
        with pytest.raises(StoreAway):
            lifecycle.birth(behind, ALICE, metadata={"n": number}, idempotency_key=f"k{number}")
        lifecycle.birth(behind, ALICE, metadata={"n": number}, idempotency_key=f"k{number}")
    assert proxy.cuts == 10
    assert rows("SELECT count(*) AS n FROM trial_detail") == [{"n": 10}]
    assert rows("SELECT count(*) AS n FROM trial_event") == [{"n": 10}]


def test_a_death_whose_answer_was_lost_can_be_told_again(
    proxy: CuttingProxy, behind: Store, rows: Any
) -> None:
    lifecycle.birth(behind, ALICE, trial_id="t")
    proxy.armed = True
    with pytest.raises(StoreAway):
        lifecycle.death(behind, ALICE, "t", clean_exit=True)
    assert lifecycle.death(behind, ALICE, "t", clean_exit=True)["clean_exit"] is True
    assert [row["event"] for row in rows("SELECT event FROM trial_event ORDER BY event_id")] == [
        "birth",
        "death",
    ]


def test_documents_whose_commit_was_not_heard_of_are_there_once(
    proxy: CuttingProxy, lab: Any, rows: Any, urls: Urls
) -> None:
    lab.run(lab.dataset(lab.project()))
    tree = Tree(lab.root, Layout())
    proxy.armed = True
    with pytest.raises(StoreAway):
        # the commit that is cut is the one that sends the documents: what is known already is asked first
        _twice(proxy, tree, lab)
    rebuild(tree, proxy.url, lab.origin)
    assert rebuild(tree, urls.owner_url, lab.origin).total == 0
    for table, number in (
        ("project_detail", 1),
        ("trial_detail", 1),
        ("file_entry", 2),
        ("document_event", 4),
    ):
        assert rows(f"SELECT count(*) AS n FROM {table}") == [{"n": number}]
    assert [row["event"] for row in rows("SELECT event FROM trial_event")] == ["birth"]


def _twice(proxy: CuttingProxy, tree: Tree, lab: Any) -> None:
    for _ in range(2):
        try:
            rebuild(tree, proxy.url, lab.origin)
        except StoreAway:
            if proxy.cuts == 2:
                raise
            proxy.armed = True


def test_the_folder_of_the_proxy_is_short(proxy: CuttingProxy) -> None:
    assert len(str(Path(proxy.folder))) < 90

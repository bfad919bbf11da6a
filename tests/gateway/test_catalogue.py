"""The catalogue's questions never hold anybody else up."""

import signal
import sys
import threading

import pytest
from gateway.served import Served, eventually

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import OutOfTime, Unavailable
from mdjourney_gateway.accounts.callers import Caller
from mdjourney_gateway.catalogue import Catalogue
from mdjourney_gateway.metadata_store import Came, MetadataStore
from mdjourney_gateway.refilling import refill
from mdjourney_store.connection import Store

CALLER = Caller(Identity(user_id="ada"), "cookie", "x", "x", True, b"")


class Answering(MetadataStore):
    def store(self):
        return None


@pytest.mark.anyio
async def test_a_store_that_stopped_answering_is_given_up_on(place):
    release = threading.Event()
    asking = Catalogue(Answering(place / "home", None), seconds=0.1)
    try:
        for _ in range(20):
            with pytest.raises(OutOfTime):
                await asking.ask(CALLER, lambda _store, _viewer: release.wait(30))
    finally:
        release.set()


@pytest.mark.anyio
async def test_a_store_that_is_not_up_yet_says_when_to_come_back(place):
    with pytest.raises(Unavailable) as refused:
        await Catalogue(MetadataStore(place / "home", None)).ask(CALLER, print)
    assert refused.value.headers() == {"Retry-After": "3"}


def test_a_reader_records_nothing(place):
    with Served(place) as served, served.person("pia", "reader") as pia:
        for method, path, body in (
            ("POST", "/trials", {}),
            ("POST", "/trials/x/heartbeat", {}),
            ("POST", "/trials/x/death", {"clean_exit": True}),
            ("PUT", "/trials/x/metadata", {"metadata": {}}),
            ("PUT", "/projects/x/roles/pia", {"role": "admin"}),
        ):
            assert pia.request(method, "/api/catalog/v1" + path, json=body).status_code == 403, path
        assert pia.get("/api/catalog/v1/trials").status_code == 503
        eventually(lambda: pia.get("/healthz").status_code == 200)


def test_trees_are_sent_again_by_a_program_that_ends_with_the_gateway(place):
    stopping = threading.Event()
    done = place / "done"
    assert refill(place / "home", stopping, [sys.executable, "-c", f"open({str(done)!r}, 'w')"]) == 0
    assert done.exists()
    stopping.set()
    assert refill(place / "home", stopping, ["sleep", "1000"]) == -signal.SIGTERM


def test_a_store_that_went_away_is_not_said_to_be_ready(served, ada, store):
    served.gateway.store._came = Came(store, "")
    assert ada.get("/api/catalog/v1/tags").status_code == 200
    assert ada.get("/readyz").json() == {"status": "ok", "store": "ok"}
    served.gateway.store._came = Came(Store("postgresql://x@127.0.0.1:1/x?connect_timeout=1"), "")
    assert ada.get("/api/catalog/v1/tags").status_code == 503
    assert ada.get("/readyz").status_code == 503
    assert ada.get("/healthz").status_code == 200

"""A project keeps somebody who can administer it, whoever's account or role changes; and no account is kept for that."""

import contextlib
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway.served import PASSWORD, Served
from harness.folders import short_folder

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict
from mdjourney_gateway.accounts.standing import standings
from mdjourney_gateway.metadata_store import Came
from mdjourney_store import roles
from mdjourney_store.connection import Store
from mdjourney_store.viewer import Viewer

CATALOGUE = "/api/catalog/v1"
ROOT = Viewer("root", "local", "admin")


class Lab:
    """A gateway with a store, and a project of Bob's."""

    def __init__(self, served, store, admin):
        self.served, self.store, self.admin = served, store, admin
        self.accounts = served.gateway.accounts
        self.project = str(uuid.uuid4())
        self.people = [self.account(name) for name in ("bob", "eve")]
        with store.transaction() as connection:
            connection.execute(
                "INSERT INTO project_detail (project_id, name) VALUES (%s, 'Keep')", (self.project,)
            )
        self.become(self.bob, "admin")

    bob = property(lambda self: self.people[0])
    eve = property(lambda self: self.people[1])

    def account(self, name, role="researcher"):
        """A person nobody else in these tests is called like."""
        return self.accounts.add(f"{name}-{self.project[:8]}", role=role, password=PASSWORD).user_id

    def become(self, user_id, role, domain="local"):
        person = Identity(user_id=user_id, domain=domain)
        roles.set_role(self.store, ROOT, self.project, person, role)

    def give(self, user_id, role, client=None, domain="local"):
        path = f"{CATALOGUE}/projects/{self.project}/roles/{user_id}?domain={domain}"
        return (client or self.admin).put(path, json={"role": role})

    def patch(self, user_id, **changes):
        return self.admin.patch(f"/api/users/{user_id}", json=changes)


@pytest.fixture(scope="module")
def gateway():
    with short_folder() as root:
        (root / "home").mkdir(mode=0o700)
        with Served(root) as served, served.person("ada") as admin:
            yield served, admin


@pytest.fixture
def lab(gateway, store):
    served, admin = gateway
    served.gateway.store._came = Came(store, "")
    yield Lab(served, store, admin)
    served.gateway.store._came = None


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "reader"}])
def test_the_only_admin_of_a_project_is_not_shut_out_unless_it_is_said(lab, change):
    refused = lab.patch(lab.bob, **change)
    assert refused.status_code == 409
    assert refused.json()["code"] == "last-project-admin"
    assert refused.json()["projects"] == [{"project_id": lab.project, "name": "Keep"}]
    assert lab.accounts.get(lab.bob).role == "researcher"
    done = lab.patch(lab.bob, **change, force=True)
    assert done.status_code == 200
    assert [each["project_id"] for each in done.json()["projects_without_admin"]] == [lab.project]
    line = json.loads((lab.served.settings.home / "audit.jsonl").read_bytes().splitlines()[-1])
    assert (line["event"], line["left_without_admin"]) == ("account-changed", [lab.project])


def test_what_shuts_nobody_out_is_not_asked_about(lab):
    assert lab.patch(lab.bob, name="Bob", password="another one").status_code == 200
    assert lab.patch(lab.bob, role="admin").status_code == 200
    assert lab.patch(lab.eve, disabled=True).json()["projects_without_admin"] == []


@pytest.mark.parametrize("other", ["disabled", "reader", "no account"])
def test_only_who_can_act_counts_as_an_admin_that_is_left(lab, other):
    lab.become(lab.eve if other != "no account" else "nobody", "admin")
    if other == "disabled":
        lab.accounts.change(lab.eve, {"disabled": True})
    elif other == "reader":
        lab.accounts.change(lab.eve, {"role": "reader"})
    assert lab.patch(lab.bob, disabled=True).status_code == 409
    assert lab.give(lab.bob, None).status_code == 409
    assert lab.give(lab.bob, "operator").status_code == 409


def test_who_can_act_lets_the_other_go(lab):
    assert lab.give(lab.eve, "admin").status_code == 204
    assert lab.patch(lab.bob, disabled=True).json()["projects_without_admin"] == []
    assert lab.give(lab.bob, None).status_code == 204
    assert lab.give(lab.eve, None).status_code == 409


def test_roles_are_given_to_somebody(lab):
    for domain in ("local", "orcid", ""):
        refused = lab.give("nobody-there", "admin", domain=domain)
        assert (refused.status_code, refused.json()["errors"][0]["key"]) == (422, "user_id")
    assert lab.give("x" * 3000, "operator").status_code == 422
    lab.accounts.change(lab.eve, {"disabled": True})
    assert "disabled" in lab.give(lab.eve, "operator").json()["detail"]
    assert lab.give(lab.eve, None).status_code == 204


def test_whom_documents_name_may_have_a_role_without_an_account(lab):
    with lab.store.transaction() as connection:
        for user_id, domain in (("from-a-tree", "local"), ("0000-0001", "orcid")):
            connection.execute(
                "INSERT INTO user_detail (user_id, domain) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (user_id, domain),
            )
    assert lab.give("from-a-tree", "admin").status_code == 204
    assert lab.give("0000-0001", "admin", domain="orcid").status_code == 204
    assert lab.give(lab.bob, None).status_code == 409  # neither can sign in here
    assert lab.give("from-a-tree", None).status_code == 204


def test_who_does_not_see_a_project_learns_of_no_account(lab):
    with lab.served.person(lab.eve) as eve:
        asked = [lab.give(name, "admin", eve) for name in (lab.bob, "nobody-there")]
        assert [answer.status_code for answer in asked] == [404, 404]
        assert len({answer.json()["detail"] for answer in asked}) == 1


@pytest.mark.parametrize("away", ["not up", "gone"])
def test_without_the_store_an_account_is_disabled_all_the_same(lab, away):
    gone = Came(Store("postgresql://x@127.0.0.1:1/x?connect_timeout=1"), "")
    lab.served.gateway.store._came = None if away == "not up" else gone
    done = lab.patch(lab.bob, disabled=True)
    assert done.status_code == 200
    assert "metadata store" in done.json()["not_checked"]
    assert lab.accounts.get(lab.bob).disabled


def test_two_who_count_on_each_other_do_not_both_go(lab, monkeypatch):
    lab.become(lab.eve, "admin")
    meeting, change = threading.Barrier(2), lab.accounts.change

    def change_together(*args):
        with contextlib.suppress(
            threading.BrokenBarrierError
        ):  # the other one is kept waiting, as it should be
            meeting.wait(0.5)
        return change(*args)

    monkeypatch.setattr(lab.accounts, "change", change_together)
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda name: lab.patch(name, disabled=True).status_code, lab.people))
    assert sorted(answers) == [200, 409]


def test_nobodys_role_goes_while_the_other_admin_is_shut_out(lab):
    lab.become(lab.eve, "admin")

    def take_away():
        person = Identity(user_id=lab.eve)
        roles.set_role(lab.store, ROOT, lab.project, person, None, standings(lab.accounts))

    with ThreadPoolExecutor(1) as beside:
        with roles.held_alone(lab.store, lab.bob, "local", standings(lab.accounts), 60) as left:
            assert left == []
            taking = beside.submit(take_away)
            with pytest.raises(TimeoutError):
                taking.result(0.3)
            lab.accounts.change(lab.bob, {"disabled": True})
        with pytest.raises(Conflict):
            taking.result(60)

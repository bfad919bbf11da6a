"""Whatever schemathesis makes of the two OpenAPI documents, well-formed or not: no 5xx, and answers as they are described.

A few seeded examples of each operation here; MDJOURNEY_SLOW_TESTS=1 tries a hundred times as many, MDJOURNEY_FUZZ any number.
"""

import copy
import os

import httpx
import pytest
import requests
import schemathesis
from gateway.described import check, document
from gateway.served import Served, ready
from harness.folders import short_folder
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from mdjourney_gateway.metadata_store import Came
from mdjourney_gateway.sessions.session import Patience

EXAMPLES = int(os.environ.get("MDJOURNEY_FUZZ") or (200 if os.environ.get("MDJOURNEY_SLOW_TESTS") else 2))
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
#: A stream without end, and what would end the session that is asked.
LEFT_OUT = {"GET /api/session/events", "GET /api/v1/events", "POST /api/session/stop"}
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a case that breaks something is told as it is
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, store):
    """A gateway with a store and a real backend; its admin comes with a token, so that no request ends the sign-in."""
    with short_folder() as root:
        (root / "data/p_One/d").mkdir(parents=True)
        (root / "data/p_One/d/a.csv").write_text("a,b\n1,2\n")
        (root / "home").mkdir(mode=0o700)
        with Served(root, kind="real", patience=Patience(ready=60)) as served, served.person() as ada:
            served.gateway.store._came = Came(store, "")
            ready(ada, root / "data", name="Lab", keep_running=False, store={"sync": False})
            secret, _ = served.gateway.tokens.make("ada", "fuzz", ("admin", "write"), 1)
            with httpx.Client(
                base_url=served.url, timeout=60, headers={"Authorization": f"Bearer {secret}"}
            ) as client:
                yield served, client
            served.gateway.store._came = None


def operations_in(told):
    """Operations of a document; who may ask is tried elsewhere, so nothing is made up about cookies and tokens."""
    told = copy.deepcopy(told)
    told.get("components", {}).pop("securitySchemes", None)
    for methods in told["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    found = [made.ok() for made in schemathesis.openapi.from_dict(told).get_all_operations()]
    return [operation for operation in found if operation.label not in LEFT_OUT]


def storm(client, operations, judge):
    asked = 0
    for operation in operations:
        for mode in MODES:

            @BOUNDED
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case):
                nonlocal asked
                asked += 1
                judge(answer_to(client, case))

            try:
                ask()
            except Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE, operation.label  # nothing in it can be wrong
    return asked


def answer_to(client, case):
    """What the gateway answers to a case, written by requests and sent by httpx."""
    wanted = case.as_transport_kwargs(base_url=str(client.base_url))
    wanted.pop("cookies", None)
    prepared = requests.Request(**wanted).prepare()
    headers = {k: v for k, v in prepared.headers.items() if k.lower() not in ("content-length", "host")}
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    return client.request(prepared.method, prepared.url, headers=headers, content=body)


def test_the_gateway_breaks_of_no_request(lab):
    _, client = lab
    operations = operations_in(document())
    assert len(operations) > 45

    def judge(answer):
        assert answer.status_code < 500, (answer.request.method, answer.request.url, answer.text)
        check(answer)

    asked = storm(client, operations, judge)
    print(f"gateway: {len(operations)} operations, {asked} cases, 0 answers of 5xx")


def test_a_backend_breaks_of_no_request(lab):
    _, client = lab
    told = client.get("/api/v1/openapi.json").json()
    operations = operations_in(told)
    assert len(operations) > 55

    def judge(answer):
        said = (answer.request.method, answer.request.url, answer.request.content[:500], answer.text[:500])
        assert answer.status_code < 500, said
        assert "no-session" not in answer.text, said

    asked = storm(client, operations, judge)
    assert client.get("/api/v1/health").status_code == 200
    print(f"backend: {len(operations)} operations, {asked} cases, 0 answers of 5xx")

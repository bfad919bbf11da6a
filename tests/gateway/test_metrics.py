"""Numbers of the gateway and of its backends."""

import os
import signal

from gateway.served import eventually, ready, state_of


def test_backends_tell_their_numbers_and_a_dead_one_is_counted(served, ada, place):
    session = ready(ada, place / "data", keep_running=False)
    os.kill(ada.get("/api/v1/health").json()["pid"], signal.SIGKILL)
    ada.get("/api/v1/health")
    eventually(lambda: state_of(ada, session) == "ready")
    text = ada.get("/metrics").text
    labels = f'{{config="data",resident="no",session="{session}"}}'
    assert f"mdjourney_backend_in_step{labels} 1.0" in text
    assert f"mdjourney_backend_answers{labels} 1.0" in text
    assert f"mdjourney_backend_pending_files{labels} 3.0" in text
    assert f"mdjourney_backend_files_processed_total{labels} 12.0" in text
    assert f"mdjourney_backend_restarts_total{labels} 1.0" in text
    assert f"mdjourney_backend_start_seconds{labels} " in text
    assert f"mdjourney_backend_proxy_seconds_count{labels} " in text
    assert f"mdjourney_backend_disk_free_bytes{labels} 7.0" in text
    assert "mdjourney_backend_bad_name" not in text
    assert "mdjourney_backend_deaths_total 1.0" in text
    assert "mdjourney_spawn_seconds_count 2.0" in text
    assert 'mdjourney_proxy_seconds_count{status="2xx"}' in text


def test_what_breaks_in_the_gateway_is_counted(served, ada):
    async def broken() -> None:
        raise ZeroDivisionError

    served.gateway.inner.add_api_route("/api/broken", broken)
    answer = ada.get("/api/broken")
    assert answer.status_code == 500
    assert answer.json()["status"] == 500
    text = ada.get("/metrics").text
    assert 'mdjourney_requests_total{method="GET",status="5xx"} 1.0' in text

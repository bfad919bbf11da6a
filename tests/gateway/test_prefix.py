"""A gateway below a path of its host: its pages, cookies and links say so, straight and through nginx, stripped or not."""

import contextlib
import os
import re
import shutil
import socket
import subprocess

import httpx
import pytest
from gateway.served import PASSWORD, Served, eventually, free_ports, ready

from mdjourney_contract.problems import Conflict
from mdjourney_gateway.settings import SettingsError, load_settings

NGINX = shutil.which("nginx")
INDEX = '<!doctype html><link href="/icon.svg"><script src="/assets/app-1.js"></script><a href="//x"></a>'


@pytest.fixture
def below(place):
    pages = place / "pages"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text(INDEX)
    (pages / "icon.svg").write_text("<svg/>")
    (pages / "assets/app-1.js").write_text("1")
    with Served(place, webapp=pages, path_prefix="/lab", allowed_hosts=("lab.example",)) as served:
        yield served


def test_pages_and_assets_are_found_below_the_prefix(below):
    page = httpx.get(below.url + "/lab/projects/a.b", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert (
        '<link href="/lab/icon.svg"><script src="/lab/assets/app-1.js"></script><a href="//x">' in page.text
    )
    for name in ("icon.svg", "assets/app-1.js"):
        for prefix in ("/lab/", "/"):  # a reverse proxy may take the prefix off
            assert httpx.get(below.url + prefix + name).status_code == 200
    assert httpx.get(below.url + "/lab").headers["location"] == "/lab/"
    assert httpx.get(below.url + "/labyrinth/x.js").status_code == 404
    assert httpx.get(below.url + "/lab/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("host", "name", "secure"), [("127.0.0.1", "mdj", False), ("lab.example", "__Secure-mdj", True)]
)
def test_the_cookie_holds_below_the_prefix_only(below, host, name, secure):
    with contextlib.suppress(Conflict):
        below.gateway.accounts.add("ada", password=PASSWORD)
    answer = httpx.post(
        below.url + "/lab/api/auth/login",
        json={"username": "ada", "password": PASSWORD},
        headers={"Host": host},
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(name + "=")
    assert "Path=/lab;" in cookie + ";"
    assert ("Secure" in cookie) == secure
    assert "HttpOnly" in cookie
    cookies = {"Cookie": cookie.partition(";")[0], "Host": host}
    assert httpx.get(below.url + "/lab/api/auth/me", headers=cookies).status_code == 200
    csrf = {"X-CSRF-Token": answer.json()["csrf_token"]}
    gone = httpx.post(below.url + "/lab/api/auth/logout", headers=cookies | csrf).headers["set-cookie"]
    assert "Path=/lab" in gone
    assert "Max-Age=0" in gone


def test_what_a_backend_points_at_is_below_the_prefix_and_nowhere_else(below, place):
    with below.person() as ada:
        ready(ada, place / "data", keep_running=False)
        for location, passed in (
            ("/api/v1/runs/1", "/lab/api/v1/runs/1"),
            ("http://127.0.0.1:8100/api/v1/x", None),
            ("//evil.example/api/v1/", None),
            ("/login", None),
        ):
            raw = f"HTTP/1.1 307 X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
            answer = ada.get("/api/v1/raw", params={"hex": raw.hex()}, follow_redirects=False)
            assert answer.headers.get("location") == passed


@pytest.mark.parametrize(
    ("given", "kept"),
    [("/lab/", "/lab"), ("/", ""), ("/a/b", "/a/b"), ("lab", None), ("/a b", None), ("/..", None), ("/api", None), ("/assets/x", None)],
)  # fmt: skip
def test_a_prefix_is_a_plain_path(place, given, kept):
    if kept is None:
        with pytest.raises(SettingsError, match="path_prefix"):
            load_settings(place / "home", {"path_prefix": given}, {})
    else:
        assert load_settings(place / "home", {"path_prefix": given}, {}).path_prefix == kept


@contextlib.contextmanager
def nginx(place, served, *, strips):
    port = int(free_ports(1).split("-")[0])
    config = place / "nginx.conf"
    config.write_text(
        f"""daemon off; pid {place}/nginx.pid; error_log {place}/nginx.log; worker_processes 1; {"user root;" if os.getuid() == 0 else ""}
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 0;
  client_body_temp_path {place}/b; proxy_temp_path {place}/p; fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
  server {{
    listen 127.0.0.1:{port};
    location /lab/ {{
      proxy_pass {served.url}{"/" if strips else ""};
      proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Connection ""; proxy_buffering off; proxy_request_buffering off;
    }}
    location / {{ return 404; }}
  }}
}}
"""
    )
    process = subprocess.Popen(
        [NGINX, "-p", str(place), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: _listens(port))
        yield f"http://127.0.0.1:{port}/lab"
    finally:
        process.terminate()
        process.wait(10)


def _listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
@pytest.mark.parametrize("strips", [True, False])
def test_a_person_works_through_nginx_below_a_prefix(below, place, strips):
    below.gateway.accounts.add("ada", role="admin", password=PASSWORD)
    with (
        nginx(place, below, strips=strips) as url,
        httpx.Client(base_url=url, timeout=20, headers={"Origin": url.removesuffix("/lab")}) as browser,
    ):
        page = browser.get("/", headers={"Accept": "text/html"}).text
        for address in re.findall(r'(?:href|src)="(/lab/[^"]+)"', page):
            assert browser.get(url.removesuffix("/lab") + address).status_code == 200
        signed = browser.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
        assert signed.status_code == 200
        browser.headers["X-CSRF-Token"] = signed.json()["csrf_token"]
        ready(browser, place / "data", keep_running=False)
        answer = browser.put("/api/v1/echo?x=1", content=b"a" * 300_000)
        assert (answer.json()["size"], answer.json()["target"]) == (300_000, "/api/v1/echo?x=1")
        with browser.stream("GET", "/api/v1/events") as events:
            assert next(events.iter_lines()) == "data: 0"
        assert browser.get(url.removesuffix("/lab") + "/api/auth/me").status_code == 404
        assert browser.post("/api/auth/logout").status_code == 204
        assert browser.get("/api/auth/me").status_code == 401

"""The gateway's proxy, sign-in and header work included, against configurable-http-proxy, nginx and stock httpx."""

import tempfile
from functools import partial
from pathlib import Path

from benchmarks.proxy.load import ask, download, upload
from benchmarks.proxy.proxies import PATH, Proxy, every_proxy, forget_peak, rss_kib
from benchmarks.results import Told
from benchmarks.rounds import Measure, Sample, Side, interleave

TITLE = "Proxy"
OURS, STOCK, CHP, NGINX, DIRECT = "mdjourney", "stock httpx", "configurable-http-proxy", "nginx", "direct"
CONNECTIONS = (1, 8, 64)
ALLOWED_MIB = 4.0
_UPLOAD = "/api/v1/datasets/5b1c9a52/upload/big.bin"


def measure(*, smoke: bool) -> list[Measure | Told]:
    """CPU for each request and requests for each second at 1, 8 and 64 connections; memory under big bodies."""
    requests, rounds, size = (64, 1, 1 << 20) if smoke else (2000, 9, 100 << 20)
    with (
        tempfile.TemporaryDirectory(dir="/tmp", prefix="mgb") as name,
        every_proxy(Path(name)) as (sides, upstream, absent),
    ):
        for line in absent:
            print(f"*** {line}; its rows are left out. ***")
        runs = {n: _load(sides, upstream, n, requests, rounds) for n in CONNECTIONS}
        memory = [_memory(side, size, rounds if smoke else 3) for side in sides]
    measures: list[Measure | Told] = [
        _cpu_row(n, against, goal, runs[n]) for n in CONNECTIONS for against, goal in _cpu_goals(n)
    ]
    if not smoke:
        measures.append(_flat(runs))
    for n in CONNECTIONS[1:]:
        measures += _throughput_rows(n, runs[n])
    for what in ("down", "down to a slow client", "up"):
        for ours in memory[:1]:
            measures += [_memory_row(what, ours, other) for other in memory[1:] if other[0] != NGINX]
            measures.append(_allowed_row(what, ours))
    return [m for m in measures if isinstance(m, Told) or m.against in m.samples]


def _cpu_goals(n: int) -> list[tuple[str, float | None]]:
    return [(CHP, 1.0), (STOCK, 1.0 if n == 1 else 1 / 6), (NGINX, None)]


def _load(sides: list[Proxy], upstream: int, n: int, requests: int, rounds: int) -> dict[str, list[Sample]]:
    def through(proxy: Proxy) -> Sample:
        request = proxy.head()
        ask(proxy.port, request, n, max(n, requests // 10))
        before = proxy.cpu()
        wall = ask(proxy.port, request, n, requests)
        return Sample(wall / requests * 1000, (proxy.cpu() - before) / requests * 1000)

    direct = Proxy(DIRECT, upstream, ())
    return interleave([Side(each.name, partial(through, each)) for each in [*sides, direct]], rounds)


def _cpu_row(n: int, against: str, goal: float | None, samples: dict[str, list[Sample]]) -> Measure:
    only = {
        name: [Sample(s.cpu, s.cpu) for s in found]
        for name, found in samples.items()
        if name in (OURS, against)
    }
    return Measure(f"CPU of 1,000 requests at {n} connections", OURS, against, goal, only)


def _flat(runs: dict[int, dict[str, list[Sample]]]) -> Measure:
    def cpu(n: int) -> list[Sample]:
        return [Sample(s.cpu, s.cpu) for s in runs[n][OURS]]

    samples = {"at 64": cpu(64), "at 8": cpu(8)}
    return Measure("CPU of 1,000 requests is flat from 8 to 64", "at 64", "at 8", 1.1, samples)


def _throughput_rows(n: int, samples: dict[str, list[Sample]]) -> list[Measure]:
    name = f"time of 1,000 requests at {n} connections"
    rows = [Measure(name, OURS, CHP, 1.0, samples)]
    rows += [Measure(name, OURS, other, None, samples) for other in (NGINX, DIRECT)]
    return (
        [*rows, Measure(name, CHP, DIRECT, None, samples, "the yardstick's own share")]
        if CHP in samples
        else rows
    )


def _memory(proxy: Proxy, size: int, rounds: int) -> tuple[str, dict[str, list[Sample]]]:
    down = proxy.head(path=f"{PATH}&size={size}", more=b"connection: close\r\n")
    up = proxy.head("PUT", _UPLOAD, f"content-length: {size}\r\nconnection: close\r\n".encode())
    ways = {
        "down": partial(download, proxy.port, down, size, slow=False),
        "down to a slow client": partial(download, proxy.port, down, size, slow=True),
        "up": partial(upload, proxy.port, up, size),
    }
    ask(proxy.port, proxy.head(), 8, 64)
    found: dict[str, list[Sample]] = {}
    for what, way in ways.items():
        for _ in range(rounds):
            found.setdefault(what, []).append(_extra(proxy, way))
    return proxy.name, found


def _extra(proxy: Proxy, way: partial[None]) -> Sample:
    before = {pid: rss_kib(pid, "VmRSS") for pid in proxy.pids}
    for pid in proxy.pids:
        forget_peak(pid)
    cpu = proxy.cpu()
    way()
    extra = sum(max(0, rss_kib(pid, "VmHWM") - before[pid]) for pid in proxy.pids)
    return Sample(max(extra / 1024, 0.05), proxy.cpu() - cpu)


def _memory_row(
    what: str, ours: tuple[str, dict[str, list[Sample]]], other: tuple[str, dict[str, list[Sample]]]
) -> Measure:
    samples = {ours[0]: ours[1][what], other[0]: other[1][what]}
    return Measure(f"100 MB {what}: extra memory", ours[0], other[0], None, samples, unit="MiB")


def _allowed_row(what: str, ours: tuple[str, dict[str, list[Sample]]]) -> Told:
    worst = max(sample.wall for sample in ours[1][what])
    return Told(f"100 MB {what}: most extra memory of the gateway", worst, "MiB", ALLOWED_MIB)

"""The rows of the table: which sides, on which files, and the ratio that is wanted."""

import contextlib
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.ingest import files, peers, sides
from benchmarks.ingest.files import DATASET
from benchmarks.rounds import Measure, Sample, Side, interleave


@contextlib.contextmanager
def _place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mc-bench-") as name:
        yield Path(name)


def _rounds(smoke: bool) -> int:
    return 1 if smoke else 5


def _against_peers(smoke: bool, cache: str, goal: float, *, all_of_them: bool = False) -> list[Measure]:
    """A row against `dvc add`, which has the goal, and one against each other peer."""
    count = 150 if smoke else 10_000
    dvc_name = "dvc add, git commit"
    with _place() as base:
        root, peer = base / "tree", base / "dvc"
        files.many(root / DATASET, count)
        peaks: list[int] = []

        def ours() -> Sample:
            sample, peak = sides.ours(root, base / "home", cache)
            peaks.append(peak)
            return sample

        def dvc() -> Sample:
            if not (peer / "data").exists():
                files.many(peer / "data", count)
            sides.dvc_repository(peer)
            return _timed(lambda: sides.dvc_add(peer))

        others = list(peers.found()) if all_of_them else []
        sides_of = [
            Side("mdjourney", ours),
            Side(dvc_name, dvc),
            *(_peer(peer, base / "peer", count) for peer in others),
        ]
        samples = interleave(sides_of, _rounds(smoke))
        note = f"peak {max(peaks)} MiB"
    name = f"{count:,} x 4 KiB, cache {'copied' if cache == 'copy' else 'off'}"
    return [
        Measure(name, "mdjourney", dvc_name, goal, samples, note),
        *(Measure(name, "mdjourney", peer.name, None, samples) for peer in others),
    ]


def _peer(peer: peers.Peer, root: Path, count: int) -> Side:
    def save() -> Sample:
        peers.anew(peer, root, count)
        return _timed(lambda: peer.save(root))

    return Side(peer.name, save)


def _large(smoke: bool) -> Measure:
    count, mebibytes = (2, 1) if smoke else (4, 256)
    with _place() as base:
        root = base / "tree"
        files.few(root / DATASET, count, mebibytes)
        yardstick = "hash and copy"
        samples = interleave(
            [
                Side("mdjourney", lambda: sides.ours(root, base / "home", "copy")[0]),
                Side(yardstick, lambda: sides.hash_and_copy(root, base / "copy")),
            ],
            _rounds(smoke),
        )
    return Measure(f"{count} x {mebibytes} MiB, cache copied", "mdjourney", yardstick, 1.2, samples)


def _per_file(smoke: bool) -> Measure:
    few, many = (20, 200) if smoke else (10_000, 100_000)
    with _place() as base:
        for count in (few, many):
            files.many(base / str(count) / DATASET, count)
        peaks: dict[int, int] = {}

        def one(count: int) -> Callable[[], Sample]:
            def run() -> Sample:
                sample, peaks[count] = sides.ours(base / str(count), base / "home", "none")
                return Sample(sample.wall / count * 1000, sample.cpu / count * 1000)

            return run

        sides_of = [Side(f"{count:,} files", one(count)) for count in (many, few)]
        samples = interleave(sides_of, _rounds(smoke))
        note = f"seconds per 1,000 files; peak {peaks[many]} and {peaks[few]} MiB"
    return Measure("cost per file", f"{many:,} files", f"{few:,} files", 1.3, samples, note)


def _one_more(smoke: bool) -> Measure:
    few, many = (10, 110) if smoke else (10, 10_000)
    with _place() as base, contextlib.ExitStack() as stack:
        numbers = iter(range(10**6))

        def prepared(count: int) -> Callable[[], Sample]:
            root, home = base / str(count), base / f"home{count}"
            files.many(root / DATASET, count)
            child = stack.enter_context(sides.backend())
            child.ask("lead", root, home, "copy")

            def run() -> Sample:
                """The median of three."""
                taken = [
                    child.ask(
                        "add", root, home, "copy", file=str(root / DATASET / f"more{next(numbers)}.bin")
                    )
                    for _ in range(1 if smoke else 3)
                ]
                return Sample(*(statistics.median(getattr(s, f) for s in taken) for f in ("wall", "cpu")))

            return run

        sides_of = [Side(f"in a dataset of {count:,}", prepared(count)) for count in (many, few)]
        samples = interleave(sides_of, _rounds(smoke))
    note = "a running backend, from the file to in step"
    return Measure("one more file", sides_of[0].name, sides_of[1].name, 3.0, samples, note)


def _restart(smoke: bool) -> Measure:
    count = 200 if smoke else 100_000
    with _place() as base:
        root, home = base / "tree", base / "home"
        files.many(root / DATASET, count)
        with sides.backend() as child:
            child.ask("scan", root, home)
            child.ask("scan", root, home)

        def ours() -> Sample:
            with sides.backend() as child:
                return child.ask("scan", root, home)

        def scan() -> None:
            sides.bare_scan(root / DATASET)

        samples = interleave([Side("mdjourney", ours), Side("bare scan", scan)], _rounds(smoke))
    return Measure(f"restart with {count:,} known files", "mdjourney", "bare scan", 3.0, samples)


def _status(smoke: bool) -> Measure:
    """The real DVC on our pointers and on its own."""
    count = 110 if smoke else 10_000
    with _place() as base:
        root, peer = base / "tree", base / "dvc"
        files.many(root / DATASET, count)
        files.many(peer / "data", count)
        sides.ours(root, base / "home", "copy")
        sides.dvc_repository(peer)
        sides.dvc_add(peer)
        said: set[str] = set()

        def status(place: Path) -> Callable[[], None]:
            return lambda: said.add(sides.dvc_status(place))

        samples = interleave(
            [Side("our pointers", status(root)), Side("its own", status(peer))], 1 if smoke else 3
        )
    if said != {"{}"}:
        raise SystemExit(f"dvc status is not clean: {said}")
    return Measure(
        f"dvc status, {count:,} files", "our pointers", "its own", 60.0, samples, "clean; time told"
    )


def _checkout(smoke: bool) -> Measure:
    """The real DVC brings back files that were removed, by our pointers and by its own; looked at byte by byte."""
    count, gone = (110, 20) if smoke else (10_000, 1_000)
    with _place() as base:
        root, peer = base / "tree", base / "dvc"
        files.many(root / DATASET, count)
        files.many(peer / "data", count)
        sides.ours(root, base / "home", "copy")
        sides.dvc_repository(peer)
        sides.dvc_add(peer)

        def checkout(place: Path, data: Path) -> Callable[[], Sample]:
            def run() -> Sample:
                taken = files.take_away(data, gone)
                sample = _timed(lambda: sides.dvc_checkout(place))
                wrong = [path for path, content in taken.items() if path.read_bytes() != content]
                if wrong or sides.dvc_status(place) != "{}":
                    raise SystemExit(
                        f"dvc checkout did not bring back {wrong[:3]}, or its status is not clean"
                    )
                return sample

            return run

        samples = interleave(
            [
                Side("our pointers", checkout(root, root / DATASET)),
                Side("its own", checkout(peer, peer / "data")),
            ],
            1 if smoke else 3,
        )
    name = f"dvc checkout, {gone:,} of {count:,} files removed"
    return Measure(name, "our pointers", "its own", 60.0, samples, "all bytes back, status clean; time told")


def _timed(work: Callable[[], None]) -> Sample:
    from benchmarks.rounds import timed

    taken: list[Sample] = []
    with timed(taken):
        work()
    return taken[0]


ROWS: dict[str, Callable[[bool], list[Measure]]] = {
    "small": lambda smoke: _against_peers(smoke, "copy", 1.0, all_of_them=True),
    "small-none": lambda smoke: _against_peers(smoke, "none", 0.4),
    "large": lambda smoke: [_large(smoke)],
    "per-file": lambda smoke: [_per_file(smoke)],
    "one-more": lambda smoke: [_one_more(smoke)],
    "restart": lambda smoke: [_restart(smoke)],
    "status": lambda smoke: [_status(smoke)],
    "checkout": lambda smoke: [_checkout(smoke)],
}

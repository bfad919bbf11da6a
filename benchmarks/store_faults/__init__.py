"""PostgreSQL killed, stopped, restarted, full, slow, silent, cut after COMMIT (F17, F18): saves and sign-ins go on, and
afterwards rows are what files say, once. With the protections off, the same trials fail."""

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.faults.record import bound
from benchmarks.results import Latency, Told, figure
from benchmarks.store_faults.kinds import KINDS, Kind
from benchmarks.store_faults.speed import Took, through_http
from benchmarks.store_faults.trials import CONTROLS, Counted, run

TITLE = "Faults of PostgreSQL"
_TRIALS, _PARTS, _CONTROLS, _ROUNDS = 30, 3, 5, 6
#: Trials mostly wait: so many go on beside each other, each part on a server of its own.
_AT_ONCE = 3


def measure(*, smoke: bool) -> list[Latency | Told]:
    """Each kind of fault: speed through the gateway, with nothing else going on; then trials, and the controls."""
    if smoke:
        return [*trial_rows(run(KINDS[0](), 1))]
    found: list[Latency | Told] = []
    for kind in KINDS:
        try:
            found += speed_rows(through_http(kind(), _ROUNDS))
        except OSError as error:
            _left_out(kind, error)
    with ProcessPoolExecutor(_AT_ONCE, get_context("spawn")) as pool:
        kinds = [(kind, [pool.submit(_part, kind, part) for part in range(_PARTS)]) for kind in KINDS]
        controls = [pool.submit(_control, number) for number in range(len(CONTROLS))]
        for kind, parts in kinds:
            found += _counted(kind, parts)
        for control, counted in zip(CONTROLS, controls, strict=True):
            found += trial_rows(counted.result(), control.kind.name)
    return found


def _counted(kind: type[Kind], parts: list["Future[Counted]"]) -> Iterator[Told]:
    try:
        whole = sum((part.result() for part in parts), Counted(kind.name))
    except OSError as error:
        _left_out(kind, error)
    else:
        for number, reasons in whole.failed.items():
            print(f"{kind.name}: trial {number}: {'; '.join(reasons[:3])}", file=sys.stderr)
        yield from trial_rows(whole)


def _part(kind: type[Kind], part: int) -> Counted:
    each = _TRIALS // _PARTS
    return run(kind(), each, seed=part * each)


def _control(number: int) -> Counted:
    control = CONTROLS[number]
    return run(control.kind(), _CONTROLS, settle=8, control=control)


def _left_out(kind: type[Kind], error: OSError) -> None:
    print(f"{kind.name}: left out, {error}", file=sys.stderr)


def speed_rows(took: Took) -> list[Latency | Told]:
    """Saves and sign-ins under a fault against the same run's idle ones; how long until everything was told."""
    idle = "the same, idle"
    return [
        Latency(f"{took.name}: save", took.saves, took.saves_idle, idle, 1.5),
        Latency(f"{took.name}: sign-in", took.sign_ins, took.sign_ins_idle, idle, 1.5),
        Told(
            f"{took.name}: from its end until every save was told, p95 of {len(took.recovered)}",
            figure(took.recovered, "p95"),
            "s",
        ),
        Told(f"{took.name}: rows that differ from files, or are there twice", len(took.wrong), "", 0),
    ]


def trial_rows(counted: Counted, of: str | None = None) -> list[Told]:
    """How many trials failed, and the 95 % upper bound of the rate."""
    most = f"{bound(len(counted.failed), counted.trials):.1%}"
    if of is not None:
        return [
            Told(
                f"without a protection, {of}, {counted.name}: failed of {counted.trials} trials",
                len(counted.failed),
                "",
            )
        ]
    name = f"{counted.name}: failed of {counted.trials} trials, {len(counted.under)} saves (95 % upper bound {most})"
    return [Told(name, len(counted.failed), "", 0)]

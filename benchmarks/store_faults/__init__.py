"""PostgreSQL killed, stopped, restarted, full, slow, silent, cut after COMMIT (F17, F18): saves and sign-ins go on, and
afterwards rows are what files say, once. With the protections off, the same trials fail."""

import sys

from benchmarks.faults.record import bound
from benchmarks.results import Latency, Told, figure
from benchmarks.store_faults.kinds import KINDS
from benchmarks.store_faults.speed import Took, through_http
from benchmarks.store_faults.trials import CONTROLS, Counted, run

TITLE = "Faults of PostgreSQL"
_TRIALS, _CONTROLS, _ROUNDS = 30, 5, 8


def measure(*, smoke: bool) -> list[Latency | Told]:
    """Each kind of fault: speed through the gateway, trials with everything on, and the controls."""
    found: list[Latency | Told] = []
    for kind in KINDS[:1] if smoke else KINDS:
        try:
            if not smoke:
                found += speed_rows(through_http(kind(), _ROUNDS))
            found += trial_rows(run(kind(), 1 if smoke else _TRIALS))
        except OSError as error:
            print(f"{kind.name}: left out, {error}", file=sys.stderr)
    for control in () if smoke else CONTROLS:
        found += trial_rows(run(control.kind(), _CONTROLS, settle=8, control=control), control.kind.name)
    return found


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

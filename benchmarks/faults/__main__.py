"""`python -m benchmarks.faults [--few] [--without NAME] [--numbers A-B] [FAULT ...]`: fault trials, with and without protections."""

import argparse
import json
import sys
import time
from collections.abc import Sequence

from benchmarks.faults.catalogue import FAULTS
from benchmarks.faults.frame import Fault, run
from benchmarks.faults.record import Record, bound


def main() -> int:
    """Run the faults that were named, or all; fails when a trial failed with everything on, or none did without."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--few", action="store_true", help="a few trials of each, nothing recorded")
    parser.add_argument("--json", action="store_true", help="one JSON line per fault and protection")
    parser.add_argument(
        "--numbers", help="only the trials A-B with everything on; added to what was recorded"
    )
    parser.add_argument(
        "--only-controls", action="store_true", help="only without protections; added to the record"
    )
    parser.add_argument("--go-on", action="store_true", help="only trials that are not recorded yet")
    parser.add_argument(
        "--seconds",
        type=float,
        help="of each fault, with or without a protection, begin no trial after so many",
    )
    options = parser.parse_args()
    unknown = set(options.faults) - set(FAULTS)
    if unknown:
        parser.error(f"no fault named {', '.join(sorted(unknown))}")
    record = Record()
    well = True
    for code in options.faults or FAULTS:
        fault = FAULTS[code]
        if not (options.few or options.numbers or options.only_controls or options.go_on):
            record.forget(fault)
        for off, numbers in _plan(fault, options):
            started = time.monotonic()
            end = started + (options.seconds or 1e9)
            done = record.ran(fault, off) if options.go_on else set()
            results = {}
            for number in numbers:
                if number not in done and time.monotonic() < end:
                    results[number] = run(fault, number, off, small=options.few)
            if options.go_on and not results:
                continue
            failed = {n: r.problems for n, r in results.items() if r.problems}
            left_out = next((r.left_out for r in results.values() if r.left_out), None)
            well = well and (left_out is not None or bool(failed) == (off is not None))
            if options.json:
                print(
                    json.dumps(
                        {
                            "fault": code,
                            "off": off,
                            "trials": len(results),
                            "failed": failed,
                            "left_out": left_out,
                        }
                    )
                )
            else:
                print(
                    f"{code} {'without ' + off if off else 'whole'}: {len(failed)} of {len(results)} failed, bound "
                    f"{bound(len(failed), len(results)):.1%}, {time.monotonic() - started:.0f} s"
                    + (f", left out: {left_out}" if left_out else "")
                    + ("".join(f"\n    {n}: {'; '.join(p[:2])}" for n, p in list(failed.items())[:3])),
                    flush=True,
                )
            if not options.few:
                record.add(fault, off, results)
                record.write()
    return 0 if well else 1


def _plan(fault: Fault, options: argparse.Namespace) -> list[tuple[str | None, Sequence[int]]]:
    if options.numbers:
        first, _, last = options.numbers.partition("-")
        return [(None, range(int(first), min(int(last), fault.total - 1) + 1))]
    without: list[tuple[str | None, Sequence[int]]] = [
        (name, _spread(fault, control.few if options.few else control.trials))
        for name, control in fault.controls.items()
    ]
    if options.only_controls:
        return without
    return [(None, _spread(fault, fault.few if options.few else fault.total)), *without]


def _spread(fault: Fault, wanted: int) -> Sequence[int]:
    """That many trial numbers, evenly over all there are."""
    wanted = min(wanted, fault.total)
    return [n * fault.total // wanted for n in range(wanted)]


if __name__ == "__main__":
    sys.exit(main())

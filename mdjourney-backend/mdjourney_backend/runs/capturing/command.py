"""`mdjourney run`: starts a command at once, and records it as a trial while it runs and after it ended."""

import argparse
import contextlib
import json
import math
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mdjourney_backend.runs.capturing.child import Child, Ended
from mdjourney_backend.runs.capturing.leases import LEASE_SECONDS, Lease, first_facts
from mdjourney_backend.runs.capturing.whereabouts import (
    NoDataset,
    Whereabouts,
    printable,
    template_exists,
    whereabouts,
)
from mdjourney_contract.home import default_home

if TYPE_CHECKING:
    from mdjourney_backend.runs.capturing.recording import Recording
    from mdjourney_backend.runs.capturing.touched_files import Before

_TEMPLATE: Final = "computational_workflow"
#: What a shell says of a command that may not be run, or is not there; and what we say when nothing was started.
_NOT_EXECUTABLE, _NOT_FOUND, _NOT_STARTED = 126, 127, 125


class _Leave(BaseException):
    """Somebody asked us to end while we were writing things down; not an error."""


def main(argv: list[str]) -> int:
    """Run a command and record it; answers the command's exit status, 128 + n when signal n ended it.

    Before the command starts only the standard library is loaded. 125: it was not started, and why is on standard
    error; 126: it may not be executed; 127: it was not found.
    """
    options = _options(argv)
    try:
        where = whereabouts(options.dataset)
        if not template_exists(where, options.template):
            return _say(f"there is no template {options.template!r}", _NOT_STARTED)
        lease = Lease(Path(where.root), options.lease)
    except (NoDataset, OSError) as exc:
        return _say(str(exc), _NOT_STARTED)
    try:
        child = Child(options.command)
    except OSError as exc:
        lease.end()
        status = _NOT_FOUND if isinstance(exc, FileNotFoundError) else _NOT_EXECUTABLE
        return _say(f"{options.command[0]}: {exc.strerror}", status)
    lease.keep()
    return _record(options, where, lease, child)


def _record(options: argparse.Namespace, where: Whereabouts, lease: Lease, child: Child) -> int:
    recording: Recording | None = None
    facts = first_facts(where.dataset, options.template, child.started, _known_at_once(options))
    try:
        before = _look_at_the_dataset(where, lease)
        lease.note(facts)
        recording = _recording(options, where, lease, facts, before)
        _look_around(options, recording)
        recording.begin()
    except Exception as exc:  # noqa: BLE001 - the command runs: it must end as it would have without us
        _say(f"not recorded yet: {exc}")
    ended = child.wait()
    try:
        if recording is None:
            _leave_word(lease, facts, child, ended)
        else:
            _finish(recording, child, ended)
    except _Leave:
        lease.leave()
        _say("left in a hurry: whoever leads the tree next records how it ended")
    except Exception as exc:  # noqa: BLE001 - the command's status matters more than its record
        lease.leave()
        _say(f"not recorded: {exc}; tried again by whoever leads the tree next")
    return ended.shell_status


class _Leaving:
    """Signals that reach us once the command ended: the first waits for the document, a second one does not."""

    def __init__(self) -> None:
        self._allowed = False
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def allow(self) -> None:
        """From now on the first one counts.

        Raises:
            _Leave: it came already.
        """
        self._allowed = True
        if self._asked:
            raise _Leave

    def _ask(self, _number: int, _frame: object) -> None:
        if self._allowed or self._asked:
            raise _Leave
        self._asked = True


def _look_at_the_dataset(where: Whereabouts, lease: Lease) -> "Before":
    """As soon as the command runs: what has not changed by now is told from what changes later."""
    from mdjourney_backend.runs.capturing.touched_files import Before

    return Before.of(Path(where.folder), lease.since_ns)


def _recording(
    options: argparse.Namespace, where: Whereabouts, lease: Lease, facts: dict[str, Any], before: "Before"
) -> "Recording":
    from mdjourney_backend.runs.capturing.recording import Recording
    from mdjourney_backend.runs.capturing.touched_files import files_below, named_files

    return Recording(
        where,
        lease,
        facts,
        before,
        home=_home(options.home),
        named=files_below(options.input),
        guessed=named_files(options.command, Path.cwd()),
        outputs=options.output,
        warn=_say,
    )


def _look_around(options: argparse.Namespace, recording: "Recording") -> None:
    """Everything about code and environment that can be told while the command runs."""
    from mdjourney_backend.runs.capturing.code_version import code_version
    from mdjourney_backend.runs.capturing.surroundings import environment_of, python_software
    from mdjourney_backend.runs.capturing.touched_files import named_files

    here = Path.cwd()
    named = [str(p) for p in named_files(["", *options.command], here)]
    code = code_version(here, named, recording.root)
    environment = environment_of(options.command)
    software = python_software(environment)
    recording.know(
        {
            "environment": environment,
            **({"code_version": code} if code else {}),
            **({"software_used_acquisition_analysis": software} if software else {}),
        }
    )


def _leave_word(lease: Lease, facts: dict[str, Any], child: Child, ended: Ended) -> None:
    """Its record could not even be begun: put into the lease how it ended, for whoever leads the tree next."""
    from mdjourney_backend.runs.capturing.outcome import end_of, outcome

    known = {**outcome(ended, child.tails()), **end_of(ended.at, facts["birth"], clean=ended.status == 0)}
    lease.note({**facts, "answers": {**facts["answers"], **known}})
    lease.leave()


def _finish(recording: "Recording", child: Child, ended: Ended) -> None:
    from mdjourney_backend.runs.capturing.outcome import outcome

    leaving = _Leaving()
    child.let_signals_in()
    recording.end(ended.at, outcome(ended, child.tails()), clean=ended.status == 0)
    with contextlib.suppress(_Leave):  # the document is safe: the rest can wait for whoever leads next
        leaving.allow()
        recording.bring_in_step()


def _known_at_once(options: argparse.Namespace) -> dict[str, Any]:
    known: dict[str, Any] = {"command": [printable(word) for word in options.command]}
    with contextlib.suppress(FileNotFoundError):  # somebody removed it under our feet
        known["working_directory"] = printable(str(Path.cwd()))
    if options.name is not None:
        known["experiment_name"] = printable(options.name)
    if options.param:
        known["parameters"] = dict(options.param)
    return known


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="mdjourney run",
        description="Run a command and record it as a trial of a dataset.",
        epilog="Everything after the options, or after `--`, is the command.",
    )
    parser.add_argument("--dataset", required=True, metavar="PATH", help="a folder in the dataset")
    parser.add_argument("--template", default=_TEMPLATE, help="contextual template (%(default)s)")
    parser.add_argument("--name", help="what people call this run")
    parser.add_argument(
        "--param", action="append", type=_parameter, metavar="KEY=VALUE", help="a parameter; may be repeated"
    )
    parser.add_argument(
        "--input",
        action="append",
        type=_existing,
        default=[],
        metavar="PATH",
        help="a file or folder it reads that its arguments do not name",
    )
    parser.add_argument(
        "--output",
        action="append",
        type=_absolute,
        default=[],
        metavar="PATH",
        help="a file it writes outside the dataset",
    )
    parser.add_argument(
        "--lease",
        type=_seconds,
        default=LEASE_SECONDS,
        metavar="SECONDS",
        help="without a sign of life for so long it is presumed dead (%(default)s)",
    )
    parser.add_argument("--home", type=Path, metavar="DIR", help="where journals lie ($MDJOURNEY_HOME)")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    options = parser.parse_args(argv)
    if options.command[:1] == ["--"]:
        del options.command[0]
    if not options.command:
        parser.error("name the command to run")
    return options


def _parameter(text: str) -> tuple[str, Any]:
    """`k=v`: a number, true or false as such, anything else as text."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    try:
        found = json.loads(value)
    except ValueError:
        return printable(key), printable(value)
    plain = isinstance(found, int) and -(2**63) <= found < 2**64  # true and false are integers as well
    plain = plain or (isinstance(found, float) and math.isfinite(found))
    return printable(key), found if plain else printable(value)


def _existing(text: str) -> Path:
    path = _absolute(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text!r} is not there")
    return path


def _absolute(text: str) -> Path:
    return Path.cwd() / text


def _seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 604_800:
        raise argparse.ArgumentTypeError("must lie between 1 and 604800")
    return value


def _home(given: Path | None) -> Path:
    home = given.absolute() if given is not None else default_home()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home


def _say(message: str, status: int = 0) -> int:
    """One line on standard error, beside what the command prints."""
    try:
        sys.stderr.write(f"mdjourney run: {message}\n")
        sys.stderr.flush()
    except OSError:  # nobody reads it any more
        pass
    return status

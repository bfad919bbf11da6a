"""A block of Python captured as a run: what `mdjourney.trial` gives a script or a notebook."""

import html
import logging
import os
import resource
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from mdjourney_backend.runs.capturing.code_version import code_version
from mdjourney_backend.runs.capturing.leases import LEASE_SECONDS, Lease, first_facts
from mdjourney_backend.runs.capturing.outcome import readable
from mdjourney_backend.runs.capturing.recording import Recording
from mdjourney_backend.runs.capturing.surroundings import environment_here, python_software
from mdjourney_backend.runs.capturing.touched_files import Before, named_files
from mdjourney_backend.runs.capturing.whereabouts import NoDataset, Whereabouts, template_exists, whereabouts
from mdjourney_contract.home import default_home
from mdjourney_contract.problems import BadRequest, Conflict, MDJourneyError

log = logging.getLogger(__name__)

_UNSAVED: Final = "not saved here; whoever leads the tree tells it"


class Trial:
    """One run of a dataset, alive inside its `with` block. `run_id` is its identifier.

    Files of the dataset that appear or change inside the block are its outputs. An exception ends it unclean, is told in
    the record, and goes on.
    """

    def __init__(
        self,
        dataset: str | os.PathLike[str],
        *,
        name: str | None,
        template: str,
        home: str | os.PathLike[str] | None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        try:
            self._where: Whereabouts = whereabouts(os.fspath(dataset))
        except NoDataset as exc:
            raise BadRequest(str(exc)) from exc
        if not template_exists(self._where, template):
            raise BadRequest(f"there is no template {template!r}")
        self.name = name
        self.run_id: str | None = None
        self._template = template
        self._home = Path(home).absolute() if home is not None else default_home()
        self._seconds = lease_seconds
        self._lease: Lease | None = None
        self._recording: Recording | None = None
        self._parameters: dict[str, Any] = {}
        self._metrics: dict[str, Any] = {}
        self._inputs: list[Path] = []
        self._outputs: list[Path] = []
        self._state = "not started"

    def __enter__(self) -> Self:
        """
        Raises:
            MDJourneyError, OSError: it cannot be recorded; nothing is left behind.
        """
        if self._recording is not None:
            raise Conflict("a trial is entered once; make another one")
        lease = Lease(Path(self._where.root), self._seconds)
        self._started, self._clock, self._cpu = time.time(), time.monotonic(), _cpu_seconds()
        try:
            facts = first_facts(self._where.dataset, self._template, self._started, self._known_at_once())
            lease.note(facts)
            self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
            recording = Recording(
                self._where,
                lease,
                facts,
                Before.of(Path(self._where.folder), lease.since_ns),
                home=self._home,
                named=self._inputs,
                guessed=named_files(sys.argv, Path.cwd()) if _script() else [],
                outputs=self._outputs,
                warn=log.warning,
            )
            recording.know(self._surroundings(recording.root))
            recording.begin()
        except BaseException:
            lease.end()
            raise
        lease.keep()
        self.run_id, self._lease, self._recording, self._state = lease.run_id, lease, recording, "running"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        recording = self._running()
        at = time.time()
        clean = exc is None or (isinstance(exc, SystemExit) and exc.code in (None, 0))
        answers: dict[str, Any] = {"resource_usage": self._used()}
        if exc is not None and not clean:
            answers["standard_error_tail"] = readable("".join(traceback.format_exception(kind, exc, trace)))
        self._state = "ended as intended" if clean else f"ended by {type(exc).__name__}"
        try:
            recording.end(at, answers, clean=clean)
            recording.bring_in_step()
        except (MDJourneyError, OSError) as problem:
            if self._lease is not None:
                self._lease.leave()
            log.warning("run %s: %s (%s)", self.run_id, _UNSAVED, problem)

    def log(
        self,
        param: Mapping[str, Any] | None = None,
        metric: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> None:
        """Note parameters and metrics: `t.log(param={"k": 3}, metric={"auc": 0.93})`, or parameters as keywords.

        Values are plain (text, number, true, false, list, mapping) or `{"value": 3, "unit": "mm"}`; the last value of a
        name counts. They are safe from a crash of this process once the call returns.

        Raises:
            BadRequest: a value that JSON cannot hold.
            Conflict: the trial is not running.
        """
        parameters = {**(param or {}), **parameters}
        self._parameters.update({str(k): _plain(k, v) for k, v in parameters.items()})
        self._metrics.update({str(k): _plain(k, v) for k, v in (metric or {}).items()})
        noted = {"parameters": self._parameters, "quality_control_metrics": self._metrics}
        self._running().know({key: dict(value) for key, value in noted.items() if value})

    def log_param(self, name: str, value: Any) -> None:
        """Note one parameter."""
        self.log(param={name: value})

    def log_metric(self, name: str, value: Any, unit: str | None = None) -> None:
        """Note one metric, with its unit (UCUM) when it has one."""
        self.log(metric={name: value if unit is None else {"value": value, "unit": unit}})

    def input(self, path: str | os.PathLike[str]) -> Path:
        """Note a file the block reads, and answer its path: `pandas.read_csv(t.input("reads.csv"))`.

        Raises:
            BadRequest: it is not there.
        """
        found = Path(path).absolute()
        if not found.is_file():
            raise BadRequest(f"{path} is no file")
        self._running().reads(found)
        return found

    def output(self, path: str | os.PathLike[str]) -> Path:
        """Note a file the block writes outside the dataset (inside they are seen), and answer its path."""
        self._running()
        found = Path(path).absolute()
        if found not in self._outputs:
            self._outputs.append(found)
        return found

    def _running(self) -> Recording:
        if self._recording is None or self._state != "running":
            raise Conflict(f"the trial is {self._state}")
        return self._recording

    def _known_at_once(self) -> dict[str, Any]:
        known: dict[str, Any] = {"working_directory": str(Path.cwd())}
        if _script():
            known["command"] = [str(word) for word in sys.orig_argv]
        if self.name is not None:
            known["experiment_name"] = self.name
        return known

    def _surroundings(self, root: Path) -> dict[str, Any]:
        here = Path.cwd()
        script = _script()
        code = code_version(here, [str(here / script)] if script else [], root)
        environment = environment_here()
        software = {"software_used_acquisition_analysis": python_software(environment)}
        return {"environment": environment, **software, **({"code_version": code} if code else {})}

    def _used(self) -> dict[str, float]:
        return {
            "wall_seconds": round(time.monotonic() - self._clock, 3),
            "cpu_seconds": round(_cpu_seconds() - self._cpu, 3),
        }

    def __repr__(self) -> str:
        return f"<mdjourney trial {self.name or self.run_id or ''}: {self._state}>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        rows = [
            ("Trial", self.name or "(no name yet)"),
            ("Run", self.run_id or ""),
            ("Dataset", self._where.dataset),
            ("State", self._state),
            *((f"{key}", _shown(value)) for key, value in self._parameters.items()),
            *((f"{key}", _shown(value)) for key, value in self._metrics.items()),
        ]
        cells = "".join(
            f'<tr><th style="text-align:left">{html.escape(key)}</th><td>{html.escape(value)}</td></tr>'
            for key, value in rows
        )
        return f"<table>{cells}</table>"


def _script() -> str | None:
    """The file this process runs; None in a notebook or a shell, whose command line says nothing about the work."""
    path = getattr(sys.modules.get("__main__"), "__file__", None)
    return path if isinstance(path, str) and "ipykernel" not in sys.modules else None


def _plain(name: object, value: Any) -> Any:
    """A value as JSON can hold it; numbers of numerical libraries become Python's."""
    import orjson

    if hasattr(value, "item") and callable(value.item) and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, Path):
        return str(value)
    try:
        again = orjson.loads(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY))
    except TypeError as exc:
        raise BadRequest(f"{name}: {type(value).__name__} cannot be written as JSON") from exc
    if value is not None and again is None:
        raise BadRequest(f"{name}: {value!r} is no number that JSON can hold")
    return again


def _shown(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"value", "unit"}:
        return f"{value['value']} {value['unit']}"
    return str(value)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)

"""What came of the trials: counted, bounded, merged with what was counted before, and written as a table."""

import json
import math
import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.faults.frame import Fault, Result

RESULTS = Path(__file__).parent.parent / "results"
_NAME = "faults"
_WHOLE = "everything on"


def bound(failures: int, trials: int) -> float:
    """The 95 % upper bound (Clopper-Pearson, one-sided) of a rate of which `failures` of `trials` were seen."""
    if trials == 0 or failures >= trials:
        return 1.0
    if failures == 0:
        return float(1.0 - 0.05 ** (1 / trials))
    low, high = failures / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(failures, trials, middle) > 0.05 else (low, middle)
    return high


def _at_most(failures: int, trials: int, rate: float) -> float:
    logs = (math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
            + k * math.log(rate) + (trials - k) * math.log1p(-rate) for k in range(failures + 1))  # fmt: skip
    return sum(map(math.exp, logs))


class Record:
    """`benchmarks/results/faults.json`: by fault and by what was off, the outcome of each trial number."""

    def __init__(self, folder: Path = RESULTS) -> None:
        self._folder = folder
        path = folder / f"{_NAME}.json"
        self._rows: dict[str, Any] = json.loads(path.read_text()).get("rows", {}) if path.exists() else {}

    def forget(self, fault: Fault) -> None:
        """Begin a fault anew."""
        self._rows.pop(fault.code, None)

    def ran(self, fault: Fault, off: str | None) -> set[int]:
        """The numbers of the trials that are counted."""
        held = self._rows.get(fault.code, {}).get("trials", {}).get(off or _WHOLE, {"ran": []})
        return {n for first, last in held["ran"] for n in range(first, last + 1)}

    def add(self, fault: Fault, off: str | None, results: Mapping[int, Result]) -> None:
        """Count trials by their numbers; the same number again takes the place of what was there."""
        row = self._rows.setdefault(fault.code, {})
        row.update(what=fault.what, protection=fault.protection, chances=fault.chances)
        held = row.setdefault("trials", {}).setdefault(
            off or _WHOLE, {"ran": [], "failed": {}, "counts": {}, "left_out": ""}
        )
        ran = self.ran(fault, off)
        for number, result in results.items():
            if result.left_out is not None:
                held["left_out"] = result.left_out
                continue
            ran.add(number)
            held["failed"].pop(str(number), None)
            if result.problems:
                held["failed"][str(number)] = [*result.problems[:3], len(result.problems)]
            held["counts"] = dict(sorted((Counter(held["counts"]) + Counter(result.counts)).items()))
        held["ran"] = _ranges(ran)

    def write(self) -> str:
        """Write both files; answers the table."""
        machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
        self._folder.mkdir(exist_ok=True)
        rows = dict(sorted(self._rows.items(), key=lambda pair: _order(pair[0])))
        (self._folder / f"{_NAME}.json").write_text(
            json.dumps({"machine": machine, "rows": rows}, indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )
        text = table(rows)
        (self._folder / f"{_NAME}.md").write_text(
            f"# Fault trials\n\n{machine}. Written by `python -m benchmarks.faults`.\n\n{text}",
            encoding="utf-8",
        )
        return text


def table(rows: Mapping[str, Any]) -> str:
    """One line per fault, and the sums of what was counted."""
    lines = [
        "| fault | provoked | protected by | trials | failures | 95 % bound | without it: failures of trials |",
        "|---|---|---|---|---|---|---|",
    ]
    sums: Counter[str] = Counter()
    for code, row in rows.items():
        whole = row["trials"].get(_WHOLE, {"ran": [], "failed": {}, "counts": {}, "left_out": ""})
        trials, failures = _count(whole, row["chances"])
        sums += Counter(whole["counts"])
        without = "; ".join(
            f"{off}: {_said(held, row['chances'])}" for off, held in row["trials"].items() if off != _WHOLE
        )
        lines.append(
            f"| {code} | {row['what']} | {row['protection']} | {trials:,}{_why(whole)} | {failures} "
            f"| {bound(failures, trials):.2%} | {without or 'none'} |"
        )
    lines += ["", "| counted over all trials with everything on | |", "|---|---|"]
    lines += [f"| {name} | {sums[name]:,} |" for name in sorted(_ALWAYS | sums.keys())]
    return "\n".join(lines) + "\n"


_ALWAYS = {"locks and temporary files left", "processes left", "user files changed", "user files compared"}


def _said(held: Mapping[str, Any], chances: int) -> str:
    trials, failures = _count(held, chances)
    return f"{failures:,} of {trials:,}{_why(held)}"


def _why(held: Mapping[str, Any]) -> str:
    return f" ({held['left_out']})" if held["left_out"] else ""


def _count(held: Mapping[str, Any], chances: int) -> tuple[int, int]:
    ran = sum(last - first + 1 for first, last in held["ran"])
    failed = len(held["failed"]) if chances == 1 else sum(found[-1] for found in held["failed"].values())
    return ran * chances, failed


def _ranges(numbers: Iterable[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _order(code: str) -> tuple[str, int, str]:
    letters = code.lstrip("FS")
    digits = "".join(c for c in letters if c.isdigit())
    return (code[0], int(digits or 0), code)

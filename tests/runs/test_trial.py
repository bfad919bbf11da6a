"""`mdjourney.trial`: a block of Python as a run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mdjourney
from mdjourney_contract.problems import BadRequest, Conflict

from .conftest import Lab


def test_a_block_is_a_run_with_parameters_metrics_and_outputs(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    # files named by the arguments of the script are inputs: here, whatever pytest was given
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "fit.py", raising=False)
    monkeypatch.setattr(sys, "argv", ["fit.py", str(lab.dataset / "old.csv")])
    with mdjourney.trial(lab.dataset, name="fit", home=lab.home) as t:
        t.log(param={"k": 3}, metric={"auc": 0.93})
        t.log(seed=7)
        t.log_metric("error", 1.5, unit="mm")
        t.log_metric("auc", 0.95)
        assert t.input(lab.dataset / "in.csv").read_text()
        (lab.dataset / "made.csv").write_text("1\n")
    record = lab.record()
    assert record["experiment_identifier_run_id"] == t.run_id
    assert (record["experiment_name"], record["clean_exit"]) == ("fit", True)
    assert record["parameters"] == {"k": 3, "seed": 7}
    assert record["quality_control_metrics"] == {"auc": 0.95, "error": {"value": 1.5, "unit": "mm"}}
    assert [f["file_path"] for f in record["output_files"]] == ["made.csv"]
    assert [f["file_path"] for f in record["input_files"]] == ["old.csv", "in.csv"]
    assert record["environment"]["packages"]["pydantic"]
    assert lab.assessed().valid
    assert lab.leases == []


def test_an_exception_is_named_and_goes_on(lab: Lab) -> None:
    with pytest.raises(ZeroDivisionError), mdjourney.trial(lab.dataset, home=lab.home) as t:
        t.log(k=1 // 0)
    record = lab.record()
    assert record["clean_exit"] is False
    assert record["standard_error_tail"].endswith("ZeroDivisionError: integer division or modulo by zero\n")
    assert repr(t) == f"<mdjourney trial {t.run_id}: ended by ZeroDivisionError>"


def test_leaving_with_status_0_is_clean_and_ctrl_c_is_not(lab: Lab) -> None:
    with pytest.raises(SystemExit), mdjourney.trial(lab.dataset, name="a", home=lab.home):
        sys.exit(0)
    with pytest.raises(KeyboardInterrupt), mdjourney.trial(lab.dataset, name="b", home=lab.home):
        raise KeyboardInterrupt
    records = [json.loads((lab.root / r.ref.path).read_bytes()) for r in lab.runs()]
    assert {r["experiment_name"]: r["clean_exit"] for r in records} == {"a": True, "b": False}


def test_numbers_of_numerical_libraries_are_numbers_and_what_json_cannot_hold_is_refused(lab: Lab) -> None:
    import numpy

    with mdjourney.trial(lab.dataset, home=lab.home) as t:
        t.log(a=numpy.float64(0.5), b=numpy.int64(3), c=numpy.array([1, 2]), d=Path("x"))
        for bad in (float("nan"), object()):
            with pytest.raises(BadRequest, match="bad"):
                t.log(bad=bad)
    assert lab.record()["parameters"] == {"a": 0.5, "b": 3, "c": [1, 2], "d": "x"}


def test_a_script_killed_in_a_trial_leaves_what_it_logged(lab: Lab) -> None:
    script = lab.base / "fit.py"
    script.write_text(
        "import mdjourney, os, signal\n"
        f"with mdjourney.trial({str(lab.dataset)!r}, home={str(lab.home)!r}) as t:\n"
        "    t.log(param={'k': 3}, metric={'loss': 0.1})\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, str(script)], timeout=60, check=False).returncode == -9
    lab.run("true", options=("--name", "the next one"))
    records = [json.loads((lab.root / r.ref.path).read_bytes()) for r in lab.runs()]
    (record,) = [r for r in records if "experiment_name" not in r]
    assert record["clean_exit"] is False
    assert (record["parameters"], record["quality_control_metrics"]) == ({"k": 3}, {"loss": 0.1})
    assert record["command"][-1] == str(script)


def test_a_notebook_shows_a_table_and_nothing_typed_runs_in_it(lab: Lab) -> None:
    with mdjourney.trial(lab.dataset, name="<script>alert(1)</script>", home=lab.home) as t:
        t.log(param={"k": 3}, metric={"auc": 0.9})
        shown = t._repr_html_()
    assert "<script>" not in shown
    for text in ("&lt;script&gt;", "p_Heat/set", "running", "k", "auc", "0.9"):
        assert text in shown
    assert "ended as intended" in t._repr_html_()


def test_what_is_no_dataset_is_refused_and_a_trial_is_entered_once(lab: Lab) -> None:
    with pytest.raises(BadRequest, match="lies in no tree"):
        mdjourney.trial(lab.base)
    with pytest.raises(BadRequest, match="no template 'x'"):
        mdjourney.trial(lab.dataset, template="x")
    t = mdjourney.trial(lab.dataset, home=lab.home)
    with pytest.raises(Conflict, match="not started"):
        t.log(k=1)
    with t:
        pass
    with pytest.raises(Conflict, match="ended as intended"):
        t.log(k=1)
    with pytest.raises(Conflict, match="once"):
        t.__enter__()


def test_importing_mdjourney_loads_nothing_heavy() -> None:
    script = (
        "import sys; before = set(sys.modules); import mdjourney; mdjourney.trial;"
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith('typing')))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", _PATH + script], capture_output=True, text=True, check=True
    )
    loaded = json.loads(done.stdout.replace("'", '"'))
    assert not any(name.startswith(("mdjourney_backend", "pydantic", "orjson")) for name in loaded)


_PATH = f"import sys; sys.path.insert(0, {str(Path(mdjourney.__file__).parents[1])!r});"

"""What the repository itself promises: no hosts of registries, light imports, every operator setting read."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile(r"(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)", re.IGNORECASE)
    naming = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.is_file()
        and path.suffix not in {".png", ".jpg", ".ico", ".woff2"}
        and hosts.search(path.read_text("utf-8", "ignore"))
    ]
    assert naming == []


def imported_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import mdjourney.cli", {"typer", "httpx", "fastapi", "pydantic", "sqlalchemy", "dvc"}),
        ("import mdjourney_gateway.app", {"dvc", "git", "watchdog", "jsonschema", "jsonschema_rs", "numpy"}),
        (
            "import mdjourney_backend.serving",
            {"dvc", "dvc_data", "numpy", "h5py", "PIL", "pandas", "pyarrow"},
        ),
    ],
)
def test_starting_up_imports_nothing_heavy(statement: str, heavy: set[str]) -> None:
    assert imported_by(statement) & heavy == set()

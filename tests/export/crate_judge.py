"""Runs rocrate-validator's command for each line of arguments (JSON) and answers a line; run by its own Python."""

import contextlib
import json
import sys

from rocrate_validator.cli import cli


def main() -> None:
    for line in sys.stdin:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                cli(json.loads(line), standalone_mode=False)
            answer = "done"
        except SystemExit as exc:
            answer = f"exit {exc.code}"
        print(answer, flush=True)


if __name__ == "__main__":
    main()

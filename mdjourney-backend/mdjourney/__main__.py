"""`python -m mdjourney` is the `mdjourney` command."""

import sys

from mdjourney.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""The program of a backend: `--fd N` serves one launch, `--forkserver` preloads and forks one child for each."""

import argparse
import sys


def main(argv: list[str] | None = None) -> int:
    """`--fd N` serves one launch; `--forkserver` preloads and forks one child for each."""
    parser = argparse.ArgumentParser(prog="mdjourney_backend", description=__doc__)
    parser.add_argument("--fd", type=int, help="the inherited listening socket")
    parser.add_argument(
        "--forkserver", action="store_true", help="preload, then fork one child for each launch"
    )
    arguments = parser.parse_args(argv)
    if arguments.forkserver:
        from mdjourney_backend import forkserver

        return forkserver.main()
    if arguments.fd is None:
        parser.error("--fd is needed")
    from mdjourney_backend.serving import serve_from_stdin

    return serve_from_stdin(arguments.fd)


if __name__ == "__main__":
    sys.exit(main())

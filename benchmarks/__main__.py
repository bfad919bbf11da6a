"""`python -m benchmarks [--smoke] [NAME ...]`: runs the benchmarks; `--smoke` only shows that they run, and writes nothing."""

import argparse
import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.results import table, write

_FRAME = {"rounds", "results", "faults", "__main__"}


def names() -> list[str]:
    """Every module of this package that measures something."""
    return sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name not in _FRAME)


def main() -> int:
    """Run the benchmarks that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, one round, nothing written")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(names())}")
    options = parser.parse_args()
    unknown = set(options.names) - set(names())
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}")
    for name in options.names or names():
        module = importlib.import_module(f"benchmarks.{name}")
        measures = module.measure(smoke=options.smoke)
        print(
            f"## {module.TITLE}\n\n{table(measures) if options.smoke else write(name, module.TITLE, measures)}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

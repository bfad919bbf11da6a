"""How far an ingest has come, as a line on standard error: files, bytes, rate and what is left of the time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mdjourney_backend.pipeline.status import Progress as Done


@contextmanager
def progress_of(name: str) -> Iterator[Callable[[Done], None]]:
    """A line while something goes on; what it gives is called with how far that has come, from any thread.

    Where nobody watches (standard error is no terminal) nothing is written.
    """
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        line = bar.add_task(name, total=None, said="")

        def told(done: Done) -> None:
            bar.update(line, completed=done.files_done, total=done.files_total, said=sentence(done))

        yield told


def sentence(done: Done) -> str:
    """`1,200 of 10,000 files, 4.9 MB of 41.0 MB, 420 files/s, 21 s left`."""
    parts = [
        f"{done.files_done:,} of {done.files_total:,} files",
        f"{decimal(done.bytes_done)} of {decimal(done.bytes_total)}",
        f"{done.files_per_second:,.0f} files/s",
    ]
    if done.seconds_left is not None:
        parts.append(f"{done.seconds_left:,.0f} s left")
    return ", ".join(parts)

"""Which processes run below a process, read from /proc."""

from pathlib import Path


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


def descendants(top: int) -> dict[int, str]:
    """{pid: start time} of every process below `top`."""
    stats = {int(p.name): _stat(int(p.name)) for p in Path("/proc").iterdir() if p.name.isdigit()}
    parents = {pid: (int(s[1]), s[19]) for pid, s in stats.items() if s}
    found, grew = {top}, True
    while grew:
        new = {pid for pid, (parent, _) in parents.items() if parent in found} - found
        found |= new
        grew = bool(new)
    return {pid: parents[pid][1] for pid in found if pid != top and pid in parents}


def alive(processes: dict[int, str]) -> list[int]:
    """Those of `processes` that still run: same pid, same start, no zombie."""
    return [
        pid for pid, started in processes.items() if (s := _stat(pid)) and s[19] == started and s[0] != "Z"
    ]


def command_line(pid: int) -> str:
    """The command line of a process, empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""

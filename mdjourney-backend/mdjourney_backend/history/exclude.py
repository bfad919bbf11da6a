"""Which paths git is to leave alone: lines of ours inside a file that may hold other people's lines."""

from pathlib import Path

from mdjourney_backend.whole_files import clear, write_whole

BEGIN, END = "# >>> mdjourney: what is not versioned by git", "# <<< mdjourney"


def own_lines(project_prefix: str, depth: int) -> list[str]:
    """For a repository of ours: data of datasets is DVC's, our workings are nobody's."""
    name = _globbed(project_prefix) + "*"
    lines = ["/.mdjourney/", "/.mdjourney-git-*/", "*.corrupt-*"]
    for level in range(depth):
        dataset = "/" + "*/" * level + name + "/*"
        project = "/" + "*/" * level + name
        # DVC reads these with another matcher than git: `/**/*`, not `/**`, is what both understand alike
        lines += [
            f"{dataset}/**/*",
            f"!{dataset}/**/*/",
            f"!{dataset}/**/*.dvc",
            f"!{dataset}/**/.gitignore",
            f"!{dataset}/.metadata/**/*",
            f"!{project}/.metadata/**/*",
        ]
    return lines


def foreign_lines(prefix: str) -> list[str]:
    """For somebody else's repository: only our workings; what of the rest they track is their business."""
    place = "/" + "".join("\\" + letter if letter in "*?[]!#\\ " else letter for letter in prefix)
    return [f"{place}.mdjourney/", f"{place}.mdjourney-git-*/"]


def with_lines(text: str, lines: list[str]) -> str:
    """`text` with our block brought up to date, at its place or at the end."""
    block = "\n".join([BEGIN, *lines, END]) + "\n"
    before, mark, rest = text.partition(BEGIN + "\n")
    if mark:
        _, closed, after = rest.partition(END + "\n")
        return before + block + (after if closed else "")
    if text and not text.endswith("\n"):
        text += "\n"
    return text + block


def update(path: Path, lines: list[str]) -> bytes:
    """Bring the file up to date, whole or not at all; answers what it holds now.

    Raises:
        OSError: it could not be written.
    """
    old = path.read_bytes() if path.is_file() else b""
    new = with_lines(old.decode("utf-8", "surrogateescape"), lines).encode("utf-8", "surrogateescape")
    if new != old:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, new)
    return new


def put(path: Path, content: bytes) -> None:
    """Replace a file, whole; what writers who were killed left of it goes."""
    clear(path.parent, lambda name: name == path.name)
    write_whole(path, content)


def _globbed(text: str) -> str:
    return "".join("\\" + letter if letter in "*?[]\\" else letter for letter in text)
